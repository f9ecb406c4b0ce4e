"""USSD over SMPP through the running product: each variant at a gateway of its own, made with smpp34's server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio

from core_client.sandbox.catalogue import starting_catalogue
from tests.end_to_end.product import PATIENT
from tests.house import PATIENT_CORE, House
from tests.smpp.peers.smpp34_server import Smpp34Smsc
from tests.ussd.over_smpp.gateway import MANNERS, OPERATION, Handset

pytestmark = pytest.mark.asyncio(loop_scope="module")

TONE = next(tone for tone in starting_catalogue() if tone.code == "600902000002")
PRICE = f"{TONE.price / 100:.2f}"
VARIANTS = list(MANNERS)


@dataclass
class Product:
    """The running house, and the gateway of each variant; texts go out by the first."""

    house: House
    gateways: dict[str, Smpp34Smsc]

    def charged(self, number: str) -> list[tuple[str, int]]:
        return [(row["action"], row["amount"]) for row in self.house.core.charges() if row["number"] == number]

    async def texted(self, number: str, handset: Handset) -> str:
        """The text message that a number was sent."""
        for submitted in handset.texts:
            if submitted.destination == number:
                return submitted.text
        while True:
            submitted = await self.gateways[VARIANTS[0]].next_submit()
            if submitted.destination == number and OPERATION not in submitted.tlvs:
                return submitted.text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with AsyncExitStack() as stack:
        gateways = {variant: await stack.enter_async_context(Smpp34Smsc()) for variant in VARIANTS}
        first, *others = VARIANTS
        bind = {"ussd_dialect": first, "short_codes": ["8888"], "ussd_service_codes": ["*123#"]}
        ussd = {**PATIENT, "push": ["gift"], "push_wait_s": 900.0}
        settings = {"bind": bind, "core": PATIENT_CORE, "ussd": ussd}
        house = House(tmp_path_factory.mktemp("house"), gateways[first].port, settings)
        with house.file.open("a") as file:
            for variant in others:
                file.write(
                    f'[[smpp.binds]]\nname = "{variant}"\nsystem_id = "tonegate"\npassword = "file:smsc.password"\n'
                    f'port = {gateways[variant].port}\nussd_dialect = "{variant}"\nussd_service_codes = ["*123#"]\n'
                )
        await stack.enter_async_context(house)
        for gateway in gateways.values():
            await gateway.bound()
        yield Product(house, gateways)


def number(test: int, variant: str) -> str:
    return f"861380{70 + test:02}{VARIANTS.index(variant):05}"


@pytest.mark.parametrize("variant", VARIANTS)
async def test_a_tone_is_ordered_over_every_variant_and_paid_once(product: Product, variant: str) -> None:
    """Promises 2, 3 and 4: the price before the yes, one charge, and a text about it."""
    caller = number(1, variant)
    handset = Handset(product.gateways[variant], variant, caller)
    assert "2 Enter a code" in (await handset.dial("*123#")).text
    await handset.press("2")
    shown = await handset.press(TONE.code)
    assert (True, False) == (PRICE in shown.text, shown.ends)
    assert [] == product.charged(caller)
    last = await handset.press("1")
    assert (True, True) == (TONE.name in last.text, last.ends)
    assert [("order", TONE.price)] == product.charged(caller)
    assert PRICE in await product.texted(caller, handset)


@pytest.mark.parametrize("variant", VARIANTS)
async def test_who_hangs_up_over_any_variant_has_ordered_nothing_and_may_dial_anew(
    product: Product, variant: str
) -> None:
    caller = number(2, variant)
    handset = Handset(product.gateways[variant], variant, caller)
    shown = await handset.dial(f"*123*2*{TONE.code}#")
    assert PRICE in shown.text
    await handset.hang_up()
    again = await Handset(product.gateways[variant], variant, caller, session=43).dial("*123#")
    assert not again.ends
    assert [] == product.charged(caller)


async def test_a_gift_is_taken_on_a_screen_that_we_begin_and_both_are_told(product: Product) -> None:
    """Promises 3 and 4: the giver pays once the recipient has said yes, and nobody is asked twice."""
    variant, gateway = VARIANTS[0], product.gateways[VARIANTS[0]]
    giver, recipient = number(3, variant), number(4, variant)
    handset = Handset(gateway, variant, giver)
    await handset.dial("*123#")
    await handset.press("4")
    await handset.press(TONE.code)
    shown = await handset.press(recipient)
    assert PRICE in shown.text
    await handset.press("1")
    pushed = next((one for one in handset.texts if one.destination == recipient), None)
    while pushed is None or pushed.destination != recipient:
        pushed = await gateway.next_submit()
    assert (b"\2", True) == (pushed.tlvs.get(OPERATION), giver in pushed.text)
    session = {tag: value for tag, value in pushed.tlvs.items() if tag != OPERATION}
    await gateway.deliver_dial(recipient, "123", "1", {OPERATION: bytes([18]), **session})
    told: dict[str, str] = {}
    while not (giver in told and recipient in told):
        heard = await gateway.next_submit()
        told[heard.destination] = heard.text
    assert TONE.name in told[recipient]
    assert PRICE in told[giver]
    assert [TONE.price] == [amount for _, amount in product.charged(giver)]
    assert [] == [amount for _, amount in product.charged(recipient) if amount]
