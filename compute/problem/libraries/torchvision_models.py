"""torchvision: its networks by name, without weights."""

from __future__ import annotations

from typing import Any

from torch import nn
from torchvision import models

from ...errors import LossvistaError
from ..networks.shapes import IMAGENET
from .package import unknown


def torchvision_model(name: str, shape: tuple[int, ...], classes: int) -> nn.Module:
    """name: of a classifier or a segmentation network in torchvision.models, such as resnet50. Nothing is downloaded.

    Raises LossvistaError for an unknown one, and for models whose inputs are not one image.
    """
    segmentation = models.list_models(module=models.segmentation)
    known = models.list_models(module=models) + segmentation
    if name not in known:
        if name in models.list_models():
            raise LossvistaError(
                f"torchvision's {name} takes other samples than labelled images.", "Write a problem for it (--problem)."
            )
        raise unknown("torchvision", name, known)
    settings: dict[str, Any] = {"weights": None, "num_classes": classes}
    if name in segmentation:
        settings["weights_backbone"] = None
    if name in ("googlenet", "inception_v3"):
        settings |= {"init_weights": True, "aux_logits": True}
    model = models.get_model(name, **settings)
    if len(shape) == 3 and shape[0] == 3:
        model.normalization = IMAGENET  # type: ignore[assignment]  # read by `normalize`
    return model
