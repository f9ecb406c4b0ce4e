"""Charts as SVG (PyPI pygal), drawn by the server and coloured by our own style sheet.

pygal brings its style and a script inside of each picture, which our Content-Security-Policy rightly refuses: both are
taken out, and the classes it gives its lines are coloured in `console.css`, so that charts go dark with the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

import pygal
from lxml import etree
from markupsafe import Markup

_WIDTH, _HEIGHT = 720, 200
_UNWANTED = ("style", "script", "title", "{*}style", "{*}script", "{*}title")


def lines(
    title: str,
    begins: Sequence[int],
    series: Mapping[str, Sequence[float | None]],
    *,
    label: str = "%H:%M",
    every: int = 10,
    dots: bool = False,
    formatter: Callable[[float], str] = lambda value: f"{value:,.0f}",
) -> Markup:
    """A line for each series over the same times; `title` is read to whoever can't see it.

    `begins` are seconds since the epoch, `label` how a time is written (strftime), `every` how many points lie between
    two that are written; `dots` shows a value that stands alone between two that are None.
    """
    chart = pygal.Line(
        css=[],
        js=[],
        width=_WIDTH,
        height=_HEIGHT,
        margin=6,
        show_legend=False,
        show_dots=dots,
        dots_size=2,
        show_x_guides=False,
        show_minor_x_labels=False,
        x_labels_major_every=every,
        truncate_label=-1,
        formatter=formatter,
        min_scale=3,
        max_scale=5,
        include_x_axis=True,
        no_data_text="nothing yet",
    )
    chart.x_labels = [time.strftime(label, time.localtime(at)) for at in begins]
    for name, values in series.items():
        chart.add(name, list(values))
    return _clean(chart.render_tree(), title)


def _clean(tree: etree._Element, title: str) -> Markup:
    etree.strip_elements(tree, *_UNWANTED, etree.Comment, with_tail=False)
    for element in tree.iter():
        for name in ("style", "id"):
            if name in element.attrib:
                del element.attrib[name]
    tree.set("role", "img")
    tree.set("aria-label", title)
    # Safe: every value in it was set by pygal and lxml as text, which they escape.
    return Markup(etree.tostring(tree, encoding="unicode"))  # noqa: S704
