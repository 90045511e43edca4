"""Spectrum: eigenvalues, trace and spectral density of the loss's Hessian at a point of a landscape, of the whole and of each layer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np

from ..consent import Trust
from ..landscape import Landscape
from ..measures.density import Estimate, density, probe
from ..measures.derivatives import Derivatives
from ..measures.driven import driven
from ..measures.extremes import extremes
from ..measures.lanczos import Quadrature, lanczos
from ..point.network import opened_point
from ..progress import Job, Pace, Progress
from ..table import Table
from .added import Added
from .curvature import DENSITY, LAYERS, NODES, SPECTRUM, TRACE, CurvatureChoices
from .differentiated import Differentiated


def spectrum(
    source: Landscape | str | os.PathLike[str], choices: CurvatureChoices, *, trust: Trust = False
) -> Job[Added]:
    """The tables that `curvature` names, each sent as soon as it, or a probe or a layer more of it, is known. Raises LossvistaError as
    `opened_point` does, or where eigenvalues do not converge."""
    yield Progress("loading the network and the data")
    _, again = opened_point(source, choices.alpha, choices.beta, trust)
    differentiated = Differentiated(again, choices)
    derivatives = differentiated.at(choices.alpha, choices.beta)
    size = {"count": derivatives.size, "of_samples": len(differentiated.problem)}
    how = {**choices.model_dump(mode="json"), **size}
    tables = {name: Table(how=how) for name in (SPECTRUM, TRACE, NODES, DENSITY, LAYERS)}  # none of another point stays
    if choices.eigenvalues:
        tables[SPECTRUM] = yield from _ends(derivatives, choices, differentiated.dtype, how)
        yield Progress("the spectrum's ends are found", added=Added(dict(tables)))
    found: list[Quadrature] = []
    pace = Pace(choices.probes * choices.steps)
    for number in range(choices.probes):

        def say(products: float, number: int = number) -> Progress:
            done = number * choices.steps + int(products)
            stage = f"probe {number + 1} of {choices.probes}"
            return Progress(stage, done, choices.probes * choices.steps, pace.eta(done))

        start = probe(derivatives.size, choices.seed, number, differentiated.dtype)
        found.append((yield from driven(lanczos(start, choices.steps), derivatives, say)))
        tables |= _probed(found, derivatives.size, choices, how)
        yield Progress("probing the spectrum", number + 1, choices.probes, added=Added(dict(tables)))
    if choices.layers:
        rows: list[dict[str, Any]] = []
        layers = layers_of(differentiated.names)
        for layer, names in layers.items():
            rows.append((yield from _layer(layer, names, differentiated, f"layer {len(rows) + 1} of {len(layers)}")))
            columns = {name: np.array([row[name] for row in rows], _kind(rows[0][name])) for name in rows[0]}
            tables[LAYERS] = Table(columns, how)
            yield Progress("going through the layers", len(rows), len(layers), added=Added(dict(tables)))
    return Added(tables)


def layers_of(names: Iterable[str]) -> dict[str, list[str]]:
    """layer → its parameters, in the network's order: "layer1.0.conv1" has "layer1.0.conv1.weight" and its bias."""
    return {layer: list(own) for layer, own in groupby(names, lambda name: name.rpartition(".")[0] or name)}


def _ends(
    derivatives: Derivatives, choices: CurvatureChoices, dtype: type[np.floating], how: dict[str, Any]
) -> Job[Table]:
    def say(products: float) -> Progress:
        return Progress(f"the spectrum's ends, {products:.0f} products")

    search = extremes(
        derivatives.size, choices.eigenvalues, tolerance=choices.tolerance, seed=choices.seed, dtype=dtype
    )
    found = yield from driven(search, derivatives, say)
    low = min(choices.eigenvalues, len(found.values) // 2)  # of a matrix that has few
    high = min(choices.eigenvalues, len(found.values) - low)
    places = np.r_[found.largest(high), range(low)].astype(int)
    columns = {
        "eigenvalue": found.values[places],
        "residual": found.residuals[places],
        "end": np.array(["largest"] * high + ["smallest"] * low, dtype=object),
        "rank": np.r_[np.arange(high), np.arange(low)] + 1,
    }
    return Table(columns, {**how, "products": found.products})


def _probed(found: list[Quadrature], size: int, choices: CurvatureChoices, how: dict[str, Any]) -> dict[str, Table]:
    """The tables of the probes so far."""
    draws = np.array([size * one.mean for one in found])  # a probe of n signs has the square length n
    estimate = Estimate.of(draws)
    interval = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    tables = {TRACE: Table({"probe": np.arange(len(found)), "trace": draws}, {**how, **interval})}
    if choices.steps > 1:
        at, heights = density(found, choices.smoothing)
        numbers = np.concatenate([np.full(len(one.nodes), k) for k, one in enumerate(found)])
        nodes = {name: np.concatenate([getattr(one, f"{name}s") for one in found]) for name in ("node", "share")}
        tables[NODES] = Table({"probe": numbers, **nodes}, how)
        tables[DENSITY] = Table({"eigenvalue": at, "density": heights}, how)
    return tables


def _layer(layer: str, names: list[str], differentiated: Differentiated, stage: str) -> Job[dict[str, Any]]:
    """The ends and the trace of a layer's own block."""
    choices = differentiated.choices
    derivatives = differentiated.at(choices.alpha, choices.beta, names)  # type: ignore[attr-defined]

    def say(products: float) -> Progress:
        return Progress(f"{stage}, {layer}: {products:.0f} products")

    tolerance = choices.tolerance  # type: ignore[attr-defined]
    search = extremes(derivatives.size, 1, tolerance=tolerance, seed=choices.seed, dtype=differentiated.dtype)
    ends = yield from driven(search, derivatives, say)
    draws = []
    for number in range(choices.probes):  # type: ignore[attr-defined]
        start = probe(derivatives.size, choices.seed, number, differentiated.dtype)
        one = yield from driven(lanczos(start, 1), derivatives, say)
        draws.append(derivatives.size * one.mean)
    trace = Estimate.of(draws or [np.nan])
    return {
        "layer": layer,
        "parameters": derivatives.size,
        "lambda_max": float(ends.values[-1]),
        "lambda_min": float(ends.values[0]),
        "residual": float(ends.residuals[[0, -1]].max()),
        "trace": trace.value,
        "trace_low": trace.low,
        "trace_high": trace.high,
    }


def _kind(value: object) -> type:
    return object if isinstance(value, str) else type(value)
