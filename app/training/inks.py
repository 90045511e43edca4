"""Inks: the colours of a training's curves, in the light and in the dark theme: told apart also by eyes that see no red or green."""

from __future__ import annotations

from .. import theme

_LIGHT = {
    "loss": "#1b7f8c",
    "test_loss": "#123f66",
    "accuracy": "#c0660a",
    "test_accuracy": "#8a3f00",
    "norm": "#5b4bb5",
    "rate": "#7a8494",
}
_DARK = {
    "loss": "#3fb6c2",
    "test_loss": "#8fd0ff",
    "accuracy": "#f0a03c",
    "test_accuracy": "#ffd08a",
    "norm": "#a99cf5",
    "rate": "#7d8a9c",
}


def ink(role: str) -> str:
    """The colour of a role, as #rrggbb."""
    return (_DARK if theme.dark() else _LIGHT).get(role, theme.colors().soft)
