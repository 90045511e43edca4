"""Captions: what tells several landscapes apart in a legend or above panels, and what a plane of a special kind is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase

from .landscape import Landscape
from .levels import number

# Choices of a recipe that name a landscape among those of one title, in this order, and how a value is told.
_TOLD = {
    "model": "{}",
    "data": "{}",
    "directions": "{} directions",
    "weights": "{}",
    "trajectory": "{}",
    "seed": "seed {}",
    "repeat": "draw {}",
    "normalization": "normalization {}",
    "batch_norm": "batch-norm {}",
    "precision": "{}",
    "samples": "samples {}",
    "reach": "reach {}",
    "resolution": "resolution {}",
}


def captions(landscapes: Sequence[Landscape]) -> list[str]:
    """A caption for each, no two alike: the title, and where titles are shared what tells them apart ("cnn on digits, draw 3")."""
    made = [one.title or "untitled" for one in landscapes]
    for title in dict.fromkeys(made):
        _tell_apart([k for k, name in enumerate(made) if name == title], landscapes, made, list(_TOLD))
    return made


def _tell_apart(which: list[int], landscapes: Sequence[Landscape], made: list[str], keys: list[str]) -> None:
    """Add to the captions `which`, all alike, the first choice that differs, and go on with those that are still alike."""
    if len(which) < 2:
        return
    for at, key in enumerate(keys):
        told = {k: _told(landscapes[k], key) for k in which}
        if len(set(told.values())) > 1:
            for text in dict.fromkeys(told.values()):
                alike = [k for k in which if told[k] == text]
                for k in alike:
                    made[k] = f"{made[k]}, {text}" if text else made[k]
                _tell_apart(alike, landscapes, made, keys[at + 1 :])
            return
    for place, k in enumerate(which, 1):
        made[k] = f"{made[k]} ({place})"


def _told(landscape: Landscape, key: str) -> str:
    value = landscape.recipe.get(key)
    if key == "directions" and landscape.axes:
        value = landscape.axes[0].method or value
    elif key == "normalization" and landscape.axes:
        value = landscape.axes[0].normalization or value
    elif key == "batch_norm":
        value = landscape.trust.get("batch_norm", value)
    elif key == "samples":
        value = landscape.trust.get("samples", value)
    if key == "repeat" and isinstance(value, int):
        value += 1
    elif isinstance(value, float):
        value = number(value)
    elif key in ("weights", "trajectory"):  # paths: the last part says enough
        names = value if isinstance(value, (list, tuple)) else [value]
        value = " → ".join(Path(str(name)).name for name in names if name)
    return "" if value in (None, "") else _TOLD[key].format(value)


def lettered(count: int) -> list[str]:
    """a, b, c … z, a2, b2 …: what the panels of a comparison are called."""
    return [ascii_lowercase[k % 26] + (str(k // 26 + 1) if k >= 26 else "") for k in range(count)]


def listed(names: Sequence[str], most: int = 3) -> str:
    """ "A, B and 5 others"."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} others"


def plane_note(landscape: Landscape) -> str:
    """What a viewer must know of a plane of this kind before believing the picture; "" where nothing special."""
    if landscape.axes and landscape.axes[0].method == "init":
        return (
            "Initialization → solution: a picture that misleads. Along this line the loss falls smoothly, whatever lies beside it; "
            "the optimizer did not walk along it."
        )
    return ""
