"""Every text that must exist in every language, the variables it may use, and the parts it may need.

The language's `answers.yaml` is checked against these tables when it is loaded, and each text is tried with
`SAMPLES`, so that a mistake in a file stops the load and not a subscriber's answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from workers.dialogue.outcomes import Action
from workers.dialogue.text_size import PARTS_AT_MOST

SAMPLES: dict[str, object] = {
    "tone": '"Song of the Northern Steppe" by Wulan Qiqige',
    "name": "Song of the Northern Steppe",
    "singer": "Wulan Qiqige",
    "code": "600902000001",
    "price": "12.00 yuan",
    "charged": "12.00 yuan",
    "total": "60.00 yuan",
    "fee": "5.00 yuan",
    "validity": "30 days",
    "number": "+8613800138001",
    "key": "48213907",
    "deed": 'the gift of "Song of the Northern Steppe" by Wulan Qiqige to +8613800138001',
    "why": "this number has spent as much as is allowed for now",
    "then": "Top up and send the code again.",
    "items": '"Song of the Northern Steppe" 600902000001 (12.00 yuan, 30 days), "Rain" 600902000002 (2.00 yuan)',
    "codes": "600902000001, 600902000002",
    "count": 7,
    "tones": 7,
    "more": 2,
    "most": 5,
    "word": "UNSUBSCRIBE",
    "suggestion": "GIFT 600902000001 8613800138001",
    "example": "600902000001",
    "example_key": "482193",
    "example_bundle": "101",
    "query": "river of stars",
    "begin": "09:00",
    "end": "18:00",
    "languages": "EN, ZH, FR, AR, SW",
    "reply_key": 137,
    "within": "5 hours",
    "lower": "6.00 yuan",
    "date": "25 Nov 2026",
    "renews": "yes",
    "year": 2026,
    "month": 11,
    "day": 25,
    "amount": "12.00",
    "days": 30,
    "digits": "8613800138001",
    "level": "Gold",
    "old_level": "Silver",
    "membership": "Gold",
    "benefit": "3 free tones a month, any other 12.00 yuan",
    "percent": 50,
}
"""A value for every variable, of a length met in life."""

MAY_BE_EMPTY = frozenset(
    {
        "name",
        "singer",
        "price",
        "charged",
        "total",
        "fee",
        "validity",
        "then",
        "more",
        "reply_key",
        "old_level",
        "membership",
        "benefit",
        "percent",
        "lower",
        "date",
        "renews",
    }
)
"""Not always known: a text must read well without these, and is tried so."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One text."""

    variables: frozenset[str]
    parts: int = PARTS_AT_MOST
    """Parts it may need with the samples in an alphabet of 160 letters; `text_size.allowed` has it for one of 70."""


def _texts(parts: int, **variables: str) -> dict[str, Declared]:
    return {name: Declared(frozenset(names.split()), parts) for name, names in variables.items()}


_TONE = "tone name singer code price validity"

ANSWERS: dict[str, Declared] = {
    # A success: one part.
    **_texts(
        1,
        order_done=f"{_TONE} charged renews",
        gift_offered=f"{_TONE} charged number key",
        gift_done=f"{_TONE} charged number",
        delete_done=_TONE,
        open_done="fee charged",
        close_done="",
        accept_done=f"{_TONE} number",
        decline_done=f"{_TONE} number",
        gifts_off_done="",
        gifts_on_done="",
        list_empty="",
        help="example",
        copy_done=f"{_TONE} charged number renews",
        set_done=_TONE,
        set_caller_done=f"{_TONE} number",
        set_hours_done=f"{_TONE} begin end",
        set_caller_hours_done=f"{_TONE} number begin end",
        clear_done=_TONE,
        clear_caller_done="number",
        clear_hours_done="begin end",
        clear_caller_hours_done="number begin end",
        pause_done="",
        resume_done="",
        status_open="fee count membership",
        status_paused="fee count membership",
        status_none="fee",
        info_done=_TONE,
        bundle_done=f"{_TONE} charged",
        language_done="",
        join_done="level charged price validity",
        join_changed="level old_level charged price validity",
        join_already="level",
        leave_done="level",
        leave_already="",
        club_none="",
        find_empty="query",
        top_empty="",
        new_empty="",
        more_none="",
        bundles_empty="",
    ),
    # It was so before.
    **_texts(
        1,
        order_already=_TONE,
        delete_already=_TONE,
        open_already="",
        close_already="",
        clear_already="",
        answer_already="key",
    ),
    # A renewal: by text, before it comes by itself, and what it has come to.
    **_texts(1, renew_done=f"{_TONE} charged date"),
    **_texts(
        2,
        renewal_notice=f"{_TONE} date lower",
        renewal_lower=f"{_TONE} charged date",
        renewal_failed=_TONE,
        club_renewal_notice="name price validity date lower",
        club_renewal_lower="name charged date",
        club_renewal_failed="name",
    ),
    # The core tells later, or we do.
    **_texts(2, accepted="deed", delayed="deed", checking="deed", failed="deed", cancelled="deed", already="deed"),
    **_texts(2, done="deed"),
    # In the place of a screen that a gateway can't be given in time: at most 140 characters.
    **_texts(1, screen_away=""),
    # No, and why.
    **_texts(2, refused="deed why then", refused_our_side="deed why then", close_refused="why"),
    **_texts(1, set_not_owned=_TONE),
    **_texts(1, accept_unpaid="key"),
    # Too many texts in a minute.
    **_texts(2, flood="count"),
    # The music club.
    **_texts(2, consent_join="level old_level price validity benefit reply_key", join_unknown="query level"),
    **_texts(2, close_club_done="level"),
    **_texts(3, club_levels="items level", club_member="level price validity benefit items"),
    # To the recipient of a gift.
    **_texts(
        2,
        gift_offer=f"{_TONE} number key within",
        gift_reminder=f"{_TONE} number key within",
        gift_missed=f"{_TONE} number",
        accept_service_done=f"{_TONE} number fee",
    ),
    **_texts(3, gift_offer_service=f"{_TONE} number key fee within"),
    # To its giver: what it has come to.
    **_texts(
        1,
        gift_accepted=f"{_TONE} charged number",
        gift_turned_down=f"{_TONE} number",
        gift_expired=f"{_TONE} number",
        gift_failed=f"{_TONE} number",
    ),
    **_texts(2, gift_unpaid=f"{_TONE} number"),
    # Before a charge: the question, what became of it, and what a YES or NO meant.
    **_texts(
        1,
        consent_order=f"{_TONE} reply_key",
        consent_renew=f"{_TONE} reply_key",
        consent_open="fee reply_key",
        consent_price_changed="",
        consent_too_late="",
        consent_nothing="example_key",
        consent_declined="deed",
    ),
    **_texts(2, consent_gift=f"{_TONE} number reply_key", consent_expired="deed", consent_asked="deed"),
    **_texts(2, consent_open_first="fee reply_key"),
    **_texts(3, consent_many="items count total reply_key", consent_which="items count", gift_which="items count"),
    **_texts(3, consent_gift_both=f"{_TONE} number fee total reply_key"),
    # Several codes in one text, or several tones in one answer.
    **_texts(
        3,
        list_tones="items count more",
        find_tones="items count more query",
        top_tones="items count more",
        new_tones="items count more",
        bundles="items count more",
        status_playing="fee tones items more membership",
        many_order_done="items count total renews",
        many_delete_done="items count",
        many_order_already="codes count",
        many_delete_already="codes count",
        many_refused="codes count why",
        many_waiting="codes count",
        many_checking="codes count",
        many_cancelled="codes count",
    ),
    # Not understood: nothing was done, and how to say it.
    **_texts(
        1, incomplete="", unknown="example", empty="example", key_missing="word example_key", extra_words="suggestion"
    ),
    **_texts(1, code_missing="word example", bad_code="code example", too_many_codes="count most"),
    **_texts(1, gift_form="word example", gift_one="word example", gift_self="", bad_number="number"),
    **_texts(1, did_you_mean="suggestion", copy_form="word", copy_self="", set_form="word example", clear_form="word"),
    **_texts(1, find_form="word", pack_form="word example_bundle", language_form="word languages"),
}

SOMETHING = "something"
"""Among the deeds: what is meant where nobody knows any more what was asked for."""

DEEDS: dict[str, Declared] = {
    **{action.value: Declared(frozenset({"tone", "code", "number", "key", "query"}), 1) for action in Action},
    SOMETHING: Declared(frozenset(), 1),
}
"""What was asked for, as part of a sentence: 'the order of …'."""

FORMATS: dict[str, Declared] = {
    "money": Declared(frozenset({"amount"}), 1),
    "validity": Declared(frozenset({"days"}), 1),
    "number": Declared(frozenset({"digits"}), 1),
    "tone": Declared(frozenset({"name", "singer", "code"}), 1),
    "tone_of_code": Declared(frozenset({"code"}), 1),
    "some_tone": Declared(frozenset(), 1),
    "list_item": Declared(frozenset({"name", "code", "price", "validity"}), 1),
    "order_item": Declared(frozenset({"name", "code", "charged", "validity"}), 1),
    "bundle_item": Declared(frozenset({"name", "code", "price", "validity", "count"}), 1),
    "setting_item": Declared(frozenset({"number", "name", "code", "begin", "end"}), 1),
    "delete_item": Declared(frozenset({"name", "code"}), 1),
    "question_item": Declared(frozenset({"reply_key", "deed", "price"}), 1),
    "gift_item": Declared(frozenset({"key", "tone", "number"}), 1),
    "date": Declared(frozenset({"year", "month", "day"}), 1),
    "hours": Declared(frozenset({"count"}), 1),
    "minutes": Declared(frozenset({"count"}), 1),
    "club_item": Declared(frozenset({"level", "price", "validity", "benefit"}), 1),
    "club_free": Declared(frozenset({"count"}), 1),
    "club_then": Declared(frozenset({"price", "percent", "count"}), 1),
}
"""How single things are written."""

PLAIN_FORMATS = ("alphabet", "decimals", "decimal_mark", "between_items")
"""Formats that are values and no templates."""

WHY = Declared(frozenset({"code", "number", "key", "level"}), 1)

REASONS = (
    *("balance", "charge_failed", "arrears", "spending_limit", "price_changed"),
    *("tone_missing", "tone_expired", "owned", "library_full", "limit"),
    *("no_service", "subscribed", "barred", "suspended", "in_process", "overtaken"),
    *("gift_no_service", "gift_library_full", "gift_already", "gift_is_subscriber", "gift_self", "gift_repeated"),
    *("gift_key", "gift_answered", "gift_over", "gift_unwanted", "gift_limit", "quiet_hours"),
    *("no_renewal", "owner_forbids", "copy_refused", "bundle_missing"),
    *("level_missing", "members_only"),
    *("no_consent", "too_late", "our_side", "other"),
)
"""Why not: a `why` that ends the sentence 'was not done: …', and where something helps, what to do `then`."""
