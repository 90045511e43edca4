"""Rules: the steps of SGD, momentum, Nesterov, Adam and RMSprop, for many balls at once. The same formulas as torch.optim's."""

from __future__ import annotations

import numpy as np

BETA_1, BETA_2 = 0.9, 0.999  # Adam's decay rates, and
DECAY = 0.99  # RMSprop's
EPSILON = 1e-8


class Rule:
    """One optimizer with its memory. name: of OPTIMIZERS. rate: its learning rate, one number or (m, 1). momentum μ: of momentum and
    nesterov. g is the gradient, t counts the steps from 1.

    sgd: Δ = −ηg (Robbins & Monro 1951).
    momentum: v ← μv + g, Δ = −ηv (Polyak 1964, in the form of Sutskever et al. 2013 without the rate in v).
    nesterov: v ← μv + g, Δ = −η(g + μv) (Nesterov 1983, in the form of Sutskever et al. 2013).
    adam: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², Δ = −η m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) (Kingma & Ba 2015).
    rmsprop: v ← ρv + (1 − ρ)g², Δ = −ηg/(√v + ε) (Tieleman & Hinton 2012).
    """

    def __init__(self, name: str, rate: float | np.ndarray, momentum: float = 0.9) -> None:
        self.name, self.rate, self.momentum = name, rate, momentum
        self._steps = 0
        self._first = self._second = np.zeros(())

    def step(self, gradient: np.ndarray) -> np.ndarray:
        """(m, d) gradients → (m, d) displacements."""
        self._steps += 1
        if self.name == "sgd":
            return -self.rate * gradient
        if self.name in ("momentum", "nesterov"):
            self._first = self.momentum * self._first + gradient
            ahead = gradient + self.momentum * self._first if self.name == "nesterov" else self._first
            return -self.rate * ahead
        if self.name == "adam":
            self._first = BETA_1 * self._first + (1 - BETA_1) * gradient
            self._second = BETA_2 * self._second + (1 - BETA_2) * gradient**2
            mean = self._first / (1 - BETA_1**self._steps)
            square = self._second / (1 - BETA_2**self._steps)
            return -self.rate * mean / (np.sqrt(square) + EPSILON)
        if self.name == "rmsprop":
            self._second = DECAY * self._second + (1 - DECAY) * gradient**2
            return -self.rate * gradient / (np.sqrt(self._second) + EPSILON)
        raise KeyError(self.name)
