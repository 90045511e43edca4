"""NamedProblem: the choices that name a problem, shared by recipes and trainings."""

from __future__ import annotations

from typing import Literal

from .. import shared_choices as shared
from ..choices import Choices, choice
from . import MODELS


class NamedProblem(Choices):
    """Somebody's own problem, or a model and data by their names."""

    problem: str = choice(
        "",
        "Problem",
        "FILE.py:FUNCTION, your function that returns a Problem; in place of model and data.",
        group="Problem",
    )
    model: str = choice(
        "cnn",
        "Model",
        f"{', '.join(MODELS)}; torchvision:NAME, timm:NAME, transformers:NAME; or FILE.py:FUNCTION.",
        group="Problem",
    )
    data: str = choice(
        "digits",
        "Data",
        "digits, text, swiss-roll, imagefolder:DIR, npz:FILE, cifar10:DIR, cifar100:DIR, mnist:DIR or fashion-mnist:DIR.",
        group="Problem",
    )
    test_data: str = shared.test_data("Named as the data, as in digits:test; its loss and accuracy become fields, too.")
    download: bool = choice(
        False,
        "Download",
        "Fetch data that is not there yet, of those that can be (cifar10 and the like).",
        group="Problem",
    )
    normalize: Literal["model", "cifar10", "imagenet", "mnist", "none"] = choice(
        "model",
        "Input normalization",
        "Mean and deviation taken off the inputs; 'model' = what the model declares.",
        group="Problem",
    )
