"""The operations console: all that the command line tells and does, in the browser, by role.

`service.serve` runs it, `refusal` says why it may not be run, `address` where it is.  A page is a `Page` in a module of
`pages/`: an address, the least role that may ask for it, and a handler from `Asked` to `Shown` (a template and its
values) or `Moved` (after a change).  `door` sees to who asks, the token of each form and the words of each refusal;
`guard` to Host, Origin and headers; `watch` looks around in the background, so that the front page asks nobody.  A new
page goes into `PAGES` of `app`; its `name` is its place in the navigation.
"""

from workers.ops.console.address import address, refusal

__all__ = ["address", "refusal"]
