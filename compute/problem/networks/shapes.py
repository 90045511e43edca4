"""Shapes: what a network asks of its samples, and the sentence for those that do not fit."""

from __future__ import annotations

from ...errors import LossvistaError

Normalization = tuple[tuple[float, ...], tuple[float, ...]]


def centred(shape: tuple[int, ...]) -> Normalization | None:
    """Mean and deviation a channel that take images from [0, 1] to [−1, 1]; None for samples that are no images."""
    return ((0.5,) * shape[0], (0.5,) * shape[0]) if len(shape) == 3 else None


def spelled(shape: tuple[int, ...]) -> str:
    """(3, 32, 32) → "3×32×32"."""
    return "×".join(map(str, shape)) or "single number"


def expect_images(name: str, shape: tuple[int, ...], smallest: int) -> None:
    """Raises LossvistaError where samples of this shape are no images (channels, height, width) of at least that side."""
    if len(shape) != 3 or min(shape[1:]) < smallest:
        raise LossvistaError(
            f"The model {name} takes images (channels × height × width, at least {smallest}×{smallest}), "
            f"but a sample of the data is {spelled(shape)}.",
            "The model mlp takes samples of any shape.",
        )
