"""Augmentation: random crops and flips of images, as in the trainings of CIFAR-10. For training only, never for evaluation."""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ..problem.data import normalize
from ..problem.trees import Tree
from .recipe import Training


class CropFlip:
    """Moves each image (c, h, w) by up to an eighth of its size (4 of 32 pixels) in each direction, filled up with black, and mirrors
    every other one. black: (c,) or one number, the value of a black pixel in the batches. Draws from `source`, on the CPU."""

    def __init__(self, source: Generator, black: Tensor | float = 0.0) -> None:
        self.source, self._black = source, black

    def __call__(self, images: Tensor) -> Tensor:
        """(b, c, h, w) → the same shape."""
        count, _, height, width = images.shape
        reach_y, reach_x = max(1, round(height / 8)), max(1, round(width / 8))
        down = torch.randint(2 * reach_y + 1, (count, 1), generator=self.source)
        right = torch.randint(2 * reach_x + 1, (count, 1), generator=self.source)
        mirrored = torch.randint(2, (count, 1), generator=self.source).bool()
        columns = torch.arange(width)
        y = (down + torch.arange(height)).to(images.device)
        x = (right + torch.where(mirrored, columns.flip(0), columns)).to(images.device)
        black = torch.as_tensor(self._black, dtype=images.dtype, device=images.device).reshape(-1, 1, 1)
        padded = F.pad(images - black, (reach_x, reach_x, reach_y, reach_y))
        rows = padded.gather(2, y[:, None, :, None].expand(-1, padded.shape[1], -1, padded.shape[3]))
        return rows.gather(3, x[:, None, None, :].expand(-1, padded.shape[1], height, -1)) + black


def augmentation(
    training: Training, model: nn.Module, inputs: Tree, targets: Tree, source: Generator
) -> CropFlip | None:
    """What the training asks for, None where that is nothing or the data are no images with one label each (of a picture as
    target, an augmentation would have to move the target, too)."""
    images = isinstance(inputs, Tensor) and inputs.dim() == 4 and inputs.is_floating_point()
    labelled = isinstance(targets, Tensor) and targets.dim() == 1
    if training.augment == "none" or not (images and labelled):
        return None
    if training.problem:  # somebody's own data: what black is there, nobody knows; 0 is the mean of normalized images
        return CropFlip(source)
    black = normalize(torch.zeros(1, inputs.shape[1], 1, 1, dtype=inputs.dtype), training.normalize, model)
    return CropFlip(source, black.flatten())
