"""Offers and promoted tones: files that marketing edits, and pure decisions over them.

An offer is a rule that makes a tone or a bundle cheaper for some, at some times, so often.  Nothing here does I/O but
for reading the files; how often an offer was had is the journal's to know, and comes in as a value.

    offers = Offers.load(folder)                            # raises TemplatesError, with every finding
    offers.price_for(Thing("600902000001", 200), Facts(number, brand), at, used)    # Quote: one winner, or none
    offers.explain(...)                                     # every offer, and why it wins or not
    Promotions.load(folder).promoted(at, brand, "top")      # codes to show first
"""

from workers.dialogue.offers.cautions import cautions
from workers.dialogue.offers.choosing import Judged, Quote, Used
from workers.dialogue.offers.files import FOLDER as OFFERS_FOLDER
from workers.dialogue.offers.promoted import FILE as PROMOTED_FILE
from workers.dialogue.offers.promoted import MENU, PromotedList, Promotions
from workers.dialogue.offers.rules import Facts, Offer, Price, Quota, Segment, Thing
from workers.dialogue.offers.shelf import Offers
from workers.dialogue.offers.windows import Hours, When

__all__ = [
    "MENU",
    "OFFERS_FOLDER",
    "PROMOTED_FILE",
    "Facts",
    "Hours",
    "Judged",
    "Offer",
    "Offers",
    "Price",
    "PromotedList",
    "Promotions",
    "Quota",
    "Quote",
    "Segment",
    "Thing",
    "Used",
    "When",
    "cautions",
]
