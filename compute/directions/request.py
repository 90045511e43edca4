"""DirectionRequest: what a direction function gets, and Directions: what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from ..weights import Units, Weights

if TYPE_CHECKING:
    from ..problem.problem import Problem
    from ..training.recording import Recording


@dataclass(frozen=True)
class DirectionRequest:
    """origin θ: all parameters. names: those that may be perturbed. units: of every parameter. count: 1 or 2 axes.
    others: full states of
    the recipe's further checkpoints. recording: of the trajectory, where the recipe names one."""

    problem: Problem
    origin: Weights
    names: Sequence[str]
    units: dict[str, Units]
    count: int = 2
    seed: int = 0
    normalization: str = "filter"
    orthogonal: bool = False
    others: Sequence[Mapping[str, Tensor]] = ()
    recording: Recording | None = None


@dataclass(frozen=True)
class Directions:
    """axes: weights with all of the origin's names, 0 where not perturbed. labels: for pictures. explained (count,): share of
    the path's variance, NaN where that has no meaning. extent (count, 2): the range worth a look, or None for the reach.
    buffers: for each axis, how far a unit of its coordinate moves the floating buffers; empty where that has no meaning."""

    axes: list[Weights]
    labels: list[str]
    explained: list[float] = field(default_factory=lambda: [float("nan")] * 2)
    extent: np.ndarray | None = None
    buffers: list[Weights] = field(default_factory=list)
