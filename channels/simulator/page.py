"""The handset page as HTML: the one template, with the faults' inputs made from their model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

from channels.simulator.faults import Faults

DEMO_NUMBERS = ("8613800000001", "8613800000002")
DEMO_TONE = "600902000001"
DEMO_SERVICE = "*123#"
ASSETS = Path(__file__).parent / "assets"


def _fault_fields(faults: Faults) -> list[dict[str, Any]]:
    """Describe each fault's input from the model, so that a new fault appears on the page by itself."""
    fields = []
    for name, field in Faults.model_fields.items():
        most = next((rule.le for rule in field.metadata if hasattr(rule, "le")), 2**31)
        kind, shape, top, step = "count", "number", most, 1.0
        if field.annotation is float and most == 1:
            kind, shape, top, step = "share", "range", 1.0, 0.05
        elif name.endswith("_s") and not name.endswith("_per_s"):
            kind, shape, top, step = "seconds", "range", 5.0, 0.1
        elif name == "seed":
            kind = "seed"
        fields.append(
            {
                "name": name,
                "title": field.title,
                "description": field.description,
                "kind": kind,
                "input": shape,
                "max": top,
                "step": step,
                "value": getattr(faults, name),
            }
        )
    return fields


def render(faults: Faults, short_code: str) -> str:
    """Return the page, with the faults as they are now."""
    loader = jinja2.FileSystemLoader(ASSETS)
    shelf = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return shelf.get_template("handset.html").render(
        short_code=short_code, numbers=DEMO_NUMBERS, tone=DEMO_TONE, service=DEMO_SERVICE, faults=_fault_fields(faults)
    )
