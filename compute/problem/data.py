"""Data: the samples that the loss is the mean of, and how their inputs are normalized."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from ..doors import find
from ..errors import LossvistaError
from ..there import is_folder, is_there
from . import DATA
from .networks.shapes import CIFAR10, IMAGENET, MNIST, Normalization, spelled

NORMALIZATIONS: dict[str, Normalization] = {"cifar10": CIFAR10, "imagenet": IMAGENET, "mnist": MNIST}


@dataclass(frozen=True)
class Source:
    """All samples of a data source, none of them read yet. targets: (n,) class numbers. classes: their names.
    shape: of one sample.
    read: indices (k,) → (k, *shape), uint8 to be scaled to [0, 1], floats to be taken as they are, or int64 numbers of tokens."""

    targets: np.ndarray
    classes: tuple[str, ...]
    shape: tuple[int, ...]
    read: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Data:
    """Samples in memory. inputs: (n, *shape) float32, images in [0, 1], channels first (int64: tokens). targets: (n,) int64 class numbers.
    classes: the names of all classes. ids: (n,) int64, increasing: which of the source's count_all samples these are."""

    inputs: Tensor
    targets: Tensor
    classes: tuple[str, ...]
    name: str
    ids: Tensor
    count_all: int

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one sample."""
        return tuple(self.inputs.shape[1:])


def drawn_ids(available: int, samples: int, seed: int, what: str, *, at_most: bool = False) -> np.ndarray:
    """The places, increasing, of `samples` out of `available` samples, drawn without replacement by `seed`; of all, for 0 (at_most:
    also where there are fewer). Raises LossvistaError, which names `what`, where more are asked for than there are."""
    if samples == 0 or (at_most and samples >= available):
        return np.arange(available)
    if not 0 < samples <= available:
        raise LossvistaError(
            f"{samples:,} samples were asked for, but {what} holds {available:,}.",
            "Leave samples at 0 to use all of them.",
        )
    return np.sort(np.random.default_rng(seed).choice(available, samples, replace=False))


def load_data(spec: str, samples: int = 0, seed: int = 0, *, download: bool = False, at_most: bool = False) -> Data:
    """The samples of `spec`, as in "digits", "imagefolder:DIR" or "npz:FILE"; all of them, or `samples` drawn without
    replacement by `seed` (at_most: all, where there are fewer). The draw comes before the reading: 1,000 of 50,000 images cost
    the decoding of 1,000. download: allow what is not there to be fetched.

    Raises LossvistaError for an unknown source, a missing or damaged file, no samples, fewer than asked for, or too many for
    the memory.
    """
    name, _, argument = spec.partition(":")
    if spec and name not in DATA and is_there(spec):
        kind = "imagefolder" if is_folder(spec) else "npz"
        raise LossvistaError(f"'{spec}' is a path, not a data source.", f"Write {kind}:{spec}")
    source: Source = find("data source", DATA, name)(argument, download)
    count = len(source.targets)
    if not count:
        raise LossvistaError(
            f"'{spec}' holds no samples.", "A loss is a mean over samples; give data with at least one."
        )
    ids = drawn_ids(count, samples, seed, f"'{spec}'", at_most=at_most)
    # float32, and a second copy while they are normalized
    expect_room(f"'{spec}' with {len(ids):,} samples", 2 * 4 * len(ids) * prod(source.shape))
    values = source.read(ids)
    kind = np.int64 if values.dtype == np.int64 else np.float32
    inputs = torch.from_numpy(np.ascontiguousarray(values, kind))
    if values.dtype == np.uint8:
        inputs /= 255
    targets = torch.from_numpy(source.targets[ids].astype(np.int64))
    return Data(inputs, targets, source.classes, spec, torch.from_numpy(ids), count)


def lasting(spec: str) -> str:
    """The name of a data source with a whole path, so that it means the same from another working directory."""
    name, _, argument = spec.partition(":")
    path = Path(argument).expanduser()
    return f"{name}:{path.resolve()}" if argument and is_there(path) else spec


def normalize(inputs: Tensor, choice: str, model: nn.Module | None = None) -> Tensor:
    """inputs (n, channels, …) minus a mean, over a deviation, channel by channel.

    choice: "model" = what the model declares as `normalization` (nothing, where it declares none), "none", or a name of
    NORMALIZATIONS. Raises LossvistaError where the channels do not agree.
    """
    if choice == "none":
        return inputs
    known = getattr(model, "normalization", None) if choice == "model" else NORMALIZATIONS[choice]
    if known is None:
        return inputs
    mean, deviation = (torch.tensor(values, dtype=inputs.dtype, device=inputs.device) for values in known)
    shape = tuple(inputs.shape[1:])
    if len(shape) != 3 or shape[0] != len(mean):
        raise LossvistaError(
            f"The normalization '{choice}' is for images of {len(mean)} channel{'s' * (len(mean) > 1)}, "
            f"but a sample of the data is {spelled(shape)}.",
            "Choose another normalization, or 'none'.",
        )
    return (inputs - mean[:, None, None]) / deviation[:, None, None]


def expect_room(what: str, needed: float) -> None:
    """Raises LossvistaError where `needed` bytes are more than the machine's memory: said before it is full."""
    if not hasattr(os, "sysconf"):  # Windows
        return
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if needed > memory:
        raise LossvistaError(
            f"{what} needs {needed / 2**30:.1f} GiB of memory; this machine has {memory / 2**30:.1f}.",
            "Use fewer samples, as in --samples 1000, or smaller ones.",
        )
