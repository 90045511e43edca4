"""torchvision's data sets: CIFAR-10, CIFAR-100, MNIST and Fashion-MNIST in a folder, fetched into it only when that is allowed."""

from __future__ import annotations

import os
import pickle
import re
import socket
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from pathlib import Path
from tarfile import TarError
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from torchvision import datasets
from torchvision.datasets.utils import check_integrity

from ...errors import LossvistaError, nearest
from ...there import is_there
from ..data import Source

PARTS = ("train", "test")
PATIENCE = 60.0  # seconds that a server may be silent
_DAMAGE = (pickle.UnpicklingError, EOFError, ValueError, TypeError, AssertionError, LookupError)
_TROUBLE = (OSError, RuntimeError, ValueError, EOFError, HTTPException, TarError, zlib.error)
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
    except (*_DAMAGE, RuntimeError) as error:
        if not download:
            what = "no complete" if isinstance(error, RuntimeError) else "only damaged"
            raise LossvistaError(
                f"There is {what} {name} data in '{root}'.",
                "Fetch it with --download, or give the folder that it is in.",
                details=f"{type(error).__name__}: {error}",
            ) from None
    try:
        _fetch(kind, root)
        return load()
    except _TROUBLE as error:
        raise LossvistaError(
            f"The {name} data could not be fetched into '{root}' ({_why(error)}).",
            "Check the network and the folder. The embedded data (digits, text) needs no network.",
            details=f"{type(error).__name__}: {error}",
        ) from None


def _fetch(kind: str, root: Path) -> None:
    """torchvision writes, and unpacks, under the final names. So it does that in a folder beside, which nobody takes for data, and
    what it has checked comes from there, each file whole. An archive that is there already is not fetched again."""
    made = not root.exists()
    root.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".fetched-", dir=root) as folder, _patience():
            for file, md5 in _archives(kind):
                if check_integrity(root / file, md5):
                    (Path(folder) / file).parent.mkdir(parents=True, exist_ok=True)
                    os.link(root / file, Path(folder) / file)
            getattr(datasets, kind)(folder, download=True)
            for path in [path for path in Path(folder).rglob("*") if path.is_file()]:
                target = root / path.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.replace(target)
    finally:
        if made and not any(root.iterdir()):
            root.rmdir()


def _archives(kind: str) -> list[tuple[str, str]]:
    """(path below the root, MD5) of what is fetched."""
    of = getattr(datasets, kind)
    if hasattr(of, "resources"):
        return [(f"{_FOLDERS[kind]}/raw/{name}", md5) for name, md5 in of.resources]
    return [(of.filename, of.tgz_md5)]


@contextmanager
def _patience() -> Generator[None]:
    """In here no server is waited for for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _why(error: BaseException) -> str:
    """What went wrong, in a few words: torchvision's last."""
    last = (str(error).strip().splitlines() or [type(error).__name__])[-1]
    if "corrupted" in last or (
        isinstance(error, (HTTPException, EOFError, zlib.error, TarError)) and not isinstance(error, OSError)
    ):
        return "what came was cut off, or is another file"
    if "timed out" in last:
        return f"the server was silent for {PATIENCE:g} seconds"
    return re.sub(r"^<urlopen error (.*)>$", r"\1", last).rstrip(".")


cifar10 = partial(_source, "CIFAR10")
cifar100 = partial(_source, "CIFAR100")
mnist = partial(_source, "MNIST")
fashion_mnist = partial(_source, "FashionMNIST")
