"""Descent: how balls that are dropped at a point roll. Frozen; declared once, here."""

from __future__ import annotations

from collections.abc import Container
from itertools import chain, count
from typing import Annotated, Literal

from pydantic import AfterValidator

from .. import shared_choices as shared
from ..choices import Choices, choice
from . import OPTIMIZERS

Optimizer = Literal["sgd", "momentum", "nesterov", "adam", "rmsprop"]


def _some(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("at least one must be named")
    return tuple(dict.fromkeys(names))


class Descent(Choices):
    """Which optimizers race from the same point, and with what."""

    optimizers: Annotated[tuple[Optimizer, ...], AfterValidator(_some)] = choice(
        ("sgd",), "Optimizers", f"Those that race: {', '.join(OPTIMIZERS)}.", group="Descent"
    )
    lr: float | None = choice(
        None,
        "Learning rate",
        "Of sgd, momentum and nesterov. Not given: such that the first step of SGD is about a hundredth of the window; in the weight "
        "space 0.05 at most.",
        group="Descent",
        low=0,
        high=1e9,
    )
    adaptive_lr: float | None = choice(
        None,
        "Learning rate of Adam and RMSprop",
        "Not given: 0.001 in the weight space; on the slice a hundredth of the window.",
        group="Descent",
        low=0,
        high=1e9,
    )
    momentum: float = shared.momentum("Of momentum and nesterov.", group="Descent")
    steps: int = choice(200, "Steps", "How many, at most.", group="Descent", low=1, high=100_000)
    seed: int = shared.seed("Of the noise, or of the batches.", group="Descent")
    noise: float = choice(
        0.0,
        "Gradient noise",
        "On the slice: the deviation of Gaussian noise on each component of the gradient, as a share of its length at the start.",
        group="On the slice",
        low=0,
        high=100,
    )
    batch_size: int = choice(
        128, "Batch size", "Samples a step; 0 = all.", group="In the weight space", low=0, high=10**6
    )
    network: Literal["as-shown", "training"] = choice(
        "as-shown",
        "Network",
        "as-shown: the loss that the landscape shows, batch-norm frozen and dropout off; training: as networks are trained, batch-norm "
        "by the batch and dropout on.",
        group="In the weight space",
    )
    every: int = choice(
        0,
        "Measure every",
        "Steps between two measurements of the true loss and the distance; 0 = 25 in all.",
        group="In the weight space",
        low=0,
        high=10**6,
    )


def ball_name(optimizer: str, taken: Container[str]) -> str:
    """ "Adam", with a number where that is taken."""
    name = OPTIMIZERS[optimizer]
    return next(one for one in chain([name], (f"{name} · {k}" for k in count(2))) if one not in taken)
