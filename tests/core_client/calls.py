"""One call of each operation, for tests that go through all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from core_client import CoreClient

NUMBER, OTHER, TONE = "8613800138001", "8613800138002", "600902000001"

CALLS: dict[str, Callable[[CoreClient], Awaitable[Any]]] = {
    "subscribe": lambda c: c.subscribe(NUMBER, brand="Gold", transaction_id="t-1", expected_price=800),
    "unSubscribe": lambda c: c.unsubscribe(NUMBER, transaction_id="t-1"),
    "query": lambda c: c.query_subscriber(NUMBER),
    "orderTone": lambda c: c.order_tone(NUMBER, TONE, transaction_id="t-1", expected_price=200),
    "renewTone": lambda c: c.renew_tone(NUMBER, TONE, transaction_id="t-1", expected_price=200, expected_until=1.8e9),
    "delInboxTone": lambda c: c.delete_tone(NUMBER, TONE, transaction_id="t-1"),
    "queryInboxTone": lambda c: c.owned_tones(NUMBER),
    "presentTone": lambda c: c.present_tone(NUMBER, OTHER, TONE, transaction_id="t-1", expected_price=200),
    "presentToneAffirm": lambda c: c.affirm_present(OTHER, "123456", accept=True, transaction_id="t-1"),
    "queryTone": lambda c: c.find_tone(TONE),
    "activateAndPause": lambda c: c.play(NUMBER, plays=False, transaction_id="t-1"),
    "setTone": lambda c: c.set_tone(NUMBER, TONE, caller=OTHER, hours=("09:00", "18:00"), transaction_id="t-1"),
    "delSetting": lambda c: c.clear_settings(NUMBER, caller=OTHER, hours=("09:00", "18:00"), transaction_id="t-1"),
    "querySetting": lambda c: c.settings(NUMBER),
    "queryCopy": lambda c: c.copyable_tone(NUMBER, OTHER),
    "copyTone": lambda c: c.copy_tone(NUMBER, OTHER, TONE, transaction_id="t-1", expected_price=200),
    "queryTbTone": lambda c: c.bundles(),
    "searchTone": lambda c: c.find_tones("moon"),
    "queryTransaction": lambda c: c.query_transaction("t-1"),
}
CHANGES = (
    *("subscribe", "unSubscribe", "orderTone", "delInboxTone", "presentTone", "presentToneAffirm"),
    *("activateAndPause", "setTone", "delSetting", "copyTone", "renewTone"),
)
READS = (
    *("query", "queryInboxTone", "querySetting", "queryTone", "queryCopy", "queryTbTone", "searchTone"),
    "queryTransaction",
)
