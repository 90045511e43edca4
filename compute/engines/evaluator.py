"""Evaluator: the loss at any point of a plane, on a private copy of the network whose weights are views of one flat buffer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from ..device import device_of
from ..problem.network import placed_network
from ..problem.problem import Problem, Split
from ..problem.samples import Samples
from ..problem.trees import Tree, placed, taken
from ..surface import Mark
from ..weights import Weights
from .batch import SHOWN, fitting_batch
from .batch_norm import moved, reestimate
from .batches import Batches, Held
from .codes import packed
from .form import CHECKED, Form, Way, chosen
from .graph import MOST, Graph, captured
from .memory import keep_freed
from .preview import computing
from .room import Full, give_back, telling_full, too_full
from .stop import Stop, Tally, standard_error


class Evaluator:
    """A point's weights are θ + αδ + βη in one fused pass over the flat buffer, by the absolute formula; its mean loss is
    Σℓ_i/n over all samples of a split, per-sample losses in the network's precision, sums in float64."""

    def __init__(
        self,
        problem: Problem,
        origin: Weights,
        axes: Sequence[Weights],
        *,
        device: str = "auto",
        batch_size: int = 0,
        precision: str = "float32",
        buffers: Sequence[Mapping[str, Tensor]] = (),
        floors: Mapping[str, Tensor] | None = None,
        batch_norm: str = "frozen",
        order: np.ndarray | None = None,
        parts: tuple[int, int] = (0, 0),
        way: Way | None = None,
    ) -> None:
        """buffers: for each axis, how far one unit of its coordinate moves the buffers (batch_norm "interpolated"). floors: what
        running variances do not fall below. order (n,): in which the samples come, for a problem with one split. batch_size: 0 =
        chosen. parts: (batches there shall be, if each then has so many samples). way: as it was chosen before, by another
        evaluator of the same job."""
        self.problem = problem
        self.device, self.dtype = device_of(device), torch.float64 if precision == "float64" else torch.float32
        self._computing = partial(computing, self.device, precision)
        if self.device.type == "cpu":
            keep_freed()
        self._model = placed_network(problem.copy_of_model(), self.device, self.dtype)
        self._names = list(origin)
        self._sizes = [tensor.numel() for tensor in origin.values()]
        self._origin, *self._axes = (self._flat(weights) for weights in (origin, *axes))
        self._buffer = self._origin.clone()
        self._place = torch.zeros(len(self._axes), device=self.device, dtype=self.dtype)
        parameters = dict(self._model.named_parameters())
        for name, view in zip(self._names, self._buffer.split(self._sizes), strict=True):
            parameters[name].data = view.view(parameters[name].shape)
        self._form = Form(self._model, None, "")
        self._reestimates = False  # not before the batches are there
        self._shifts = [{k: t.to(self.device, self.dtype) for k, t in own.items()} for own in buffers]
        self._floors = {k: t.to(self.device, self.dtype) for k, t in (floors or {}).items()}
        self._buffers = {name: tensor.clone() for name, tensor in self._model.named_buffers()}
        self._splits = [part.on(self.device, self.dtype) for part in problem.splits]
        places = None if order is None else torch.from_numpy(np.asarray(order))
        try:
            with telling_full():
                held = [
                    self._held(part, own.samples, places)
                    for part, own in zip(self._splits, problem.splits, strict=True)
                ]
        except Full as error:
            raise too_full(self.device, error) from None
        form = way.form if way else ""
        with problem.guarded("The forward pass"), telling_full():
            self.batch_size = (way and way.batch) or batch_size or self._fitting(held[0], parts)
        fits = self.batch_size
        while True:
            try:
                with problem.guarded("The forward pass"), telling_full():
                    few = held[0].unpacked(taken(held[0].inputs, slice(0, max(fits, CHECKED))))
                    self._form = chosen(problem, self._model, few, fits, self._along, form, precision)
                break
            except Full as error:
                if fits == 1:
                    raise too_full(self.device, error) from None
            give_back()
            fits = -(-fits // 2)
        if way is None:  # one that was chosen stays, so that the numbers do; its batches are then evaluated in pieces
            self.batch_size = fits
        samples = [own._replace(inputs=self._form.laid_out(own.inputs)) for own in held]
        self._batches = Batches(
            problem, self._form.network, samples, self.batch_size, self.device.type == "cpu", self._computing
        )
        self._reestimates = batch_norm == "re-estimated"
        self._graph, self._told = self._captured()

    @property
    def way(self) -> Way:
        """How the points are evaluated, for others that shall find the same numbers."""
        return Way(self.batch_size, self._form.name)

    @property
    def note(self) -> str:
        """A line for the log about it."""
        return self._form.note.removesuffix(".") + self._told + "."

    def __len__(self) -> int:
        return len(self.problem)

    @property
    def fields(self) -> list[str]:
        """Names of what `at` and `of` return."""
        return [name for part in self._splits for name in part.fields]

    def at(self, *coordinates: float) -> dict[str, float]:
        """The fields at θ + αδ (+ βη): mean loss and its standard error s/√n in nats, and the mean of each metric."""
        if self._graph is not None:
            return dict(zip(self.fields, self._graph.at(coordinates), strict=True))
        self._move(coordinates)
        return self._measure()

    def until(self, stop: Stop, *coordinates: float) -> tuple[dict[str, float], int, Mark]:
        """The fields at a point from as many samples as `stop` needs, how many these were, and what that makes of the loss: a
        lower bound Σℓ/n (proved), an estimate (six-sigma), or, if all were needed, the value itself. The same batches decide
        whatever the number of threads."""
        self._move(coordinates)
        part, tables, tally = self._splits[0], list[Tensor](), Tally()
        for table in self._batches.tables(range(len(self._batches))):
            tables.append(table)
            tally.add(table[0].double().cpu().numpy())
            if stop.met(tally, len(part)):
                break
        loss, error, *metrics = _summary(torch.cat(tables, 1).double(), part).tolist()
        mark = Mark.EVALUATED
        if tally.count < len(part):
            error *= (tally.count / len(part)) ** 0.5  # s/√n, as everywhere; s from what was evaluated
            mark = Mark.BOUND if stop.rule == "proved" else Mark.ESTIMATED
            loss = tally.total / len(part) if stop.rule == "proved" else loss
        own = standard_error(tally.deviation, tally.count, len(part)) if mark != Mark.BOUND else float("nan")
        found = dict(zip(part.fields, [loss, error, *metrics], strict=True))
        return found | {estimation(part): own, smallest(part): tally.smallest}, tally.count, mark

    def portion(self, start: int, stop: int, *coordinates: float) -> tuple[dict[str, float], np.ndarray]:
        """Batches start … stop − 1 of the only split, counted round: the fields, if these are all of the samples (else none), and
        (measures, m) float32 loss and metrics of each sample in this order."""
        self._move(coordinates)
        part, number = self._splits[0], len(self._batches)
        tables = list(self._batches.tables([k % number for k in range(start, stop)], ahead=stop - start))
        table = torch.cat(tables, 1)
        found: dict[str, float] = {}
        if start == 0 and stop == number:
            found = dict(zip(part.fields, _summary(table.double(), part).tolist(), strict=True)) | {
                estimation(part): 0.0
            }
        return found, table.float().cpu().numpy()

    def of(self, weights: Mapping[str, Tensor]) -> dict[str, float]:
        """The fields of a network of its own: a checkpoint with its parameters and those buffers that it holds."""
        self._buffer.copy_(self._flat(weights))
        buffers = dict(self._model.named_buffers())
        try:
            for name, tensor in buffers.items():
                if name in weights:
                    tensor.copy_(weights[name])
            self._form.refresh()
            return self._measure()
        finally:
            for name, tensor in buffers.items():
                tensor.copy_(self._buffers[name])

    def _held(self, part: Split, samples: Samples, places: Tensor | None) -> Held:
        inputs, targets = (_ordered(tree, places) for tree in (samples.inputs, samples.targets))
        targets = placed(targets, self.device, self.dtype)
        if self.device.type == "cpu":
            return Held(part, placed(inputs, self.device, self.dtype), targets)
        inputs, unpacked = packed(inputs, self.device, self.dtype)
        return Held(part, inputs, targets, unpacked)

    def _fitting(self, held: Held, parts: tuple[int, int]) -> int:
        few = self.problem.fresh(held.unpacked(taken(held.inputs, slice(0, SHOWN + 1))))
        with self.problem.evaluating():
            return fitting_batch(self._model, few, len(self.problem), self.device, *parts)

    def _captured(self) -> tuple[Graph | None, str]:
        """A point as a graph, where there can be one, and words about it for the log."""
        takes = self.device.type == "cuda" and len(self._batches) <= MOST and not self._shifts and not self._reestimates
        if not takes or self.problem.grad or self._batches.remember:
            return None, ""

        def point() -> Tensor:
            self._step()
            self._form.refresh()
            return self._measured()

        with torch.inference_mode():
            graph, words = captured(point, self._place)
        return graph, f", {words}"

    def _along(self, share: float) -> None:
        self._move([share] * len(self._axes))

    def _move(self, coordinates: Sequence[float]) -> None:
        if self.device.type == "cpu":
            self._buffer.copy_(self._origin)
            for share, axis in zip(coordinates, self._axes, strict=False):
                self._buffer.add_(axis, alpha=float(share))
        else:
            self._place.copy_(torch.tensor(coordinates, dtype=self.dtype))
            self._step()
        if self._shifts:
            moved(dict(self._model.named_buffers()), self._buffers, self._shifts, coordinates, self._floors)
        if self._reestimates:
            with self._computing():
                reestimate(self._model, self._batches.inputs(self._splits[0]))
        self._form.refresh()

    def _step(self) -> None:
        """The weights at the place that is on the device, without a look at it."""
        self._buffer.copy_(self._origin)
        for share, axis in zip(self._place, self._axes, strict=True):
            self._buffer.addcmul_(axis, share)

    def _flat(self, weights: Mapping[str, Tensor]) -> Tensor:
        return torch.cat([weights[name].reshape(-1).to(self.device, self.dtype) for name in self._names])

    def _measure(self) -> dict[str, float]:
        """The fields at the weights in the buffer."""
        return dict(zip(self.fields, self._measured().tolist(), strict=True))

    def _measured(self) -> Tensor:
        """The same as a tensor (fields,), float64, on the device."""
        return torch.cat([_summary(table.double(), part) for part, table in self._batches.by_split()])


def estimation(part: Split) -> str:
    """Field: the standard error of a loss that was estimated, against the one of all samples. 0: it is that of all samples."""
    return f"{part.fields[0]}_estimation_se"


def smallest(part: Split) -> str:
    """Field: the smallest loss of a single sample seen at a point."""
    return f"{part.fields[0]}_smallest"


def _ordered(tree: Tree, places: Tensor | None) -> Tree:
    return tree if places is None else taken(tree, places)


def _summary(table: Tensor, part: Split) -> Tensor:
    """table (measures, n) → mean loss, its standard error s/√n, and the mean of each metric. A single sample, or samples that
    influence one another, have no standard error: NaN."""
    count = table.shape[1]
    means = table.sum(1) / count
    error = means.new_full((1,), float("nan"))
    if count > 1 and not part.measures["loss"].joint:
        error = ((table[:1] - means[0]).square().sum(1) / (count - 1) / count).sqrt()
    return torch.cat([means[:1], error, means[1:]])
