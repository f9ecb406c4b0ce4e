"""`python -m workers.settings` writes the reference page of all settings, `docs/settings.md`."""

from pathlib import Path

from workers.settings.reference import page

(Path(__file__).parents[2] / "docs" / "settings.md").write_text(page(), encoding="utf-8")
