"""Shrinking: how much smaller what is written is in a small picture than in a roomy one."""

from __future__ import annotations

from PySide6.QtCore import QSize

ROOMY, SMALLEST = (
    QSize(620, 480),
    0.72,
)  # from this size on letters have their full size; they are never smaller than this share


def shrunk(size: QSize) -> float:
    """The share of their full size that letters have in a picture of this size, in pixels."""
    return max(SMALLEST, min(size.width() / ROOMY.width(), size.height() / ROOMY.height(), 1.0))
