"""Texts as people send them, and the command each must become."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workers.dialogue import SHIPPED_TEMPLATES, Action, Command, Grammar, Misunderstood, Wording, understand
from workers.dialogue.arguments import CHANGES_NOTHING
from workers.dialogue.clean import clean
from workers.dialogue.replies import misunderstood
from workers.dialogue.text_size import parts_needed

GRAMMAR = Grammar.load(SHIPPED_TEMPLATES, ["en"])
WORDING = Wording.load(SHIPPED_TEMPLATES, ["en"], "en")
SENDER = "8613800000009"
C1, C2, C3, C4, C5, C6 = (f"60090200000{n}" for n in range(1, 7))
FRIEND = "8613800138001"


def order(*codes: str) -> Command:
    return Command(Action.ORDER, tone_codes=codes)


def delete(*codes: str) -> Command:
    return Command(Action.DELETE, tone_codes=codes)


def gift(code: str = C1, number: str = FRIEND) -> Command:
    return Command(Action.GIFT, tone_codes=(code,), recipient=number)


def fullwidth(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def digits_of(zero: str, text: str) -> str:
    """The text with its digits taken from the alphabet whose zero this is."""
    return "".join(chr(ord(zero) + int(char)) if char.isdigit() else char for char in text)


UNDERSTOOD = {
    # Bare codes
    C1: order(C1),
    f"  {C1}\r\n": order(C1),
    f"{C1} {C2}": order(C1, C2),
    f"{C1},{C2};{C3}": order(C1, C2, C3),
    f"{C1}*{C2}#": order(C1, C2),
    f"*{C1}#": order(C1),
    f"{C1}\n{C2}\n{C3}\n{C4}\n{C5}": order(C1, C2, C3, C4, C5),
    f"{C2} {C1} {C2}": order(C2, C1),
    f"{C1} {C1} {C1} {C1} {C1} {C1}": order(C1),
    "6009 0200 0001": order(C1),
    "600-902-000-001": order(C1),
    f"+{C1}": order(C1),
    f"{C1}.": order(C1),
    f'"{C1}"': order(C1),
    f"{C1} \U0001f3b5\ufe0f": order(C1),
    fullwidth(C1): order(C1),
    digits_of("٠", C1): order(C1),  # Arabic-Indic
    digits_of("۰", C1): order(C1),  # Persian
    digits_of("०", C1): order(C1),  # Devanagari
    digits_of("𝟎", C1): order(C1),  # mathematical bold
    # GET
    f"GET {C1}": order(C1),
    f"get {C1}": order(C1),
    f"Get{C1}": order(C1),
    f"GET*{C1}#": order(C1),
    f"GET:{C1}": order(C1),
    f"GET-{C1}": order(C1),
    f"GET {C1},{C2}": order(C1, C2),
    f"GET{C1}{' '}{C2}": order(C1, C2),
    f"\ufeffGET\u200b {C1}": order(C1),
    f"\u202eGET\u202c {C1}": order(C1),
    f"G\u200dET {C1}": order(C1),
    f"GET\t{C1}\x00": order(C1),
    f"GET\u3000{C1}": order(C1),
    fullwidth(f"get {C1}"): order(C1),
    f"GET {digits_of('٠', C1)}": order(C1),
    f"Buy {C1}!": order(C1),
    f"Tone {C1}": order(C1),
    # GIFT
    f"GIFT {C1} {FRIEND}": gift(),
    f"gift {C1} +{FRIEND}": gift(),
    f"GIFT {C1} 00{FRIEND}": gift(),
    f"GIFT {C1} 00 {FRIEND}": gift(),
    f"GIFT {C1} 13800138001": gift(),
    f"GIFT{C1} {FRIEND}": gift(),
    f"GIFT{C1}#{FRIEND}#": gift(),
    f"GIFT {FRIEND} {C1}": gift(),
    f"GIFT {C1} +86 138 0013 8001": gift(),
    f"GIFT {C1} 138-0013-8001": gift(),
    f"GIFT {C1}, (+86)13800138001": gift(),
    f"GIFT {C1} ＋{fullwidth(FRIEND)}": gift(),
    f"Send {C1} {FRIEND}": gift(),
    f"2u {C1} {FRIEND}": gift(),
    f"2u{C1} {FRIEND}": gift(),
    f"GIFT {C1} +254712345678": gift(number="254712345678"),
    f"GIFT {C1} 254712345678": gift(number="254712345678"),
    f"GIFT {C1} {digits_of('٠', FRIEND)}": gift(),
    # DEL
    f"DEL {C1}": delete(C1),
    f"del{C1}": delete(C1),
    f"Delete {C1}": delete(C1),
    f"DEL {C1} {C2}": delete(C1, C2),
    f"REMOVE*{C1}": delete(C1),
    f"CANCEL {C1}": delete(C1),
    f"STOP {C1}": delete(C1),
    f"stop{C1}": delete(C1),
    # ON, STOP
    "ON": Command(Action.OPEN),
    "on": Command(Action.OPEN),
    "On.": Command(Action.OPEN),
    "START": Command(Action.OPEN),
    "ＯＮ": Command(Action.OPEN),
    "STOP": Command(Action.CLOSE),
    "Stop!!!": Command(Action.CLOSE),
    "s\u200btop": Command(Action.CLOSE),
    "CAN": Command(Action.CLOSE),
    "cancel": Command(Action.CLOSE),
    "STOP ALL": Command(Action.CLOSE),
    "STOP SKIZA": Command(Action.CLOSE),
    "stop sending me this": Command(Action.CLOSE),
    "STOP \U0001f621": Command(Action.CLOSE),
    "Unsubscribe me": Command(Action.CLOSE),
    # Gifts answered
    "YES 482193": Command(Action.ACCEPT, gift_key="482193"),
    "yes482193": Command(Action.ACCEPT, gift_key="482193"),
    "Yes, 482193 please": Command(Action.ACCEPT, gift_key="482193"),
    "YES a1b2c3": Command(Action.ACCEPT, gift_key="A1B2C3"),
    "NO 482193": Command(Action.DECLINE, gift_key="482193"),
    "no٤٨٢١٩٣": Command(Action.DECLINE, gift_key="482193"),
    "Decline 482193": Command(Action.DECLINE, gift_key="482193"),
    # Questions answered
    "YES": Command(Action.ACCEPT),
    "y": Command(Action.ACCEPT),
    "Yes!": Command(Action.ACCEPT),
    "yes please": Command(Action.ACCEPT),
    "YES 7": Command(Action.ACCEPT, question_key="7"),
    "yes٧": Command(Action.ACCEPT, question_key="7"),
    "YES 007": Command(Action.ACCEPT, question_key="7"),
    "Ｙ １３７": Command(Action.ACCEPT, question_key="137"),
    "NO": Command(Action.DECLINE),
    "No thanks": Command(Action.DECLINE),
    "NO 12": Command(Action.DECLINE, question_key="12"),
    # LIST, HELP
    "LIST": Command(Action.LIST),
    "my tones": Command(Action.LIST),
    "list my tones": Command(Action.LIST),
    "status?": Command(Action.STATUS),
    "HELP": Command(Action.HELP),
    "help me": Command(Action.HELP),
    "*help#": Command(Action.HELP),
}

MISUNDERSTOOD = {
    "": "empty",
    "   ": "empty",
    "\x00\u200b\u202e": "empty",
    "???": "empty",
    "\U0001f602": "empty",
    "hello": "unknown",
    "你好": "unknown",
    "I want a tone": "unknown",
    "call me at 13800138001": "unknown",
    "GETTING there": "unknown",
    "stopped": "unknown",
    "only": "unknown",
    "notes": "unknown",
    "12": "bad_code",
    "60090200001": "bad_code",
    "6009020000011": "bad_code",
    FRIEND: "bad_code",
    f"{C1} 77": "bad_code",
    "GET": "code_missing",
    "GET me": "code_missing",
    "GET 600": "bad_code",
    f"GET {C1} 13800138001": "bad_code",
    f"hello {C1}": "extra_words",
    f"GET {C1} for my mother": "extra_words",
    f"{C1} {C2} {C3} {C4} {C5} {C6}": "too_many_codes",
    f"GET {C1} {C2} {C3} {C4} {C5} {C6}": "too_many_codes",
    "GIFT": "gift_form",
    f"GIFT {C1}": "gift_form",
    f"GIFT {FRIEND}": "gift_form",
    f"GIFT 600 {FRIEND}": "bad_code",
    f"GIFT {C1} 12345": "bad_number",
    f"GIFT {C1} +8613800": "bad_number",
    f"GIFT {C1} +999123456789": "bad_number",
    f"GIFT {C1} {C2} {FRIEND}": "gift_one",
    f"GIFT {C1} {SENDER}": "gift_self",
    f"GIFT {C1} 13800000009": "gift_self",
    f"GIFT {C1} +{SENDER}": "gift_self",
    f"GIFT {C1} to {FRIEND}": "extra_words",
    "DEL": "code_missing",
    "DEL 600": "bad_code",
    "STOP 60090200001": "bad_code",  # a slip in the code must not close the whole service
    "ON the way": "extra_words",
    f"ON {C1}": "extra_words",
    "CAN you help me": "extra_words",
    "end of story": "extra_words",
    "YES but not now": "extra_words",
    "YES 7 8": "key_missing",
    "NO 7 8": "key_missing",
    "YES 482193 771204": "key_missing",
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_a_text_becomes_its_command(text: str) -> None:
    assert UNDERSTOOD[text] == understand(text, SENDER, GRAMMAR)


@pytest.mark.parametrize("text", MISUNDERSTOOD)
def test_a_text_that_is_no_command_gets_the_reply_that_helps(text: str) -> None:
    understood = understand(text, SENDER, GRAMMAR)
    assert isinstance(understood, Misunderstood)
    assert MISUNDERSTOOD[text] == understood.reply
    assert parts_needed(misunderstood(understood, "en", WORDING)) == 1


@pytest.mark.parametrize("text", [*UNDERSTOOD, *MISUNDERSTOOD])
def test_an_incomplete_text_is_understood_only_where_it_charges_and_changes_nothing_or_stops(text: str) -> None:
    understood = understand(text, SENDER, GRAMMAR, incomplete=True)
    if isinstance(understood, Command):
        assert UNDERSTOOD[text] == understood
        assert understood.action in CHANGES_NOTHING | {Action.CLOSE}
        assert understood.action is not Action.CLOSE or clean(text).upper().startswith(("STOP", "UNSUBSCRIBE"))
    else:
        assert "incomplete" == understood.reply


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Command(Action.CLOSE), "STOP"),
        (Command(Action.CLOSE), "stop taking my money for"),
        (Command(Action.HELP), "HELP"),
        (Command(Action.LIST), "MY TONES please"),
        (Misunderstood("incomplete", {}), f"STOP {C1}"),
        (Misunderstood("incomplete", {}), "CANCEL"),
        (Misunderstood("incomplete", {}), "OFF"),
        (Misunderstood("incomplete", {}), f"GET {C1}"),
    ],
)
def test_of_an_incomplete_text_the_words_that_are_safe_count(expected: Command | Misunderstood, text: str) -> None:
    assert expected == understand(text, SENDER, GRAMMAR, incomplete=True)


@pytest.mark.parametrize(
    ("sender", "written", "number"),
    [
        ("8613800000009", "13802138001", "8613802138001"),  # a mobile at home, though +1 380 213 8001 exists
        ("254712000009", "0712345678", "254712345678"),
        ("254712000009", "712345678", "254712345678"),
        ("447911000009", "07911123456", "447911123456"),
        ("12025550109", "2025550123", "12025550123"),
        ("77011112233", "87011112244", "77011112244"),  # Kazakhstan shares +7 with Russia
        ("970599000009", "0599123456", "970599123456"),
        ("", "+8613800138001", "8613800138001"),
        ("SHOP", "8613800138001", "8613800138001"),
    ],
)
def test_a_number_is_read_in_the_senders_own_country_first(sender: str, written: str, number: str) -> None:
    assert gift(number=number) == understand(f"GIFT {C1} {written}", sender, GRAMMAR)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        (f"please {C1} ok", C1),
        (f"get {C1} now", f"GET {C1}"),
        (f"gift {C1} to 13800138001", f"GIFT {C1} {FRIEND}"),
        ("can you help me", "STOP"),
        ("start the party", "ON"),
    ],
)
def test_what_is_suggested_is_itself_understood(text: str, suggestion: str) -> None:
    understood = understand(text, SENDER, GRAMMAR)
    assert isinstance(understood, Misunderstood)
    assert suggestion == understood.variables["suggestion"]
    assert isinstance(understand(suggestion, SENDER, GRAMMAR), Command)


@given(
    text=st.one_of(
        st.text(alphabet=st.characters(), max_size=300),
        st.lists(st.sampled_from([*GRAMMAR.everywhere.words, C1, C2, FRIEND, "+", "00", "\u200b", "٣", " ", "#"])).map(
            "".join
        ),
    ),
    sender=st.one_of(st.just(SENDER), st.text(max_size=16)),
)
@example("\ud800GET", "\ud800")
@example("\ufdfa" * 1000, SENDER)
@example("+" * 1000, SENDER)
@example("GIFT " + "9" * 1000, SENDER)
@example(f"GIFT {C1} " + "9" * 500, "²")
def test_no_text_and_no_sender_raises_and_every_reply_can_be_said(text: str, sender: str) -> None:
    understood = understand(text, sender, GRAMMAR)
    if isinstance(understood, Misunderstood):
        assert 1 <= parts_needed(misunderstood(understood, "en", WORDING)) <= 3
    else:
        assert len(understood.tone_codes) <= 5
        assert all(GRAMMAR.tone_code.fullmatch(code) for code in understood.tone_codes)
        assert understood.recipient.isdigit() or not understood.recipient


@given(st.text(alphabet=st.characters(), max_size=100))
def test_a_cleaned_text_has_nothing_that_cannot_be_seen(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.isprintable()
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
