"""The shipped words of every language: whole, short enough, with every fact, and readable in their direction."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import product

import pytest
from bidi import get_display  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from workers.dialogue import (
    SHIPPED_TEMPLATES,
    Action,
    BundleFacts,
    Command,
    Grammar,
    LevelFacts,
    Misunderstood,
    Result,
    SettingFacts,
    ToneFacts,
    Verdict,
    Wording,
    check_templates,
    gift_offer,
    misunderstood,
    reply,
    understand,
)
from workers.dialogue.clean import clean
from workers.dialogue.declared import ANSWERS, MAY_BE_EMPTY, REASONS, SAMPLES
from workers.dialogue.reply_names import reply_name
from workers.dialogue.text_size import not_basic, parts_needed

LANGUAGES = ["en", "zh", "fr", "ar", "sw"]
GRAMMAR = Grammar.load(SHIPPED_TEMPLATES, LANGUAGES)
WORDING = Wording.load(SHIPPED_TEMPLATES, LANGUAGES, "en")
FRIEND = "8613800138001"
TONE = ToneFacts("600902000001", "Song of the Northern Steppe", "Wulan Qiqige", 200, 30)
OTHER = ToneFacts("600902000002", "Rain", "", 1200, 365)
BUNDLE = BundleFacts("101", "Rainy Season", 400, 30, 3)
FREE_OF_CHARGE = {
    "en": r"[Nn]othing (more |was )?((changed|done|changed) or )?(was |will be )?charged",
    "zh": r"未扣费|不再收费",
    "fr": r"[Rr]ien n'a été (\w+ ni )?débité|ne vous a rien fait payer",
    "ar": r"ولا? ?(لم )?(ن |لن )?(يخصم|تدفع)|لم يخصم|لم يتغير ولم يخصم|لم ينفذ شيء ولم يخصم",
    "sw": r"[Hh]ujatozwa|wala kutozwa|Hutatozwa",
}


def result(action: Action, verdict: Verdict = Verdict.DONE, reason: str = "", **more: object) -> Result:
    made = Result(
        action, verdict, reason, tone_code=TONE.code, tone=TONE, other_number=FRIEND, monthly_fee=500,
        gift_key="482193" if action in {Action.ACCEPT, Action.DECLINE} else "",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


DONE = [
    result(Action.ORDER, charged=200),
    result(Action.GIFT),
    result(Action.GIFT, gift_key="482193"),
    result(Action.DELETE),
    result(Action.OPEN),
    result(Action.CLOSE),
    result(Action.ACCEPT),
    result(Action.DECLINE),
    result(Action.GIFTS_OFF),
    result(Action.GIFTS_ON),
    result(Action.COPY, charged=200),
    result(Action.RENEW, charged=200, until="2026-11-25"),
    result(Action.SET, other_number=""),
    result(Action.SET),
    result(Action.SET, other_number="", hours=("09:00", "18:00")),
    result(Action.SET, hours=("09:00", "18:00")),
    result(Action.CLEAR, other_number=""),
    result(Action.CLEAR),
    result(Action.CLEAR, other_number="", hours=("09:00", "18:00")),
    result(Action.CLEAR, hours=("09:00", "18:00")),
    result(Action.PAUSE),
    result(Action.RESUME),
    result(Action.STATUS, owned=(TONE, OTHER)),
    result(Action.STATUS, owned=(TONE,), paused=True),
    result(Action.INFO),
    result(Action.PACK, tone=ToneFacts("101", "Rainy Season", "", 400, 30), tone_code="101", charged=400),
    result(Action.LANGUAGE),
    result(Action.HELP),
    result(Action.LIST),
    result(Action.FIND, query="moon"),
    result(Action.TOP, first=10),
    result(Action.MORE),
]
LISTS = [
    result(Action.LIST, owned=(TONE, OTHER)),
    result(Action.FIND, query="o", found=(TONE, OTHER), found_in_all=37),
    result(Action.TOP, found=(TONE, OTHER)),
    result(Action.NEW, found=(TONE, OTHER)),
    result(Action.PACK, bundles=(BUNDLE, replace(BUNDLE, code="102", name="Quiet Evening"))),
]


TONES = (TONE, OTHER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_status_tells_what_plays_to_whom_and_needs_one_part_where_the_language_allows(language: str) -> None:
    everybody, her = SettingFacts(TONE.code, "Paper Boats"), SettingFacts(OTHER.code, "Rain", FRIEND, "22:00", "06:00")
    text = reply([result(Action.STATUS, owned=TONES, playing=(everybody, her))], language, WORDING)
    assert [] == [one for one in ("Paper Boats", "Rain", FRIEND, "22:00", "06:00") if one not in text]
    assert parts_needed(text) <= (2 if WORDING.languages[language].alphabet == "ucs2" else 1), text
    many = reply([result(Action.STATUS, owned=TONES, playing=(her,) * 20)], language, WORDING)
    assert parts_needed(many) <= 3, many


HOW_IT_STANDS = [
    result(Action.STATUS, owned=TONES),
    result(Action.STATUS, owned=TONES, paused=True),
    result(Action.STATUS, owned=TONES, playing=(SettingFacts(TONE.code, "Paper Boats"),)),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stands", HOW_IT_STANDS, ids=["open", "paused", "playing"])
def test_the_status_of_a_member_names_the_level_and_that_of_others_no_club(stands: Result, language: str) -> None:
    gold = LevelFacts("gold", {"en": "Gold", "zh": "金卡", "fr": "Or", "ar": "ذهبي", "sw": "Dhahabu"}, 1000, 30)
    member, other = (reply([one], language, WORDING) for one in (_member(stands, gold), stands))
    name = gold.name(language)
    assert (1, 0) == (member.count(f" {name}.") + member.count(f"：{name}。"), other.count(name)), member
    assert "  " not in member + other
    assert parts_needed(member) <= (2 if WORDING.languages[language].alphabet == "ucs2" else 1), member


def _member(stands: Result, level: LevelFacts) -> Result:
    return replace(stands, levels=(level,), member_of=level.id)


def _item(tone: ToneFacts, language: str) -> dict[str, object]:
    price, validity = WORDING.money(tone.price, language), WORDING.put("validity", language, days=tone.validity_days)
    return {"name": tone.name, "code": tone.code, "price": price, "validity": validity}


def samples(name: str, language: str, *, known: bool) -> dict[str, object]:
    """A value for each variable of a text, money and tones as that language writes them."""
    own: dict[str, object] = {
        "tone": WORDING.put("tone", language, name=TONE.name, singer=TONE.singer, code=TONE.code),
        **{one: WORDING.money(1200, language) for one in ("price", "charged", "fee", "total")},
        "validity": WORDING.put("validity", language, days=30),
        "date": WORDING.put("date", language, year=2026, month=11, day=25),
        "lower": WORDING.money(600, language),
        "number": WORDING.put("number", language, digits=FRIEND),
        "deed": WORDING.deed("gift", language, tone=WORDING.put("some_tone", language), number=FRIEND),
        "why": WORDING.why("balance", language)[0],
        "then": WORDING.why("balance", language)[1],
        "items": WORDING.items(
            [WORDING.put("list_item", language, **_item(tone, language)) for tone in TONES], language
        ),
        "benefit": WORDING.items(
            [
                WORDING.put("club_free", language, count=3),
                WORDING.put("club_then", language, price=WORDING.money(150, language), percent="", count=3),
            ],
            language,
        ),
        "codes": WORDING.items([tone.code for tone in TONES], language),
        "suggestion": f"{next(iter(COMMANDS_SHOWN[language])).split()[0]} {TONE.code}",
        "word": next(iter(COMMANDS_SHOWN[language])).split()[0],
    }
    return {
        one: "" if one in MAY_BE_EMPTY and not known else own.get(one, SAMPLES[one]) for one in ANSWERS[name].variables
    }


def test_the_shipped_words_have_no_finding() -> None:
    assert [] == check_templates(SHIPPED_TEMPLATES, LANGUAGES, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_success_tells_price_and_period_and_fits_its_parts(language: str) -> None:
    for one in DONE:
        text = reply([one], language, WORDING)
        assert parts_needed(text) <= WORDING.parts(reply_name(one), language), text
        assert not re.search(r"None|[ {][.,;]|\{\{", text), text
        for amount in [one.charged] if one.charged else []:
            assert WORDING.money(amount, language) in text
            assert WORDING.put("validity", language, days=30) in text


@pytest.mark.parametrize(("language", "action", "verdict"), list(product(LANGUAGES, Action, Verdict)))
def test_every_end_of_every_action_has_words(language: str, action: Action, verdict: Verdict) -> None:
    for tone in (TONE, None):
        text = reply([result(action, verdict, tone=tone)], language, WORDING)
        assert parts_needed(text) <= 3, text
        assert "None" not in text
        assert text == text.strip()
        assert not re.search(r" [.。]|：。", text), text


@pytest.mark.parametrize(("language", "action"), list(product(LANGUAGES, Action)))
def test_every_refusal_says_that_nothing_was_charged(language: str, action: Action) -> None:
    """Promise 4: why not, and that nothing was charged."""
    for reason in REASONS:
        text = reply([result(action, Verdict.REFUSED, reason)], language, WORDING)
        assert re.search(FREE_OF_CHARGE[language], text), text
        assert parts_needed(text) <= 3, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_own_words(language: str) -> None:
    for name in ANSWERS:
        others = [WORDING.say(name, one, **samples(name, one, known=True)) for one in LANGUAGES if one != language]
        assert WORDING.say(name, language, **samples(name, language, known=True)) not in others


@pytest.mark.parametrize("language", [one for one in LANGUAGES if WORDING.languages[one].alphabet == "gsm"])
def test_a_language_of_the_default_alphabet_uses_none_but_its_letters(language: str) -> None:
    for name, known in product(ANSWERS, (True, False)):
        assert "" == not_basic(WORDING.say(name, language, **samples(name, language, known=known)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [True, False], ids=["all known", "least known"])
def test_no_text_has_a_hole_where_something_is_not_known(language: str, known: bool) -> None:
    for name in ANSWERS:
        text = WORDING.say(name, language, **samples(name, language, known=known))
        assert not re.search(r"  | \.|\( |\(\)|（）|，，|，。|：。|،\.|, \.", text), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", LISTS, ids=lambda one: one.action)
def test_a_list_names_each_code_and_price_and_how_many_more_there_are(language: str, one: Result) -> None:
    text = reply([one], language, WORDING)
    assert parts_needed(text) <= 3, text
    for item in one.owned or one.found or one.bundles:
        assert item.code in text
        assert WORDING.money(item.price, language) in text
    assert ("35" in text) == (one.found_in_all == 37), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asked", ["GET", "GIFT", "YES 7 8", "COPY", "SET", "FIND", "PACK x", "LANG"])
def test_what_a_text_says_to_send_is_a_command_of_that_language(language: str, asked: str) -> None:
    """The first word of each line of commands.yaml is the one that answers show: it must be understood there."""
    alone = Grammar.load(SHIPPED_TEMPLATES, [language])
    for action in Action:
        word = next(shown for (_, of), shown in alone.everywhere.posters.items() if of is action)
        assert action in alone.everywhere.words[alone.everywhere.first.match(clean(word)).group()]  # type: ignore[union-attr]
    text = understand(asked, FRIEND, GRAMMAR)
    assert isinstance(text, Misunderstood)
    assert str(text.variables["word"]) in misunderstood(text, language, WORDING)


COMMANDS_SHOWN = {
    "en": ["DEL 600902000001", "SET 600902000001", "STOP", "ON", "LIST", "HELP", "PAUSE", "RESUME", "PACK"],
    "zh": ["SC 600902000001", "SZ 600902000001", "QX", "KT", "CX", "帮助", "暂停", "恢复", "套餐", "语言 EN"],
    "fr": ["SUPPR 600902000001", "REGLER 600902000001", "ARRET", "DEBUT", "LISTE", "AIDE", "PAUSE", "REPRISE"],
    "ar": ["حذف 600902000001", "خاص 600902000001", "إلغاء", "اشتراك", "قائمة", "مساعدة", "تعليق", "استئناف", "باقة"],
    "sw": ["FUTA 600902000001", "WEKA 600902000001", "ONDOA", "ANZA", "ORODHA", "MSAADA", "SITISHA", "ENDELEA"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_commands_that_answers_show_do_what_they_say(language: str) -> None:
    texts = "\n".join(WORDING.say(name, language, **samples(name, language, known=True)) for name in ANSWERS) + "".join(
        " ".join(WORDING.why(reason, language, code="", number="", key="", level="")) for reason in REASONS
    )
    for shown in COMMANDS_SHOWN[language]:
        assert shown in texts
        assert isinstance(understand(shown, "8613800000009", GRAMMAR), Command)


# Right to left


def every_arabic_answer() -> list[str]:
    names = [TONE, replace(TONE, name="ليل المدينة", singer="سمير طل"), replace(TONE, name="42", singer="7 Seas")]
    texts = [reply([replace(one, tone=one.tone and name)], "ar", WORDING) for one in DONE for name in names]
    texts += [reply([one], "ar", WORDING) for one in LISTS]
    texts += [gift_offer(FRIEND, TONE.code, name, "482193", "ar", WORDING) for name in names]
    texts += [WORDING.say(name, "ar", **samples(name, "ar", known=True)) for name in ANSWERS]
    return [*texts, *(reply([result(Action.ORDER, Verdict.REFUSED, reason)], "ar", WORDING) for reason in REASONS)]


def test_an_arabic_answer_begins_with_an_arabic_letter_which_sets_its_direction() -> None:
    """Unicode annex 9, P2 and P3: a handset takes the direction of the first strong letter."""
    for text in every_arabic_answer():
        strong = next(kind for char in text if (kind := unicodedata.bidirectional(char)) in {"L", "R", "AL"})
        assert "AL" == strong, text


def test_an_arabic_answer_needs_no_invisible_marks() -> None:
    for text in every_arabic_answer():
        assert [] == [char for char in text if unicodedata.category(char) == "Cf"]


def test_codes_numbers_and_prices_are_seen_whole_and_in_the_order_they_are_read() -> None:
    """Seen from right to left, digits of each run from left to right: what python-bidi makes of it on a screen."""
    for text in every_arabic_answer():
        runs = re.findall(r"[0-9]+(?:[.:][0-9]+)?", text)
        screen = get_display(text, base_dir="R")
        seen = [run[::-1] for run in re.findall(r"[0-9]+(?:[.:][0-9]+)?", screen[::-1])]
        assert runs == seen, (text, screen)


@given(st.sampled_from(["Paper Boats", "纸船", "ليل", "7 Seas", "Café d'hiver", "A (live)", "100%"]))
def test_an_order_in_arabic_shows_its_code_last_whatever_the_tones_name(name: str) -> None:
    text = reply([result(Action.ORDER, charged=200, tone=replace(TONE, name=name, singer=""))], "ar", WORDING)
    assert get_display(text, base_dir="R").lstrip().startswith(TONE.code)
