"""Beside: the files next to the surface's own, for what a format keeps apart: NAME-path.SUFFIX, NAME-contours.SUFFIX,
NAME-axes.SUFFIX, NAME-critical.SUFFIX, NAME-pins.SUFFIX, NAME-measured.SUFFIX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ..storage.disk import put
from .seen import Seen
from .shape import Shape

WHAT = {
    "path": "The descent path is",
    "contours": "The contour lines are",
    "axes": "The axes are",
    "critical": "The critical points are",
    "pins": "The pins, without their names, are",
    "measured": "What two pins measure is",
}


def put_beside(
    seen: Seen, target: Path, written: Callable[[Shape], bytes], parts: Mapping[str, Shape] | None = None
) -> list[str]:
    """Write each part as `written` makes it; parts: in place of the lines. Returns where they are, in sentences."""
    told = []
    for name, shape in (seen.beside if parts is None else parts).items():
        file = target.with_name(f"{target.stem}-{name}{target.suffix}")
        put(file, written(shape))
        told.append(f"{WHAT[name]} in {file.name}.")
    return told
