"""Differentiated: the derivatives of the loss at a point of a landscape, as the choices of a study ask for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ..device import device_of
from ..measures.derivatives import Derivatives
from ..point.network import network_at
from ..problem.problem import Problem
from ..rebuilt import Rebuilt
from ..weights import perturbed
from .hessian import HessianChoices, LossChoices


class Differentiated:
    """Of one landscape, whose network and samples are opened once."""

    def __init__(self, again: Rebuilt, choices: LossChoices) -> None:
        recipe, problem = again.prepared.recipe, again.prepared.problem
        self.again, self.choices = again, choices
        self.problem: Problem = problem.part(choices.samples, choices.seed) if choices.samples else problem
        moved = choices.parameters == "moved"
        self.names = perturbed(problem.model, recipe.ignores if moved else "none", recipe.only if moved else "")
        self.device = device_of(recipe.device)

    @property
    def dtype(self) -> type[np.floating]:
        """Of vectors."""
        return np.float64 if self.choices.precision == "float64" else np.float32

    def at(self, alpha: float, beta: float, names: Sequence[str] = ()) -> Derivatives:
        """There, by all parameters that the choices name, or by these of them."""
        return Derivatives(
            self.problem,
            names or self.names,
            torch.float64 if self.choices.precision == "float64" else torch.float32,
            model=network_at(self.again, alpha, beta),
            matrix=self.choices.matrix if isinstance(self.choices, HessianChoices) else "hessian",
            device=self.device,
        )
