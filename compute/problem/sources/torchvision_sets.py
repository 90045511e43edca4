"""torchvision's data sets: CIFAR-10, CIFAR-100, MNIST and Fashion-MNIST in a folder, fetched into it only when that is allowed."""

from __future__ import annotations

import pickle
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from torchvision import datasets

from ...errors import LossvistaError, nearest
from ...there import is_there
from ..data import Source

PARTS = ("train", "test")
_FOLDERS = {
    "CIFAR10": "cifar-10-batches-py",
    "CIFAR100": "cifar-100-python",
    "MNIST": "MNIST",
    "FashionMNIST": "FashionMNIST",
}


def _source(kind: str, argument: str, download: bool = False) -> Source:
    """argument: the folder, or FOLDER:test for the test images. Raises LossvistaError where the data is not there, or cannot be
    fetched: then nothing partial is used."""
    name = {"CIFAR10": "cifar10", "CIFAR100": "cifar100", "MNIST": "mnist", "FashionMNIST": "fashion-mnist"}[kind]
    folder, _, part = argument.rpartition(":")
    if part not in PARTS:
        close = nearest(part, PARTS)
        if folder and not is_there(argument) and close.startswith("Did") and "/" not in part:
            raise LossvistaError(f"{name} has no part called '{part}'.", close)
        folder, part = argument, "train"
    if not folder:
        raise LossvistaError(f"The data {name} needs its folder.", f"Write {name}:DIR or {name}:DIR:test")
    root = Path(folder).expanduser()
    if root.name == _FOLDERS[kind]:  # what is in the folder, in place of the folder
        root = root.parent
    data = _opened(name, kind, root, part == "train", download)
    images, targets = np.asarray(data.data), np.asarray(data.targets, np.int64)
    images = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
    return Source(targets, tuple(map(str, data.classes)), images.shape[1:], lambda ids: images[ids])


def _opened(name: str, kind: str, root: Path, train: bool, download: bool) -> Any:
    load = partial(getattr(datasets, kind), root, train=train)
    try:
        return load()
    except (pickle.UnpicklingError, EOFError, ValueError) as error:
        raise LossvistaError(f"The {name} data in '{root}' is damaged.", "Get it again.", details=str(error)) from None
    except RuntimeError as error:
        if not download:
            raise LossvistaError(
                f"There is no complete {name} data in '{root}'.",
                "Fetch it with --download, or give the folder that it is in.",
                details=str(error),
            ) from None
    try:
        return load(download=True)
    except (OSError, RuntimeError, ValueError, EOFError) as error:
        raise LossvistaError(
            f"The {name} data could not be fetched into '{root}'.",
            "Check the network and the folder. The embedded data (digits, text) needs no network.",
            details=f"{type(error).__name__}: {error}",
        ) from None


cifar10 = partial(_source, "CIFAR10")
cifar100 = partial(_source, "CIFAR100")
mnist = partial(_source, "MNIST")
fashion_mnist = partial(_source, "FashionMNIST")
