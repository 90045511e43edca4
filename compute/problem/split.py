"""Split: the training or the test samples, with what is measured on them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from .losses import PerSample
from .samples import Samples
from .trees import Tree


@dataclass(frozen=True)
class Split:
    """Samples with what is measured on them. name: "train" or "test". measures: name → (outputs, targets) → (b,); the first is
    the loss. factor: what per-sample losses are multiplied by, so that their mean is that of the whole set as one batch."""

    name: str
    samples: Samples
    measures: dict[str, PerSample]
    factor: float = 1.0

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def fields(self) -> list[str]:
        loss, *metrics = self.measures
        return [f"{self.name}_{name}" for name in (loss, f"{loss}_se", *metrics)]

    def on(self, device: torch.device, dtype: torch.dtype) -> Split:
        """This split with its measures for outputs on a device and of a type."""
        return replace(self, measures={name: each.placed(device, dtype) for name, each in self.measures.items()})

    def measure(self, outputs: Any, targets: Tree) -> Tensor:
        """(measures, b): loss and metrics of each sample of a batch."""
        loss = self.losses(outputs, targets)
        metrics = [each(outputs, targets).to(loss.dtype) for each in list(self.measures.values())[1:]]
        return torch.stack([loss, *metrics])

    def losses(self, outputs: Any, targets: Tree) -> Tensor:
        """(b,): per-sample losses, whose mean over all samples is the loss."""
        values = self.measures["loss"](outputs, targets)
        return values * self.factor if self.factor != 1 else values
