"""Tint: the values of another field than that of the heights, as the colours of a surface (Li et al. 2018, Fig. 7: loss and convexity)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .landscape import Landscape
from .relief import Relief
from .style import Style


@dataclass(frozen=True)
class Tint:
    """relief: resolved; its range is that of the colours. shown (ny, nx): displayed values, between the known points interpolated, NaN
    beyond them. known: of how many points the value is known. name: for people, with units."""

    field: str
    relief: Relief
    shown: np.ndarray
    known: int
    name: str

    @property
    def span(self) -> tuple[float, float]:
        """The displayed range of the colours."""
        return self.relief.span

    @property
    def share(self) -> np.ndarray:
        """(ny, nx) shares of the range, NaN where nothing is known."""
        low, high = self.span
        return np.clip((self.shown - low) / ((high - low) or 1.0), 0.0, 1.0)

    @property
    def note(self) -> str:
        """What one should know about the colours."""
        count = self.shown.size
        return (
            f"The colours know {self.known:,} of {count:,} points; between them they are interpolated."
            if self.known < count
            else ""
        )


def painted(landscape: Landscape, style: Style) -> str:
    """The field that the colours show, where that is not the heights' own; else "". It may be one that the landscape lacks."""
    surface = landscape.surface
    own = not surface.fields or style.color_field == (style.relief.field or surface.main)
    return "" if own else style.color_field


def tint_of(landscape: Landscape, style: Style) -> Tint | None:
    """None where the colours are those of the heights. A loss is coloured by its logarithm, where all of it and the range's ends have one,
    all else linearly. Raises LossvistaError where the style names a field that the landscape lacks."""
    surface, field = landscape.surface, painted(landscape, style)
    if not field:
        return None
    values, low, high = surface.values(field), style.color_low, style.color_high
    logged = np.append(values[np.isfinite(values)], [end for end in (low, high) if end is not None])
    scale = "log" if field.endswith("_loss") and (logged > 0).all() else "linear"
    relief = Relief(field=field, scale=scale, low=low, high=high).resolved(values)
    shown = relief.transform(values)
    known = int(np.isfinite(shown).sum())
    if 0 < known < shown.size:
        shown = _between(shown, surface.grid.alpha, surface.grid.beta)
    info = surface.info.get(field)
    name = (info.long_name if info else "") or field.replace("_", " ")
    units = f" ({info.units})" if info and info.units not in ("", "1") else ""
    return Tint(field, relief, shown, known, name + units)


def _between(shown: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Values between the known ones: bilinear on a lattice of rows and columns, else linear on triangles; NaN outside."""
    there = np.isfinite(shown)
    rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
    lattice = shown[np.ix_(rows, columns)]
    if min(lattice.shape) < 2:
        return shown
    # costs as much to import as all else the window needs
    from scipy.interpolate import LinearNDInterpolator, RegularGridInterpolator
    from scipy.spatial import QhullError

    b, a = np.meshgrid(beta, alpha, indexing="ij")
    if np.isfinite(lattice).all():
        between = RegularGridInterpolator((beta[rows], alpha[columns]), lattice, bounds_error=False)
    else:
        try:
            between = LinearNDInterpolator(np.stack([b[there], a[there]], -1), shown[there], rescale=True)
        except QhullError:  # all on one line
            return shown
    return np.where(there, shown, between(np.stack([b, a], -1)))
