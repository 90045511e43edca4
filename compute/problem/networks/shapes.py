"""Shapes: what a network asks of its samples, and the sentence for those that do not fit."""

from __future__ import annotations

from ...errors import LossvistaError

Normalization = tuple[tuple[float, ...], tuple[float, ...]]

# Mean and deviation of the red, green and blue values of CIFAR-10 that Li et al. trained with
CIFAR10: Normalization = (
    tuple(v / 255 for v in (125.3, 123.0, 113.9)),
    tuple(v / 255 for v in (63.0, 62.1, 66.7)),
)
IMAGENET: Normalization = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
MNIST: Normalization = ((0.1307,), (0.3081,))


def centred(shape: tuple[int, ...]) -> Normalization | None:
    """Mean and deviation a channel that take images from [0, 1] to [−1, 1]; None for samples that are no images."""
    return ((0.5,) * shape[0], (0.5,) * shape[0]) if len(shape) == 3 else None


def spelled(shape: tuple[int, ...]) -> str:
    """(3, 32, 32) → "3×32×32"."""
    return "×".join(map(str, shape)) or "single number"


def expect_images(name: str, shape: tuple[int, ...], smallest: int, channels: int = 0) -> None:
    """Raises LossvistaError where samples of this shape are no images (channels, height, width) of at least that side, and,
    where `channels` are asked for, of as many."""
    if len(shape) != 3 or min(shape[1:]) < smallest or (channels and shape[0] != channels):
        raise LossvistaError(
            f"The model {name} takes images ({channels or 'channels'} × height × width, at least {smallest}×{smallest}), "
            f"but a sample of the data is {spelled(shape)}.",
            "The model mlp takes samples of any shape.",
        )


def expect_cifar(name: str, shape: tuple[int, ...]) -> None:
    """Raises LossvistaError where samples of this shape are not CIFAR's."""
    if shape != (3, 32, 32):
        raise LossvistaError(
            f"The model {name} takes colour images of 3×32×32 as CIFAR has them, but a sample of the data is {spelled(shape)}.",
            "The models cnn and mlp take other shapes.",
        )


def expect_words(name: str, shape: tuple[int, ...]) -> None:
    """Raises LossvistaError where a sample of this shape is no sequence."""
    if len(shape) != 1:
        raise LossvistaError(
            f"The model {name} takes sequences of numbers of words, but a sample of the data is {spelled(shape)}.",
            "Use it with the data 'text'.",
        )
