"""Ranking: several networks by each measure of their minima, beside their test error, and how far the one orders them as the other does
(the batch-size and weight-decay comparisons of Keskar et al. 2017 and Li et al. 2018)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .landscape import Landscape
from .measures.slice import variation
from .minima.choices import ITERATE
from .minima.told import MINIMA
from .studies.slices import values_of
from .table import Table

NAN = float("nan")
FEW = 10  # networks, below which a correlation is hardly worth its name
SURE = 0.05  # of a p-value
ERRORS = {"test_error": "test error", "test_loss": "test loss"}


@dataclass(frozen=True)
class Measure:
    """label: for people. of: its value at the centre of a landscape, NaN where it has not been measured. column: of a minefield's table,
    "" where that has none. study: what measures it, "" where the landscape knows it."""

    label: str
    of: Callable[[Landscape], float]
    column: str = ""
    study: str = ""


def centre(landscape: Landscape, name: str) -> float:
    """A field's value at α = β = 0."""
    surface, grid = landscape.surface, landscape.surface.grid
    inside = grid.alpha[0] <= 0 <= grid.alpha[-1] and grid.beta[0] <= 0 <= grid.beta[-1]
    return surface.probe(0.0, 0.0, name)[0] if name in surface.fields and inside else NAN


def _table(landscape: Landscape, name: str) -> Table | None:
    """A study's table, where it is about the centre."""
    table = landscape.tables.get(name)
    about = table is not None and len(table) and not any(table.how.get(axis) for axis in ("alpha", "beta"))
    return table if about else None


def _told(table: str, name: str) -> Callable[[Landscape], float]:
    """A figure that a table's how has."""

    def of(landscape: Landscape) -> float:
        found = _table(landscape, table)
        value = found.how.get(name, NAN) if found is not None else NAN
        return float(value) if isinstance(value, (int, float)) else NAN

    return of


def _radius(landscape: Landscape) -> float:
    table = _table(landscape, "basin")
    return float(np.median(table["radius"])) if table is not None else NAN


def _eigenvalue(landscape: Landscape) -> float:
    table = _table(landscape, "spectrum")
    return float(np.max(np.asarray(table["eigenvalue"], float))) if table is not None else NAN


def _sharpness(neighbourhood: str) -> Callable[[Landscape], float]:
    def of(landscape: Landscape) -> float:
        table = _table(landscape, "sharpness")
        rows = [row for row in table.rows() if row.get("neighbourhood") == neighbourhood] if table is not None else []
        return float(rows[0]["worst"]) if rows else NAN  # type: ignore[arg-type]

    return of


def _roughness(landscape: Landscape) -> float:
    """Of the slice itself, its main field in logarithms; see `measures.slice.variation`."""
    surface = landscape.surface
    return variation(values_of(surface, surface.main, "log")[1]) if surface.fields else NAN


def _trust(name: str) -> Callable[[Landscape], float]:
    def of(landscape: Landscape) -> float:
        value = landscape.trust.get(name, NAN)
        return float(value) if isinstance(value, (int, float)) else NAN

    return of


MEASURES: dict[str, Measure] = {
    "train_loss": Measure("training loss", lambda landscape: centre(landscape, "train_loss"), "train_loss"),
    "weight_norm": Measure("‖θ‖", _trust("weight_norm"), "weight_norm"),
    "radius": Measure("basin radius", _radius, "radius", "basin"),
    "log_volume": Measure("log basin volume", _told("basin", "log_volume"), "log_volume", "basin"),
    "eigenvalue": Measure("largest eigenvalue", _eigenvalue, "", "curvature"),
    "trace": Measure("trace of the Hessian", _told("spectrum_trace", "value"), "", "curvature"),
    "sharpness": Measure("ε-sharpness", _sharpness("box"), "", "sharpness"),
    "adaptive_sharpness": Measure("adaptive sharpness", _sharpness("adaptive"), "", "sharpness"),
    "roughness": Measure("roughness of the slice", _roughness),
}


@dataclass(frozen=True)
class Correlation:
    """Between a measure and the error, over `count` networks. rho: Spearman's, with the ends of its 95 % interval (Bonett & Wright 2000;
    NaN for fewer than 4); tau: Kendall's τ-b, with the p-value of no association (exact for few networks without ties)."""

    count: int
    rho: float = NAN
    low: float = NAN
    high: float = NAN
    tau: float = NAN
    p: float = NAN

    @property
    def warning(self) -> str:
        """What somebody must know who looks at it; "" for nothing."""
        if self.count < 3:
            return f"only {self.count} network{'s' * (self.count != 1)}: no correlation"
        if math.isnan(self.tau):
            return "all are equal: no correlation"
        few = f"only {self.count} networks" if self.count < FEW else ""
        return "; ".join(filter(None, (few, "may well be chance" if self.p > SURE else "")))

    @property
    def told(self) -> str:
        """The figures and the warning, in words."""
        if math.isnan(self.tau):
            return self.warning
        interval = f" ({self.low:.2f} to {self.high:.2f})" if math.isfinite(self.low) else ""
        told = f"Spearman ρ = {self.rho:.2f}{interval}, Kendall τ = {self.tau:.2f}, p = {self.p:.2g}".replace("-", "−")
        return f"{told} – {self.warning}" if self.warning else told


@dataclass(frozen=True)
class Ranking:
    """names (k,) of the networks. values: measure → (k,), of those of MEASURES that any network has. error (k,): test error or loss."""

    names: tuple[str, ...] = ()
    values: dict[str, np.ndarray] = field(default_factory=dict)
    error: np.ndarray = field(default_factory=lambda: np.zeros(0))
    by: str = "test_error"

    def correlation(self, measure: str) -> Correlation:
        """Of a measure with the error."""
        return correlation(self.values[measure], self.error)

    @property
    def lacking(self) -> str:
        """Which studies would say more, in a sentence; "" for none."""
        known = {MEASURES[name].study for name in self.values}
        studies = dict.fromkeys(m.study for m in MEASURES.values() if m.study and m.study not in known)
        return f"Not measured: {', '.join(studies)}." if studies else ""


def ranking(landscapes: Mapping[str, Landscape], by: str = "test_error") -> Ranking:
    """name → landscape. A minefield gives a row for each of its minima, another landscape one for its centre."""
    names, rows, errors = list[str](), list[dict[str, float]](), list[float]()
    for name, landscape in landscapes.items():
        minima = landscape.tables.get(MINIMA)
        if minima is None:
            names.append(name)
            rows.append({key: measure.of(landscape) for key, measure in MEASURES.items()})
            test = centre(landscape, "test_loss" if by == "test_loss" else "test_accuracy")
            errors.append(test if by == "test_loss" else 1 - test)
            continue
        for k in np.flatnonzero(minima["kind"] != ITERATE):
            names.append(f"{name}: {minima['model'][k]}" if len(landscapes) > 1 else str(minima["model"][k]))
            columns = {key: measure.column for key, measure in MEASURES.items()}
            rows.append({key: float(minima[column][k]) if column else NAN for key, column in columns.items()})
            errors.append(float(minima["test_loss"][k] if by == "test_loss" else 1 - minima["test_accuracy"][k]))
    values = {key: np.array([row[key] for row in rows]) for key in MEASURES}
    known = {key: column for key, column in values.items() if np.isfinite(column).any()}
    return Ranking(tuple(names), known, np.array(errors, float), by)


def correlation(measure: np.ndarray, error: np.ndarray) -> Correlation:
    """Over the networks of which both are known. Equal values share their rank."""
    known = np.isfinite(measure) & np.isfinite(error)
    count = int(known.sum())
    if count < 3 or np.ptp(measure[known]) == 0 or np.ptp(error[known]) == 0:
        return Correlation(count)
    from scipy.stats import kendalltau, spearmanr

    agreed: Any = spearmanr(measure[known], error[known])
    ordered: Any = kendalltau(measure[known], error[known])
    rho = float(agreed.statistic)
    low = high = NAN
    if count > 3:
        spread = 1.96 * math.sqrt((1 + rho**2 / 2) / (count - 3))
        turned = math.atanh(min(max(rho, -1 + 1e-12), 1 - 1e-12))
        low, high = math.tanh(turned - spread), math.tanh(turned + spread)
    return Correlation(count, rho, low, high, float(ordered.statistic), float(ordered.pvalue))
