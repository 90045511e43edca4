"""Curvature (choices): which figures of the Hessian's spectrum at a point are found, and what the tables of it say."""

from __future__ import annotations

import numpy as np

from ..choices import choice
from ..landscape import Landscape
from ..levels import number
from ..table import Table
from .at import At
from .hessian import HessianChoices

# eigenvalue, residual, end ("largest" or "smallest"), rank in it from 1
SPECTRUM = "spectrum"
DENSITY = "spectrum_density"  # eigenvalue, density
NODES = "spectrum_nodes"  # probe, node, share: the quadratures that the density is drawn from
TRACE = "spectrum_trace"  # probe, trace: zᵀHz of each
EDGE = 0.01  # of the largest: what is nearer to 0 is not told from it by a few steps
DEPTH = 1e-7  # of the highest density: the lowest that is drawn
LAYERS = "spectrum_layers"  # layer, parameters, lambda_max, lambda_min, residual, trace, trace_low, trace_high


class CurvatureChoices(HessianChoices, At):
    """Which figures. Each product with the Hessian costs about four evaluations of the loss."""

    eigenvalues: int = choice(
        3,
        "Eigenvalues",
        "How many of the largest, and as many of the smallest, with the residual of each; 0: none.",
        group="Spectrum",
        low=0,
        high=100,
    )
    tolerance: float = choice(
        1e-4,
        "Tolerance",
        "Of the residuals ‖Hv − λv‖, against the spectrum's width; the eigenvalues are no farther off than their residual.",
        group="Spectrum",
        low=1e-10,
        high=0.5,
    )
    probes: int = choice(
        6,
        "Probes",
        "Random vectors for the trace and the density; the trace's error falls with their root. 0: neither.",
        group="Spectrum",
        low=0,
        high=1000,
    )
    steps: int = choice(
        40,
        "Steps",
        "Lanczos steps, each a product, from every probe; 1: only the trace.",
        group="Spectrum",
        low=1,
        high=1000,
    )
    smoothing: float = choice(
        0.01,
        "Smoothing",
        "Width of the Gaussian that stands for a node of the density, as a share of the range.",
        group="Spectrum",
        low=0.002,
        high=0.2,
    )
    layers: bool = choice(
        False,
        "Each layer",
        "Also the ends and the trace of each layer's own block of the Hessian.",
        group="Spectrum",
    )


def lines(landscape: Landscape) -> list[str]:
    """The ends with their residuals, the trace with its interval, the density's share below 0, and each layer."""
    tables, found = landscape.tables, list[str]()
    if len(spectrum := tables.get(SPECTRUM, Table())):
        found.append(f"curvature: eigenvalues of the {matrix(spectrum)} at {place(spectrum)}")
        for row in spectrum.rows():
            named = f"{row['end']} {row['rank']}"
            found.append(f"  {named}: λ = {figure(row['eigenvalue'])}, residual {figure(row['residual'])}")
    if len(traced := tables.get(TRACE, Table())):
        draws = np.asarray(traced["trace"], float)
        interval = f" ({figure(traced.how['low'])} to {figure(traced.how['high'])})" if len(draws) > 1 else ""
        told = f"{figure(draws.mean())}{interval}, {len(draws)} probe{'s' * (len(draws) > 1)}"
        found.append(f"curvature: trace of the {matrix(traced)} at {place(traced)}: {told}")
    if len(nodes := tables.get(NODES, Table())):
        shares = np.asarray(nodes["share"]) / len(np.unique(nodes["probe"]))
        at = np.asarray(nodes["node"]) / np.abs(nodes["node"]).max()
        beside = ", ".join(
            f"{shares[chosen].sum():.2%} {name}" for name, chosen in (("below", at < -EDGE), ("above", at > EDGE))
        )
        found.append(f"  of the spectrum, {beside} ±{EDGE:.0%} of its largest value: the rest is about 0")
    for row in tables.get(LAYERS, Table()).rows():
        ends = f"λ {figure(row['lambda_min'])} to {figure(row['lambda_max'])}"
        trace = f", trace {figure(row['trace'])}" if np.isfinite(float(row["trace"])) else ""  # type: ignore[arg-type]
        found.append(f"  {row['layer']} ({int(row['parameters']):,}): {ends}{trace}")  # type: ignore[call-overload]
    return found


def floor_of(heights: np.ndarray) -> float:
    """Where the logarithmic axis of a density begins: what is lower is nothing."""
    return float(heights.max()) * DEPTH


def matrix(table: Table) -> str:
    """What the table is of: "Hessian" or "Gauss–Newton matrix"."""
    return "Gauss–Newton matrix" if table.how.get("matrix") == "gauss-newton" else "Hessian"


def place(table: Table) -> str:
    """ "the centre", or "α 0.5, β −0.2"."""
    alpha, beta = (float(table.how.get(name, 0.0)) for name in ("alpha", "beta"))
    return f"α {number(alpha)}, β {number(beta)}" if alpha or beta else "the centre"


def figure(value: object) -> str:
    """A number of a table, for people."""
    return number(float(value))  # type: ignore[arg-type]
