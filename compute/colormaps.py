"""Colour maps: the catalogue of those that can be chosen, and which of them are even to the eye and safe for colour-blind ones.

Both are measured, not believed: the steps of a map in the CIE L*a*b* space, seen by all three kinds of eyes (simulated as in
Machado, Oliveira and Fernandes 2009, severity 1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from cmap import Catalog

from .colors import OURS, SUGGESTED, colormap

STEPS = 64  # of a map, that are looked at
UNEVEN = 0.35  # coefficient of variation of the steps above which a map is not even: viridis has 0.19, jet 0.37
SPAN = 35.0  # L* that a map must run through for anybody to tell its values by lightness
BACK = 1.0  # L* that lightness may run the wrong way
# Linear RGB as seen without long-wave cones (protanopia) and without middle-wave cones (deuteranopia).
EYES = (
    np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
)
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) / np.array(
    [[0.9505], [1.0], [1.089]]
)  # sRGB → XYZ over the white point D65


@dataclass(frozen=True)
class MapInfo:
    """name: as a style holds it. kind: sequential, diverging, cyclic or other. even: equal steps of the value look alike. safe:
    values can be told by lightness, by all kinds of eyes."""

    name: str
    kind: str
    even: bool
    safe: bool

    @property
    def good(self) -> bool:
        return self.even and self.safe


def catalogue() -> list[tuple[str, str]]:
    """All continuous colour maps, as (name, kind): the suggested ones, ours, then the others by name."""
    known_to_cmap = Catalog()
    names = known_to_cmap.unique_keys(prefer_short_names=False, interpolation="linear")  # pyright: ignore[reportCallIssue]
    items = {name: known_to_cmap[name] for name in names}
    first = [*SUGGESTED, *OURS]
    known = {str(colormap(name).name) for name in first}
    rest = sorted((n for n in items if items[n].category != "qualitative" and n not in known), key=plain)
    kinds = {name: str(items[name].category) for name in rest}
    return [(name, "sequential") for name in first] + [
        (n, "other" if kind == "miscellaneous" else kind) for n, kind in kinds.items()
    ]


@cache
def measure(name: str, kind: str) -> MapInfo:
    """Look at a map with all eyes. Raises LossvistaError where there is none of that name."""
    colors = np.asarray(colormap(name).lut(STEPS))[:, :3]
    seen = lab(colors)
    steps = np.linalg.norm(np.diff(seen, axis=0), axis=1)
    even = bool(steps.std() <= UNEVEN * steps.mean())
    return MapInfo(name, kind, even, all(_by_lightness(lab(colors, eye)[:, 0]) for eye in (None, *EYES)))


def lab(colors: np.ndarray, eye: np.ndarray | None = None) -> np.ndarray:
    """sRGB shares (n, 3) → L*a*b* (n, 3), as the usual eye sees them or another one (a matrix of EYES)."""
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    if eye is not None:
        linear = np.clip(linear @ eye.T, 0, 1)
    x, y, z = np.where((t := linear @ _XYZ.T) > 216 / 24389, np.cbrt(t), t * 841 / 108 + 4 / 29).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def _by_lightness(light: np.ndarray) -> bool:
    """Whether lightness tells the value: it runs one way, and far enough."""
    steps = np.diff(light)
    sign = 1.0 if light[-1] >= light[0] else -1.0
    return bool((sign * steps > -BACK).all() and abs(light[-1] - light[0]) >= SPAN)


def plain(name: str) -> str:
    """A name without its collection, for sorting and for lists."""
    return name.rpartition(":")[2].lower()
