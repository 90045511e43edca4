"""Blueprint: what any process, here or on another machine, needs to build the same bench: recipe, axes, and hashes to meet."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from .. import __version__
from .engines.bench import Bench
from .engines.evaluator import Evaluator
from .engines.form import Way
from .errors import LossvistaError
from .prepare import Prepared, prepare
from .recipe import Recipe
from .saving.order import drawn_order, parts_of, saves
from .weights import Weights, weights_of


@dataclass
class Blueprint:
    """recipe: complete, with nothing left to be looked up. axes δ (and η), shifts of the buffers, and their floors: sent, because
    finding them may take long, and need not give the same bits twice. hashes: of weights, data and code: what a process reads must
    be what the driver read. folder: where relative paths in the recipe start. version: of Lossvista. chosen: the way to evaluate
    points, where it was chosen before; else the first bench chooses it, for all that are built after it.

    It pickles without the bench; a process that unpickles it builds its own, once."""

    recipe: Recipe
    axes: Sequence[Weights]
    shifts: Sequence[Weights]
    hashes: Mapping[str, str]
    folder: str
    version: str = __version__
    floors: Weights = field(default_factory=dict)
    chosen: Way | None = None

    def __post_init__(self) -> None:
        self._prepared: Prepared | None = None
        self._bench: Bench | None = None

    @classmethod
    def of(
        cls, prepared: Prepared, axes: Sequence[Weights], shifts: Sequence[Weights], floors: Weights | None = None
    ) -> Blueprint:
        """The blueprint of what was prepared here."""
        blueprint = cls(prepared.recipe, axes, shifts, prepared.hashes, str(Path.cwd()), floors=floors or {})
        blueprint._prepared = prepared
        return blueprint

    @property
    def bench(self) -> Bench:
        """This process's bench. Raises LossvistaError where the recipe leads to other things here than it did at the driver's."""
        if self._bench is None:
            self._bench = self._built(self._prepared or self._found())
            self.chosen = self._bench.evaluator.way
        return self._bench

    @property
    def way(self) -> Way:
        """How points are evaluated."""
        return self.chosen or self.bench.evaluator.way

    def on(self, device: str) -> Blueprint:
        """This blueprint for another device."""
        return replace(self, recipe=self.recipe.replace(device=device))

    def exact(self) -> Bench:
        """A bench in single precision, to hold a preview's numbers against."""
        other = replace(self, recipe=self.recipe.replace(precision="float32"), chosen=None)
        return other._built(self._prepared or self._found())

    def release(self) -> None:
        """Give the bench's memory back, a GPU's too, for workers that need it."""
        self._bench = None
        if torch.cuda.is_initialized():
            with suppress(RuntimeError):  # a GPU that is lost to this process gives nothing back before its end
                torch.cuda.empty_cache()

    def __getstate__(self) -> dict[str, Any]:
        sent = {"axes": [_compact(axis) for axis in self.axes], "shifts": [_compact(shift) for shift in self.shifts]}
        return self.__dict__ | sent | {"_prepared": None, "_bench": None}

    def _built(self, prepared: Prepared) -> Bench:
        recipe, problem = self.recipe, prepared.problem
        evaluator = Evaluator(
            problem,
            weights_of(problem.model),
            self.axes,
            device=recipe.device,
            batch_size=recipe.batch_size,
            precision=recipe.precision,
            buffers=self.shifts,
            floors=self.floors,
            batch_norm=recipe.statistics,
            order=drawn_order(recipe, len(problem)) if saves(recipe) else None,
            parts=parts_of(recipe),
            way=self.chosen,
        )
        return Bench(evaluator, prepared.recordings)

    def _found(self) -> Prepared:
        here = f"The worker on {platform.node() or 'another machine'}"
        if self.version != __version__:
            raise LossvistaError(
                f"{here} runs Lossvista {__version__}, the driver {self.version}.", "Install the same version on both."
            )
        try:
            os.chdir(self.folder)
        except OSError as error:
            raise LossvistaError(
                f"{here} has no folder '{self.folder}' ({error.strerror}), where the driver was started.",
                "Start it in a folder that all machines share.",
            ) from None
        prepared = prepare(self.recipe)
        differing = sorted(k for k in self.hashes if prepared.hashes.get(k) != self.hashes[k])
        if differing:
            what = " and ".join(k.removesuffix("_hash") for k in differing)
            raise LossvistaError(
                f"{here} found other {what} than the driver, under the same names.",
                "All machines must see the same files; code that makes a model or data must give the same ones each time.",
            )
        return prepared


def _compact(weights: Weights) -> Weights:
    """Without what tensors are views of: each would take all of that along."""
    return {k: t.clone() if t.untyped_storage().nbytes() > t.nbytes else t for k, t in weights.items()}
