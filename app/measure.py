"""Measure: what the actions of the studies do."""

from __future__ import annotations

from typing import Any

from .desk import Desk


def study(desk: Desk, name: str, values: dict[str, Any] | None = None, out: str = "") -> None:
    """Show a study in its panel, with these choices filled in where they are given."""
    dock = desk.docks["studies"]
    dock.bring()
    dock.panel.show_study(name, values, out)  # type: ignore[attr-defined]
