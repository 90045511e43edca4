"""Hessian (choices): of what, on which samples and how exactly the loss is differentiated: what the studies of it share."""

from __future__ import annotations

from typing import Literal

from .. import shared_choices as shared
from ..choices import Choices, choice


class LossChoices(Choices):
    """Everything is that of the landscape unless it is said otherwise."""

    parameters: Literal["moved", "all"] = choice(
        "moved",
        "Parameters",
        "Those that the landscape moves (as a rule no biases and no norm layers), or all.",
        group="Loss",
    )
    samples: int = shared.samples(
        "How many of the landscape's samples, drawn by the seed; 0 = all of them.", group="Loss"
    )
    precision: Literal["float32", "float64"] = choice(
        "float32",
        "Precision",
        "Of the arithmetic; sums over samples are in double precision always.",
        group="Loss",
    )
    seed: int = shared.seed("Of whatever is drawn: start vectors, probes, samples.", group="Loss")


class HessianChoices(LossChoices):
    """Of which matrix."""

    matrix: Literal["hessian", "gauss-newton"] = choice(
        "hessian",
        "Matrix",
        "The Hessian of the loss, or the Gauss–Newton matrix: what of it is left when the network is taken to be linear in its weights; "
        "of a convex loss, never negative.",
        group="Loss",
    )
