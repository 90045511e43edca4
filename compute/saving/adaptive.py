"""Adaptive plan: points between evaluated ones are interpolated where held-out points confirm that they can be, else evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation

from ..engines.task import Task
from ..surface import Mark, Patch, Surface
from .plan import Plan

COARSE = 9  # points a side that are evaluated before anything is interpolated
MARGIN = 2.0  # held-out points must agree so many times better than to the tolerance: they are few
ROUGH = 0.75  # share of the cells that fail from which on a surface is called too rough


@dataclass
class Adaptive(Plan):
    """tolerance: relative to the loss; aimed at, not proved. loss: the field that is compared.

    Lattice after lattice, coarse to fine, one new point in each open cell is held out: it is evaluated, and compared with what the
    coarser lattice says of it. A cell is closed where that agrees, in it and in the cells around it; in all others every new point
    is evaluated. What lies in closed cells is interpolated at the end. Everything follows from which points are evaluated, so a
    stopped run goes on where it was."""

    tolerance: float = 0.01
    loss: str = "train_loss"

    def tasks(self) -> Iterator[Task | None]:
        surface = self.landscape.surface
        levels = surface.grid.levels
        begin = next((k for k, (r, c) in enumerate(levels) if max(len(r), len(c)) >= COARSE), len(levels) - 1)
        yield from self._waiting(_members(surface, *levels[begin]))
        yield from self.paths()
        yield None
        closed: np.ndarray = np.zeros(surface.grid.shape, bool)
        for (rows, columns), (finer_rows, finer_columns) in zip(levels[begin:], levels[begin + 1 :], strict=False):
            fresh = np.zeros(surface.grid.shape, bool)
            fresh[np.ix_(finer_rows, finer_columns)] = True
            fresh[np.ix_(rows, columns)] = False
            fresh &= ~closed
            cells = _cells(surface.grid.shape, rows, columns)
            held = _one_a_cell(cells, fresh)
            yield from self._waiting(held)
            yield None
            failed = self._failed(held, rows, columns)
            bad: np.ndarray = np.isin(cells, cells.flat[held[failed]])
            if len(finer_rows) * len(finer_columns) == surface.grid.size and len(held) and failed.mean() > ROUGH:
                self.notes.append(
                    f"Too rough to interpolate: of {len(held)} points held out, {int(failed.sum())} differ by more than "
                    f"{100 * self.tolerance / MARGIN:g} % from the points around them, at the finest step. The points there are evaluated."
                )
            # what a cell's neighbour does not confirm is not taken for smooth either: one coarse step all round
            step = max(1, round((len(surface.grid.beta) - 1) / max(len(rows) - 1, 1)))
            side = max(1, round((len(surface.grid.alpha) - 1) / max(len(columns) - 1, 1)))
            bad = binary_dilation(bad, np.ones((2 * step + 1 if len(rows) > 1 else 1, 2 * side + 1), bool))
            closed |= ~bad
            yield from self._waiting(np.flatnonzero(fresh & bad))
            yield None

    def last(self) -> Patch | None:
        """The interpolated points, when all others are there."""
        surface = self.landscape.surface
        left = np.flatnonzero(surface.evaluated == Mark.NOT_YET)
        if not len(left):
            return None
        return Patch(
            left, {name: surface.preview(name).flat[left] for name in surface.fields}, 0, mark=Mark.INTERPOLATED
        )

    def _waiting(self, index: np.ndarray) -> Iterator[Task]:
        return self.surface(index[self.landscape.surface.evaluated.flat[index] == Mark.NOT_YET])

    def _failed(self, held: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Which of the held-out points the coarser lattice does not give to within the tolerance."""
        surface = self.landscape.surface
        coarse = Surface(surface.grid)
        known = _members(surface, rows, columns)
        known = known[np.isin(surface.evaluated.flat[known], (Mark.EVALUATED,))]
        coarse.add(Patch(known, {self.loss: surface.values(self.loss).flat[known]}))
        guess, true = coarse.preview(self.loss).flat[held], surface.values(self.loss).flat[held]
        with np.errstate(invalid="ignore"):
            return ~(np.abs(guess - true) <= self.tolerance / MARGIN * np.abs(true))


def _members(surface: Surface, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Flat indices of a lattice's points."""
    return (rows[:, None] * surface.grid.shape[1] + columns[None, :]).ravel()


def _cells(shape: tuple[int, int], rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(ny, nx): which cell of a lattice each point lies in; on its lines, one of those beside."""
    j, i = (
        np.clip(np.searchsorted(lattice, np.arange(length), "right") - 1, 0, max(len(lattice) - 2, 0))
        for lattice, length in zip((rows, columns), shape, strict=True)
    )
    return j[:, None] * len(columns) + i[None, :]


def _one_a_cell(cells: np.ndarray, fresh: np.ndarray) -> np.ndarray:
    """Flat indices: of the fresh points of each cell one, drawn: in the middle of a saddle's cell interpolation is right by chance,
    on an edge along which the surface is straight as well, but not at all of these in a cell and its neighbours."""
    index = np.flatnonzero(fresh)
    index = index[np.argsort(cells.flat[index], kind="stable")]
    _, first, count = np.unique(cells.flat[index], return_index=True, return_counts=True)
    return index[first + np.random.default_rng(len(index)).integers(0, count)]
