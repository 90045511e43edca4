"""DirectionRequest: what a direction function gets, and Directions: what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from ..units import Units
from ..weights import Weights
from .gaussian import gaussian

if TYPE_CHECKING:
    from ..problem.problem import Problem
    from ..training.recording import Recording


@dataclass(frozen=True)
class DirectionRequest:
    """origin θ: all parameters. names: those that may be perturbed. units: of every parameter. count: 1 or 2 axes. repeat: which
    draw of the seed. argument: what the recipe writes behind the direction's name and a colon. others: full states of the
    recipe's further checkpoints. recordings: of the trajectory, where the recipe names one, and of further paths.
    centred: "final" or "mean", of PCA."""

    problem: Problem
    origin: Weights
    names: Sequence[str]
    units: dict[str, Units]
    count: int = 2
    seed: int = 0
    normalization: str = "filter"
    orthogonal: bool = False
    repeat: int = 0
    argument: str = ""
    others: Sequence[Mapping[str, Tensor]] = ()
    recordings: Sequence[Recording] = ()
    centred: str = "final"

    def drawn(self, axis: int, names: Sequence[str] | None = None) -> Weights:
        """The seed's and repeat's Gaussian direction for axis 0 or 1, over `names` (those that may be perturbed)."""
        return gaussian(self.origin, self.names if names is None else names, self.seed, 2 * self.repeat + axis)


@dataclass(frozen=True)
class Directions:
    """axes: weights with all of the origin's names, 0 where not perturbed. labels: for pictures. explained (count,): share of
    the path's variance, NaN where that has no meaning. extent (count, 2): the range worth a look, or None for the reach.
    buffers: for each axis, how far a unit of its coordinate moves the floating buffers; empty where that has no meaning. floors: what
    running variances among them do not fall below."""

    axes: list[Weights]
    labels: list[str]
    explained: list[float] = field(default_factory=lambda: [float("nan")] * 2)
    extent: np.ndarray | None = None
    buffers: list[Weights] = field(default_factory=list)
    floors: Weights = field(default_factory=dict)
