"""timm: image networks by name, without weights."""

from __future__ import annotations

from typing import Any

from torch import nn

from .package import package, unknown


def timm_model(name: str, shape: tuple[int, ...], classes: int) -> nn.Module:
    """name: as in timm.list_models(), such as vit_tiny_patch16_224. Where the network has a fixed input size, it is that of the
    samples. Raises LossvistaError for an unknown one, or where timm is not installed."""
    timm = package("timm")
    known = timm.list_models()
    if name.partition(".")[0] not in known:
        raise unknown("timm", name, known)
    settings: dict[str, Any] = {"num_classes": classes}
    if len(shape) == 3:
        settings["in_chans"] = shape[0]
        if name.startswith(("vit", "deit", "mixer", "beit", "eva")):
            settings["img_size"] = shape[1:]
    model = timm.create_model(name, pretrained=False, **settings)
    config = model.pretrained_cfg
    if len(shape) == 3 and len(config.get("mean", ())) == shape[0]:
        model.normalization = (tuple(config["mean"]), tuple(config["std"]))
    return model
