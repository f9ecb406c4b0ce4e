"""Whether the ringtone core answers our account."""

from __future__ import annotations

import asyncio

from core_client import AccountRefused, CoreError, ResultCodeError
from workers.composing import core_client_of
from workers.ops.line import Line
from workers.ops.names import Names, host_in
from workers.settings import Settings


async def core_lines(settings: Settings, names: Names, patience_s: float) -> list[Line]:
    """Ask it for its life; nothing is changed there."""
    core = settings.core
    if unnamed := await names.trouble(host_in(core.url), "core.url"):
        return [Line("core", False, f"{core.url}: {unnamed.found}", unnamed.mend)]
    try:
        client = core_client_of(settings)
    except (ResultCodeError, OSError) as error:
        return [Line("core", False, f"result codes: {error}", "correct the file that core.codes names")]
    mend = "see that the core runs and core.url is right"
    try:
        async with asyncio.timeout(patience_s):
            await client.ping()
    except AccountRefused as error:
        found = f"the core refuses account {core.account} ({error.reason})"
        return [Line("core", False, found, "check core.account and core.password")]
    except CoreError as error:
        # Its own time limit may be the first to run out.
        found = f"does not answer within {patience_s:g} s" if error.reason == "timeout" else str(error)
        return [Line("core", False, f"{core.url}: {found}", mend)]
    except TimeoutError:
        return [Line("core", False, f"{core.url}: does not answer within {patience_s:g} s", mend)]
    finally:
        await client.close()
    return [Line("core", True, f"{core.url} answers account {core.account}")]
