"""Samples (of a report): as pictures or words that people can see, and the names of their classes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from ..doors import find
from ..errors import LossvistaError
from ..problem import DATA
from ..problem.data import NORMALIZATIONS
from ..problem.problem import Problem
from ..problem.sources.text import words
from ..problem.trees import leaves
from ..recipe import Recipe

LARGEST = 256  # pixels a side of a picture; larger images are thinned out
WORDS = 40  # numbers or words of a sample that are told


class Samples:
    """How to show samples of a problem: by the recipe's normalization of images, its data's words, or their bare numbers."""

    def __init__(self, recipe: Recipe, model: nn.Module) -> None:
        self._words = not recipe.problem and recipe.data.partition(":")[0] == "text"
        own = recipe.normalize
        known = getattr(model, "normalization", None) if own == "model" else NORMALIZATIONS.get(own)
        self._normalization = None if recipe.problem else known

    def image(self, sample: Tensor) -> np.ndarray | None:
        """(h, w) or (h, w, 3) uint8 of a sample (1 or 3, h, w) or (h, w); None where it is no image. The normalization that the recipe
        names is taken back; values outside [0, 1] then, as of somebody's own normalization, are stretched over it."""
        values = sample.detach().cpu().float()
        if not sample.is_floating_point() and sample.dtype != torch.uint8:
            return None
        if values.dim() == 2:
            values = values[None]
        if values.dim() != 3 or len(values) not in (1, 3) or min(values.shape[1:]) < 2:
            return None
        if self._normalization is not None and len(self._normalization[0]) == len(values):
            mean, deviation = (torch.tensor(part)[:, None, None] for part in self._normalization)
            values = values * deviation + mean
        low, high = float(values.min()), float(values.max())
        if sample.dtype == torch.uint8:
            values = values / 255
        elif low < -0.01 or high > 1.01:
            values = (values - low) / max(high - low, 1e-12)
        step = -(-max(values.shape[1:]) // LARGEST)
        pixels = (values.clamp(0, 1) * 255).round().to(torch.uint8)[:, ::step, ::step].numpy()
        return pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0))

    def text(self, sample: object) -> str:
        """A sample that is no image in a line: its words, or its first numbers."""
        tensors = [tensor for _, tensor in leaves(sample)]
        first = next((t for t in tensors if not t.is_floating_point()), tensors[0] if tensors else None)
        if first is None:
            return ""
        numbers = first.detach().cpu().reshape(-1)
        if self._words:
            return words(numbers.tolist())
        told = " ".join(f"{value:.4g}" for value in numbers[:WORDS].tolist())
        return f"{told} …" if len(numbers) > WORDS else told


def class_names(recipe: Recipe, problem: Problem, count: int) -> tuple[str, ...]:
    """The names of `count` classes: of the data that the recipe names, or of a data set with `classes`; else their numbers."""
    names: object = ()
    if recipe.problem:
        source = next(iter(problem._sources.values()))
        while not hasattr(source, "classes") and hasattr(source, "dataset"):  # of a DataLoader, a Subset
            source = source.dataset
        names = getattr(source, "classes", ())
    else:
        kind, _, argument = recipe.data.partition(":")
        names = find("data source", DATA, kind)(argument, False).classes
    known = tuple(map(str, names)) if isinstance(names, (list, tuple)) else ()
    return known if len(known) == count else tuple(map(str, range(count)))


def expect_split(name: str, known: list[str]) -> None:
    """Raises LossvistaError where there is no split of that name."""
    if name not in known:
        raise LossvistaError(
            f"The landscape's problem has no split called '{name}'.",
            f"It has {' and '.join(known)}; name other data as in digits:test (--data).",
        )
