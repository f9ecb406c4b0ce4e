"""The worker, but a text with this tone kills the child that looks at it, as a fault in a C library might."""

import os

from workers.errand import Errand
from workers.journal import ClaimedRow, Ending

POISON = "600902000013"
_run = Errand.run


async def _killed_by_poison(self: Errand, row: ClaimedRow) -> Ending:
    if POISON in row.text:
        os._exit(9)
    return await _run(self, row)


Errand.run = _killed_by_poison  # type: ignore[method-assign]

if __name__ == "__main__":
    from tonegate import main

    main()
