"""transformers: classifiers of images or of token sequences, from a model type or a folder with a config.json, without weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import nn

from ...errors import LossvistaError
from ...there import is_folder
from .package import package, unknown


def transformers_model(name: str, shape: tuple[int, ...], classes: int) -> nn.Module:
    """name: a folder with a config.json, or a type of model in its standard size, such as distilbert. Images get an image
    classifier, other samples a sequence classifier. Raises LossvistaError for an unknown one, one without such a head, or where
    transformers is not installed. Nothing is downloaded."""
    transformers = package("transformers")
    folder = Path(name).expanduser()
    if name and is_folder(folder):
        try:
            config = transformers.AutoConfig.from_pretrained(folder, num_labels=classes, local_files_only=True)
        except (OSError, ValueError) as error:
            raise LossvistaError(
                f"The folder '{name}' holds no config.json that transformers knows.",
                "Give the folder that save_pretrained() wrote.",
                details=str(error),
            ) from None
    else:
        from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES as known  # type: ignore[import]

        if name not in known:
            raise unknown("transformers", name, list(known))
        config = transformers.AutoConfig.for_model(name, num_labels=classes)
    heads: dict[bool, Any] = {
        True: transformers.AutoModelForImageClassification,
        False: transformers.AutoModelForSequenceClassification,
    }
    try:
        return heads[len(shape) == 3].from_config(config)
    except ValueError as error:
        what = "images" if len(shape) == 3 else "sequences"
        raise LossvistaError(
            f"transformers has no classifier of {what} on '{name}'.",
            "Write a problem for it (--problem).",
            details=str(error),
        ) from None
