"""Surface: a grid with named fields (train_loss, train_accuracy, …) and a mask that says how each value came to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from .errors import LossvistaError
from .grid import Grid


class Mark(IntEnum):
    """How a grid point's value came to be (the file's /evaluated). NaN is a value, so this is the only "not yet"."""

    NOT_YET = 0
    EVALUATED = 1  # on all samples
    INTERPOLATED = 2
    ESTIMATED = 3  # from a subset
    BOUND = 4  # a lower bound: stopped above the clip
    FAILED = 5


# Endings of fields that say something about another field (its error, its smallest sample) and are no landscape themselves.
ASIDE = ("_se", "_smallest")


@dataclass(frozen=True)
class Patch:
    """Results for some points. index (k,): flat grid indices, or steps of the trajectory named by `where`.
    fields: name → (k,) float64. samples: how many samples each value is the mean of. samples and mark: one for all points, or (k,).
    each: for each point (measures, m) loss and metrics of single samples, on their way to whoever estimates from them; never
    stored in a surface."""

    index: np.ndarray
    fields: dict[str, np.ndarray]
    samples: int | np.ndarray = 0
    where: str = "surface"
    mark: Mark | np.ndarray = Mark.EVALUATED
    each: Sequence[np.ndarray] | None = None


@dataclass(frozen=True)
class FieldInfo:
    """split: train or test. units: "nats", "1" … long_name: for axes and colour bars."""

    split: str = ""
    units: str = ""
    long_name: str = ""


@dataclass
class Surface:
    """fields: name → (ny, nx) float64, Z[j, i] = f(α_i, β_j). evaluated (ny, nx) uint8 of `Mark`. samples (ny, nx) int64."""

    grid: Grid
    fields: dict[str, np.ndarray] = field(default_factory=dict)
    evaluated: np.ndarray = None  # type: ignore[assignment]
    samples: np.ndarray = None  # type: ignore[assignment]
    info: dict[str, FieldInfo] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.evaluated is None:
            self.evaluated = np.zeros(self.grid.shape, np.uint8)
        if self.samples is None:
            self.samples = np.zeros(self.grid.shape, np.int64)

    def add(self, patch: Patch) -> None:
        """Enter a patch's values. A field that is new starts as NaN."""
        for name, values in patch.fields.items():
            if name not in self.fields:
                self.fields[name] = np.full(self.grid.shape, np.nan)
            self.fields[name].flat[patch.index] = values
        self.evaluated.flat[patch.index] = patch.mark
        self.samples.flat[patch.index] = patch.samples

    @property
    def missing(self) -> np.ndarray:
        """Flat indices still to be evaluated, coarse to fine."""
        order = self.grid.coarse_to_fine()
        return order[self.evaluated.flat[order] == Mark.NOT_YET]

    @property
    def complete(self) -> bool:
        return bool((self.evaluated != Mark.NOT_YET).all())

    @property
    def main(self) -> str:
        """The field shown first: the train loss where there is one. Raises LossvistaError where there is no field at all."""
        if not self.fields:
            raise LossvistaError(
                "This landscape holds no evaluated field yet.", "Compute it first, or wait for its first points."
            )
        return "train_loss" if "train_loss" in self.fields else next(iter(self.fields))

    def values(self, name: str) -> np.ndarray:
        """(ny, nx) values of a field. Raises LossvistaError where there is none of that name."""
        if name not in self.fields:
            raise LossvistaError(f"This landscape has no field called '{name}'.", f"It has: {', '.join(self.fields)}.")
        return self.fields[name]

    def preview(self, name: str) -> np.ndarray:
        """(ny, nx) for display while a job runs: gaps are filled bilinearly from the next coarser lattice. Never stored."""
        values = self.values(name)
        known = self.evaluated != Mark.NOT_YET
        if known.all() or not known.any():
            return values
        filled, coarse = np.where(known, values, np.nan), None
        for rows, columns in self.grid.levels:
            at = np.ix_(rows, columns)
            if coarse is not None:
                guess = _bilinear(*coarse, filled, rows, columns)
                filled[at] = np.where(known[at], filled[at], guess)
            coarse = (rows, columns)
        return filled

    def probe(self, alpha: float, beta: float, name: str) -> tuple[float, bool]:
        """The value at (α, β): the stored one at a node (second item True), else the bilinear one of the four around it."""
        values = self.values(name)
        i, u = cell(self.grid.alpha, alpha)
        j, v = cell(self.grid.beta, beta)
        if u in (0.0, 1.0) and v in (0.0, 1.0):
            return float(values[j + int(v), i + int(u)]), True
        total = 0.0
        for dj, wj in ((0, 1 - v), (1, v)):
            for di, wi in ((0, 1 - u), (1, u)):
                if wj * wi:
                    total += wj * wi * float(values[j + dj, i + di])
        return total, False


def cell(axis: np.ndarray, at: float) -> tuple[int, float]:
    """The cell of an increasing axis that holds `at`, and the share of the way through it; clamped to the ends."""
    if len(axis) == 1:
        return 0, 0.0
    i = int(np.clip(np.searchsorted(axis, at, side="right") - 1, 0, len(axis) - 2))
    return i, float(np.clip((at - axis[i]) / (axis[i + 1] - axis[i]), 0.0, 1.0))


def least_certain(surface: Surface, j: np.ndarray, i: np.ndarray) -> Mark:
    """The mark of the least certain of some points: not yet, failed, interpolated, a bound, estimated, evaluated."""
    order = (Mark.NOT_YET, Mark.FAILED, Mark.INTERPOLATED, Mark.BOUND, Mark.ESTIMATED, Mark.EVALUATED)
    return min((Mark(int(m)) for m in surface.evaluated[j, i].ravel()), key=order.index)


def _bilinear(
    rows: np.ndarray, columns: np.ndarray, values: np.ndarray, to_rows: np.ndarray, to_columns: np.ndarray
) -> np.ndarray:
    """Values known on the lattice rows × columns, interpolated at the finer to_rows × to_columns."""
    known = values[np.ix_(rows, columns)]
    if len(rows) == 1:
        return np.interp(to_columns, columns, known[0])[None].repeat(len(to_rows), 0)
    from scipy.interpolate import RegularGridInterpolator  # costs as much to import as all else the window needs

    j, i = np.meshgrid(to_rows, to_columns, indexing="ij")
    return RegularGridInterpolator((rows, columns), known)(np.stack([j, i], -1))
