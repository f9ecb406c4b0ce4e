"""The music club: levels that marketing keeps in a file, and pure decisions over them.

Who is a member is the core's to know, how many free tones a number has had is the journal's; both come in as values.

    club = load_club(folder)                                # raises TemplatesError, with every finding
    club.named("GOLD"), club.nearest("gol")                 # a Level, or None
    club.benefits("gold", at)                               # what makes tones cheaper, as offers
    best(thing, quote, benefits, used)                      # what a member pays, where everybody pays `quote`
    club.may_have("600902000231", at)                       # the levels that may have it; none: everybody
"""

from workers.dialogue.club.benefits import FILE as CLUB_FILE
from workers.dialogue.club.benefits import PREFIX, best, explain
from workers.dialogue.club.cautions import cautions
from workers.dialogue.club.files import load_club, read_club
from workers.dialogue.club.levels import Club, Level, MembersList

__all__ = [
    "CLUB_FILE",
    "PREFIX",
    "Club",
    "Level",
    "MembersList",
    "best",
    "cautions",
    "explain",
    "load_club",
    "read_club",
]
