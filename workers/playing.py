"""What plays to whom, at the core: what is set, and what is taken back."""

from __future__ import annotations

from core_client import Answer, CoreClient, Refused, Setting
from workers.dialogue import SettingFacts
from workers.steps import Step


async def playing(core: CoreClient, number: str) -> tuple[SettingFacts, ...]:
    """What a number has set; nothing where the core has no answer to that, since the rest of its status has one."""
    try:
        return tuple(map(_facts, await core.settings(number)))
    except Refused:
        return ()


async def cleared(core: CoreClient, step: Step) -> Answer:
    """Take back whatever has the tone, the caller and the hours that are named."""
    return await core.clear_settings(
        step.number,
        tone_code=step.tone_code,
        caller=step.recipient,
        hours=step.hours,
        transaction_id=step.transaction_id,
    )


def _facts(setting: Setting) -> SettingFacts:
    begin, end = setting.hours or ("", "")
    return SettingFacts(setting.tone_code, setting.tone_name, setting.caller, begin, end)
