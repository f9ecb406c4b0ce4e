"""From a text to a command: the parsing half of parse → decide → act.

Pure and total: any text gives a Command or the reply that helps, never an exception.
"""

from __future__ import annotations

import re
from dataclasses import replace

from workers.dialogue.arguments import CHANGES_NOTHING, READERS, bare
from workers.dialogue.clean import clean
from workers.dialogue.grammar import ARGUMENTS, Grammar
from workers.dialogue.lexicon import Lexicon
from workers.dialogue.near_misses import nearest_word
from workers.dialogue.outcomes import Action, Command, Misunderstood
from workers.dialogue.pieces import Text, after, spelled

_CODE_LIKE = re.compile(r"[0-9]{5}")
"""As many digits as make STOP 60090200001 a mistyped code and not a sentence."""


def understand(
    text: str, sender: str, grammar: Grammar, *, short_code: str = "", incomplete: bool = False
) -> Command | Misunderstood:
    """Read a text from `sender` (E.164 digits) to `short_code`.

    Of one that came `incomplete`, nobody knows what the missing parts said: it is understood only where it charges
    nothing and changes nothing, or begins with a word that stops whatever comes after it.
    """
    lexicon = grammar.at(short_code)
    understood, word = _read(text, sender, grammar, lexicon)
    languages = lexicon.languages.get(word) or lexicon.languages_of(clean(text))
    if incomplete:
        safe = isinstance(understood, Command) and (
            understood.action in CHANGES_NOTHING
            or (understood.action is Action.CLOSE and word in lexicon.stops_in_a_sentence)
        )
        understood = understood if safe else Misunderstood("incomplete", {})
    return replace(understood, languages=languages)


def _read(text: str, sender: str, grammar: Grammar, lexicon: Lexicon) -> tuple[Command | Misunderstood, str]:
    """What a text says, and its command word."""
    cleaned = clean(text)
    # Politeness after a command only: FIND please release me looks for a song.
    polite = lexicon.polite.match(cleaned)
    if polite and polite.end() < len(cleaned):
        cleaned = cleaned[polite.end() :].strip()
        text = after(text, clean(text)[: polite.end()].strip())
    found = lexicon.first.match(cleaned)
    if found:
        word = _meant_whole(found.group(), cleaned, lexicon)
        return _command(word, word, cleaned, text, sender, grammar, lexicon), word
    missed = _near_miss(cleaned, text, sender, grammar, lexicon)
    if missed:
        return missed
    return bare(Text(Action.ORDER, "", _impolite(cleaned, lexicon) or cleaned, "", "", sender, grammar, lexicon)), ""


def _command(
    word: str, typed: str, cleaned: str, raw: str, sender: str, grammar: Grammar, lexicon: Lexicon
) -> Command | Misunderstood:
    actions = lexicon.words[word]
    rest = _impolite(cleaned[len(typed) :].strip(), lexicon)
    action = actions[0]
    if len(actions) > 1:
        action = Action.DELETE if _CODE_LIKE.search(rest) else Action.CLOSE
    return READERS[ARGUMENTS[action]](Text(action, word, rest, raw, typed, sender, grammar, lexicon))


def _meant_whole(word: str, cleaned: str, lexicon: Lexicon) -> str:
    """The command word, but for STOP GIFTS with more behind it: that is a sentence which begins with STOP."""
    if lexicon.words[word] != (Action.GIFTS_OFF,) or not _impolite(cleaned[len(word) :].strip(), lexicon):
        return word
    return lexicon.stop_beginning(cleaned) or word


def _impolite(cleaned: str, lexicon: Lexicon) -> str:
    return lexicon.polite.sub("", cleaned).strip()


def _near_miss(
    cleaned: str, text: str, sender: str, grammar: Grammar, lexicon: Lexicon
) -> tuple[Misunderstood, str] | None:
    """One wrong letter in the command word: what was meant, never done without being asked for again."""
    near = nearest_word(cleaned, lexicon)
    if near is None:
        return None
    typed, word = near
    meant = _command(word, typed, cleaned, text, sender, grammar, lexicon)
    if isinstance(meant, Misunderstood):
        return None
    suggestion = spelled(meant, lexicon.written[word])
    return Misunderstood("did_you_mean", {"suggestion": suggestion}, meant=meant), word
