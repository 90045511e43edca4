"""Presets: trainings of the sources, by name. To add one, write one entry; the command line and the window follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import LossvistaError, nearest
from .recipe import Training


@dataclass(frozen=True)
class Preset:
    """label and help: for people. choices: of a Training, those that differ from its defaults or matter to the source."""

    label: str
    help: str
    choices: dict[str, Any] = field(default_factory=dict)


PRESETS: dict[str, Preset] = {
    "li2018": Preset(
        "Li et al. 2018",
        "300 epochs of SGD with Nesterov momentum; the rate falls tenfold after 150, 225 and 275; random crops and flips.",
        {
            "optimizer": "nesterov",
            "lr": 0.1,
            "momentum": 0.9,
            "weight_decay": 5e-4,
            "batch_size": 128,
            "epochs": 300,
            "lr_drops": (150, 225, 275),
            "lr_factor": 0.1,
            "augment": "crop-flip",
        },
    ),
    "term-project": Preset(
        "Term project",
        "10 epochs of SGD with momentum at one rate: enough for small networks and a first look.",
        {
            "optimizer": "sgd",
            "lr": 0.1,
            "momentum": 0.9,
            "weight_decay": 5e-4,
            "batch_size": 128,
            "epochs": 10,
            "lr_drops": (),
            "augment": "none",
        },
    ),
}


def with_preset(training: Training, name: str) -> Training:
    """The preset's training, changed by the choices that were made in `training` itself ("" = no preset).
    Raises LossvistaError for an unknown name."""
    if not name:
        return training
    if name not in PRESETS:
        raise LossvistaError(f"There is no preset called '{name}'.", nearest(name, PRESETS))
    made = {choice: getattr(training, choice) for choice in training.model_fields_set}
    return Training.of(**{**PRESETS[name].choices, **made})
