"""Resume: an interrupted training's whole state in one file, by which it goes on as if nothing had happened."""

from __future__ import annotations

import io
import random
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..storage.disk import put
from .curve_lines import CURVES, HISTOGRAMS
from .layout import RESUME, STEPS, file_name

VERSION = 1


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Tensors, numbers, text, lists and dicts of them; whole or not at all. Raises OutOfSpace for a full disk."""
    image = io.BytesIO()
    torch.save({"version": VERSION, **state}, image)
    put(folder / RESUME, image.getvalue())


def read_state(folder: Path) -> dict[str, Any] | None:
    """What was written last; None where there is nothing, it is damaged, or the recording no longer holds what it speaks of.
    Nothing in the file is executed."""
    try:
        state = torch.load(folder / RESUME, map_location="cpu", weights_only=True)
        marks = state["marks"]
        whole = state["version"] == VERSION and all(
            (folder / name).stat().st_size >= marks[name] for name in (STEPS, CURVES, HISTOGRAMS)
        )
        whole = whole and all((folder / file_name(number)).exists() for number in range(marks["count"]))
    except Exception:  # a damaged file makes torch.load raise nearly anything
        return None
    return state if whole else None


class Surroundings:
    """The process's random states (PyTorch's on the CPU, NumPy's, Python's) and PyTorch's thread count: ours within `ours()`, and
    as they were after it.

    Dropout then draws the same for the same seed, and uses up nobody else's random numbers. A small network gets one thread: on
    a busy machine the waiting of several for one another takes ten times as long as its arithmetic."""

    def __init__(self, seed: int, model: nn.Module) -> None:
        self._plain, self._array = random.Random(seed), np.random.RandomState(seed % 2**32)
        self._torch = torch.Generator().manual_seed(seed).get_state()
        self._small = sum(parameter.numel() for parameter in model.parameters()) < 100_000

    def state(self) -> dict[str, Any]:
        """For `restore`, of plain values and tensors."""
        told: Any = self._array.get_state()
        name, keys, *rest = told
        return {"torch": self._torch, "plain": self._plain.getstate(), "numpy": [name, keys.tolist(), *rest]}

    def restore(self, state: dict[str, Any]) -> None:
        self._torch = state["torch"]
        self._plain.setstate(state["plain"])
        name, keys, *rest = state["numpy"]
        self._array.set_state((name, np.array(keys, np.uint32), *rest))

    @contextmanager
    def ours(self, keep: bool = True) -> Generator[None]:
        """keep: whether random numbers drawn here are used up; otherwise the next draw is the same again."""
        before = random.getstate(), np.random.get_state(), torch.get_rng_state(), torch.get_num_threads()
        random.setstate(self._plain.getstate())
        np.random.set_state(self._array.get_state())
        torch.set_rng_state(self._torch)
        if self._small:
            torch.set_num_threads(1)
        try:
            yield
        finally:
            if keep:
                self._plain.setstate(random.getstate())
                self._array.set_state(np.random.get_state())
                self._torch = torch.get_rng_state()
            random.setstate(before[0])
            np.random.set_state(before[1])
            torch.set_rng_state(before[2])
            torch.set_num_threads(before[3])
