"""Pure decisions: a text becomes a command, and what became of it becomes a reply.

Nothing here does I/O but for reading the files of words when a `Grammar` or a `Wording` is loaded; nothing knows of
the journal, the core or a channel.  This room grows by tables and files: an action is a row in
`outcomes.Action`, `grammar.ARGUMENTS` and `urgency.QUEUES`, a language is a folder under templates/.

    words = Words.load(folder, ["en", "zh"], "en")
    understood = understand("GET 600902000001", "8613800138000", words.grammar, short_code="5000")
    queue_of(understood), stops(understood)                                 # Command or Misunderstood
    language = language_of("", understood.languages, "8613800138000", Languages(("en", "zh"), "en", {"86": "zh"}))
    reply([Result(...)], language, words.wording), misunderstood(understood, language, words.wording)
    decide(Command(Action.ACCEPT), open_questions, "5000", received_at)     # Granted, Declined, Which or NothingAsked
"""

from workers.dialogue import consent_texts, gift_texts
from workers.dialogue.check import check_templates
from workers.dialogue.combined import shown_of
from workers.dialogue.commands import understand
from workers.dialogue.consent import (
    Declined,
    Granted,
    NothingAsked,
    Question,
    Which,
    decide,
    next_key,
    opens_first,
    price_of,
    superseded,
)
from workers.dialogue.consent_rules import Rule, Rules, Way
from workers.dialogue.grammar import Grammar
from workers.dialogue.languages import Languages, language_of
from workers.dialogue.outcomes import (
    Action,
    BundleFacts,
    Command,
    LevelFacts,
    Misunderstood,
    Result,
    SettingFacts,
    ToneFacts,
    Verdict,
)
from workers.dialogue.replies import (
    cancelled,
    failed,
    gift_offer,
    misunderstood,
    notice_checking,
    notice_delayed,
    reply,
    text_name,
)
from workers.dialogue.sources import Finding, TemplatesError
from workers.dialogue.urgency import Queue, queue_of, stops
from workers.dialogue.wording import Wording
from workers.dialogue.words import Words, word_files
from workers.shipped import SHIPPED_TEMPLATES

__all__ = [
    "SHIPPED_TEMPLATES",
    "Action",
    "BundleFacts",
    "Command",
    "Declined",
    "Finding",
    "Grammar",
    "Granted",
    "Languages",
    "LevelFacts",
    "Misunderstood",
    "NothingAsked",
    "Question",
    "Queue",
    "Result",
    "Rule",
    "Rules",
    "SettingFacts",
    "TemplatesError",
    "ToneFacts",
    "Verdict",
    "Way",
    "Which",
    "Wording",
    "Words",
    "cancelled",
    "check_templates",
    "consent_texts",
    "decide",
    "failed",
    "gift_offer",
    "gift_texts",
    "language_of",
    "misunderstood",
    "next_key",
    "notice_checking",
    "notice_delayed",
    "opens_first",
    "price_of",
    "queue_of",
    "reply",
    "shown_of",
    "stops",
    "superseded",
    "text_name",
    "understand",
    "word_files",
]
