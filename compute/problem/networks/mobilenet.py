"""MobileNet-V2 (Sandler et al. 2018): torchvision's, whose ImageNet weights it takes (--weights mobilenet_v2-….pth) where the data has
ImageNet's 1,000 classes."""

from __future__ import annotations

from torch import nn

from .shapes import IMAGENET, expect_images


def mobilenet_v2(shape: tuple[int, ...], classes: int) -> nn.Module:
    """(n, 3, height, width) → (n, classes) logits. It was made for 224×224; from 32×32 on anything goes. Nothing is downloaded.
    Raises LossvistaError for what is no colour image."""
    from torchvision.models import mobilenet_v2 as network  # takes a second to import

    expect_images("mobilenet-v2", shape, 32, channels=3)
    model = network(weights=None, num_classes=classes)
    model.normalization = IMAGENET  # type: ignore[assignment]  # a plain attribute, read by `normalize`
    return model
