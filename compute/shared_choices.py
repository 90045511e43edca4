"""Shared choices: fields that several models of choices have, each declared once: its label, its range and, where it says the same
everywhere, its help. What a model means by it is given by that model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from .amounts import seconds
from .choices import choice
from .errors import LossvistaError

Augmentation = Literal["none", "crop-flip"]
OptimizerName = Literal["sgd", "nesterov", "adam", "adamw"]
SEEDS = 2**63 - 1  # the largest


def _time(text: str) -> str:
    try:
        if text:
            seconds(text)
    except LossvistaError as error:
        raise ValueError(str(error)) from None
    return text


Budget = Annotated[str, AfterValidator(_time)]


def trust_pickle() -> Any:
    return choice(
        False,
        "Trust pickles",
        "Open checkpoints that can run code when loaded, and run code that a recording names. Only for files you made yourself.",
        group="Problem",
    )


def test_data(help: str) -> Any:
    return choice("", "Test data", help, group="Problem")


def samples(help: str, label: str = "Samples", *, group: str = "Problem") -> Any:
    """0 = all, or what the help says."""
    return choice(0, label, help, group=group, low=0, high=10**9)


def optimizer(help: str) -> Any:
    return choice("sgd", "Optimizer", help, group="Training")


def lr(default: float, help: str) -> Any:
    return choice(default, "Learning rate", help, group="Training", low=0, high=1000)


def momentum(help: str, *, group: str = "Training") -> Any:
    return choice(0.9, "Momentum", help, group=group, low=0, high=0.9999)


def weight_decay(default: float = 5e-4, help: str = "L2 penalty λ.") -> Any:
    return choice(default, "Weight decay", help, group="Training", low=0, high=10)


def batch_size(default: int = 128) -> Any:
    return choice(default, "Batch size", "Samples a step.", group="Training", low=1, high=10**6)


def epochs(default: int, help: str, *, group: str = "Training") -> Any:
    return choice(default, "Epochs", help, group=group, low=1, high=100_000)


def augment() -> Any:
    return choice(
        "none",
        "Augmentation",
        "crop-flip: images are moved by up to an eighth of their size and flipped at random, in training only; other data stay.",
        group="Training",
    )


def seed(help: str, *, group: str = "Training", high: int = SEEDS) -> Any:
    return choice(0, "Seed", help, group=group, low=0, high=high)


def resolution(default: int, help: str = "Points a side.", *, group: str) -> Any:
    return choice(default, "Resolution", help, group=group, low=3, high=1001)


def reach(help: str) -> Any:
    return choice(1.0, "Reach", help, group="Grid", low=1e-9, high=1e9)


def device(*, group: str) -> Any:
    return choice("auto", "Device", "auto, cpu, cuda or cuda:N.", group=group)


def budget(*, group: str) -> Any:
    """Of a study that makes a landscape; see `TimeBudget`."""
    return choice(
        "",
        "Time to spend",
        "How long it may take, as in 90s, 10m or 1.5h: then it ends with what is complete, and the same choices go on from there. "
        "Trainings take three quarters of it at most. Empty: as long as it takes.",
        group=group,
    )
