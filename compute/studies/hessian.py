"""Hessian (choices): of what, on which samples and how exactly the curvature is taken: what the studies of curvature share."""

from __future__ import annotations

from typing import Literal

from ..choices import Choices, choice


class HessianChoices(Choices):
    """Everything is that of the landscape unless it is said otherwise."""

    matrix: Literal["hessian", "gauss-newton"] = choice(
        "hessian",
        "Matrix",
        "The Hessian of the loss, or the Gauss–Newton matrix: what of it is left when the network is taken to be linear in its weights; "
        "of a convex loss, never negative.",
        group="Curvature",
    )
    parameters: Literal["moved", "all"] = choice(
        "moved",
        "Parameters",
        "By which the loss is differentiated: those that the landscape moves (as a rule no biases and no norm layers), or all.",
        group="Curvature",
    )
    samples: int = choice(
        0,
        "Samples",
        "How many of the landscape's samples, drawn by the seed; 0 = all of them.",
        group="Curvature",
        low=0,
    )
    precision: Literal["float32", "float64"] = choice(
        "float32",
        "Precision",
        "Of the arithmetic; sums over samples are in double precision always.",
        group="Curvature",
    )
    seed: int = choice(0, "Seed", "Of the start vectors, the probes and the samples drawn.", group="Curvature", low=0)
