"""Convexity map: the extreme eigenvalues of the full Hessian, and their ratio, at points of a landscape's grid (Li et al. 2018, Fig. 7)."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np

from ..consent import Trust
from ..errors import LossvistaError
from ..landscape import Landscape
from ..measures.driven import driven
from ..measures.extremes import Extremes, extremes
from ..point.network import opened_point
from ..progress import Job, Pace, Progress
from ..surface import FieldInfo
from ..table import Table
from .added import Added
from .convexity import HIGHEST, LOWEST, RATIO, SAME, TABLE, ConvexityChoices, chosen
from .differentiated import Differentiated

REMEMBERED = 2**29  # bytes of eigenvectors that are kept, to begin from at the points beside theirs
STIR = 0.1  # of noise in such a beginning, so that it lies in no subspace that the matrix leaves alone
UNSURE = 0.1  # of |λ_min|: where its residual is larger, its size is not known, and it is looked for more finely
FINER, TIMES = 10.0, 2
TRUSTED = 2.0  # tolerances that a residual may measure from such a beginning; else it is begun anew
FINEST = {"float32": 1e-6, "float64": 1e-12}  # tolerances that the arithmetic allows
INFO = {
    LOWEST: FieldInfo("train", "", "smallest eigenvalue of the Hessian"),
    HIGHEST: FieldInfo("train", "", "largest eigenvalue of the Hessian"),
    RATIO: FieldInfo("train", "1", "|λ_min / λ_max| of the Hessian"),
}
COLUMNS = ("alpha", "beta", LOWEST, HIGHEST, RATIO, "residual")


def convexity_map(
    source: Landscape | str | os.PathLike[str], choices: ConvexityChoices, *, trust: Trust = False
) -> Job[Added]:
    """Fields lambda_min, lambda_max and convexity_ratio, NaN where there is no value yet, and a table `convexity` of the points in the
    order of their computation: point (flat grid index), alpha, beta, the three, residual (the larger of the two), products. Points that
    a map of the same choices has already stay. Where the eigenvalues do not converge, a point is NaN. Raises LossvistaError as
    `opened_point` does."""
    yield Progress("loading the network and the data")
    landscape, again = opened_point(source, 0.0, 0.0, trust)
    found = _Map(landscape, choices)
    points = [int(point) for point in chosen(landscape, choices) if point not in found.known]
    total, pace = len(found.known) + len(points), Pace(len(points))
    differentiated, near = Differentiated(again, choices), _Near(landscape)
    for number, point in enumerate(points):
        alpha, beta = landscape.surface.grid.points(np.array([point]))[0]
        derivatives = differentiated.at(alpha, beta)

        def say(products: float, number: int = number) -> Progress:
            stage = f"point {total - len(points) + number + 1} of {total}, {products:.0f} products"
            return Progress(stage, total - len(points) + number, total, pace.eta(number))

        note, row = "", np.full(len(COLUMNS) + 1, np.nan)
        row[:2] = alpha, beta
        try:
            pair = yield from _pair(
                derivatives, choices, near.beginning(point, derivatives.size, differentiated.dtype), say
            )
        except LossvistaError as error:
            note = f"At α {alpha:.4g}, β {beta:.4g}: {error}"
        else:
            low, high = pair.values[[0, -1]]
            row[2:] = low, high, abs(low / high) if high else np.nan, pair.residuals[[0, -1]].max(), pair.products
            near.keep(point, pair)
        found.enter(point, row)
        done = total - len(points) + number + 1
        yield Progress("mapping the curvature", done, total, pace.eta(number + 1), note=note, added=found.added)
    return found.added


def _pair(derivatives, choices, beginning, say) -> Job[Extremes]:  # type: ignore[no-untyped-def]
    """The two ends; what begins at a neighbour's eigenvectors is taken where its residuals are as small as they should be. A smallest
    eigenvalue that drowns in its residual, as it does beside a very large one, is looked for again from where the search ended."""
    products, tolerance = 0, choices.tolerance

    def search(start: np.ndarray | None) -> Job[Extremes]:
        nonlocal products
        dtype = np.float64 if choices.precision == "float64" else np.float32
        wanted = extremes(derivatives.size, 1, tolerance=tolerance, seed=choices.seed, start=start, dtype=dtype)
        found = yield from driven(wanted, derivatives, lambda done: say(products + done))
        products += found.products
        return found

    pair = yield from search(beginning)
    if beginning is not None and pair.residuals.max() > TRUSTED * choices.tolerance * np.abs(pair.values).max():
        pair = yield from search(None)
    for _ in range(TIMES):
        if len(pair.values) < 2 or not pair.residuals[0] > UNSURE * abs(pair.values[0]):
            break
        tolerance = max(tolerance / FINER, FINEST[choices.precision])
        pair = yield from search(pair.vectors[:, [0, -1]].sum(1))
    return replace(pair, products=products)


class _Map:
    """What is known of a landscape's map, and grows."""

    def __init__(self, landscape: Landscape, choices: ConvexityChoices) -> None:
        self.grid, self.how = landscape.surface.grid, choices.model_dump(mode="json")
        before = landscape.tables.get(TABLE)
        same = before is not None and all(before.how.get(key) == self.how[key] for key in SAME)
        self.rows: list[np.ndarray] = []
        self.known: dict[int, int] = {}
        if before is not None and same:
            for row in before.rows():
                self.enter(int(row["point"]), np.array([row[name] for name in (*COLUMNS, "products")], float))  # type: ignore[call-overload]

    def enter(self, point: int, row: np.ndarray) -> None:
        self.known[point] = len(self.rows)
        self.rows.append(row)

    @property
    def added(self) -> Added:
        values = np.array(self.rows).reshape(-1, len(COLUMNS) + 1)
        columns: dict[str, Any] = {"point": np.array(list(self.known), np.int64)}
        columns |= {name: values[:, k] for k, name in enumerate((*COLUMNS, "products"))}
        fields = {name: np.full(self.grid.shape, np.nan) for name in INFO}
        for name, field in fields.items():
            field.flat[columns["point"]] = columns[name]
        return Added({TABLE: Table(columns, self.how)}, fields, INFO)


class _Near:
    """The eigenvectors of the points done last, for the points beside them."""

    def __init__(self, landscape: Landscape) -> None:
        self._grid = landscape.surface.grid
        self._vectors: dict[int, np.ndarray] = {}

    def keep(self, point: int, pair: Extremes) -> None:
        vectors = pair.vectors[:, [0, -1]].sum(1)
        while self._vectors and (len(self._vectors) + 1) * vectors.nbytes > REMEMBERED:
            del self._vectors[next(iter(self._vectors))]
        self._vectors[point] = vectors

    def beginning(self, point: int, size: int, dtype: type[np.floating]) -> np.ndarray | None:
        if not self._vectors:
            return None
        known = np.array(list(self._vectors))
        apart = self._grid.points(known) - self._grid.points(np.array([point]))
        nearest = self._vectors[int(known[(apart**2).sum(1).argmin()])]
        noise = np.random.default_rng(point).standard_normal(size, dtype)
        return nearest.astype(dtype) + STIR * noise / np.linalg.norm(noise)
