"""Where the files are that come with the product, for an operator who has none of his own."""

from __future__ import annotations

from pathlib import Path

SHIPPED_TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
"""Words in a folder for each language; menus, commands and offers."""
