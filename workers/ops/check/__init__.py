"""`tonegate check`: settings and connections, a line each: well, or what is wrong and how to mend it.

It answers within seconds, whatever hangs: of who is stopped or waits for his disk it says so, and where to look.
Each module looks at one thing; `Checks` looks at all of them at once.
"""

from workers.ops.check.binds import Problems, bind_lines
from workers.ops.check.checks import Checks, Patience

__all__ = ["Checks", "Patience", "Problems", "bind_lines"]
