"""Evaluator: the loss at any point of a plane, on a private copy of the network whose weights are views of one flat buffer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor, nn

from ..device import device_of
from ..problem.network import hooked, placed_network
from ..problem.problem import Problem, Split
from ..problem.trees import Tree, call, leaves, placed, split, taken
from ..surface import Mark
from ..weights import Weights
from .batch_norm import moved, reestimate
from .fusion import FusedConvolution, fuse
from .remembering import remembers
from .stop import Stop, Tally, standard_error

_DTYPES = {"float32": torch.float32, "float64": torch.float64}


def fitting_batch(inputs: Tree) -> int:
    """A batch whose activations stay in a CPU's cache: 100 CIFAR images, more of smaller samples, at least 25. It depends on the
    samples' shape alone, so that one job always sums in one order."""
    numbers = sum(tensor[0].numel() for _, tensor in leaves(inputs))
    return min(max(300_000 // max(numbers, 1), 25), 500)


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
    ) -> None:
        """buffers: for each axis, how far one unit of its coordinate moves the buffers (batch_norm "interpolated"). floors: what
        running variances do not fall below. order (n,): in which the samples come, for a problem with one split."""
        self.problem = problem
        self.batch_size = batch_size or fitting_batch(problem.inputs)
        self.device, self.dtype = device_of(device), _DTYPES[precision]
        self._model = placed_network(problem.copy_of_model(), self.device, self.dtype)
        self._names = list(origin)
        self._sizes = [tensor.numel() for tensor in origin.values()]
        self._origin, *self._axes = (self._flat(weights) for weights in (origin, *axes))
        self._buffer = self._origin.clone()
        parameters = dict(self._model.named_parameters())
        for name, view in zip(self._names, self._buffer.split(self._sizes), strict=True):
            parameters[name].data = view.view(parameters[name].shape)
        self._fused: list[FusedConvolution] = []
        self._reestimates = False  # not before the batches are there
        self._shifts = [{k: t.to(self.device, self.dtype) for k, t in own.items()} for own in buffers]
        self._floors = {k: t.to(self.device, self.dtype) for k, t in (floors or {}).items()}
        self._buffers = {name: tensor.clone() for name, tensor in self._model.named_buffers()}
        self._splits = [part.on(self.device, self.dtype) for part in problem.splits]
        places = None if order is None else torch.from_numpy(np.asarray(order))
        inputs = [placed(_ordered(part.samples.inputs, places), self.device, self.dtype) for part in problem.splits]
        self._forward, inputs, self.note = self._chosen(inputs)
        self._batches: list[tuple[Split, Tree, Tree]] = []
        for part, own in zip(self._splits, inputs, strict=True):
            targets = placed(_ordered(part.samples.targets, places), self.device, self.dtype)
            batches = zip(split(own, self.batch_size), split(targets, self.batch_size), strict=True)
            self._batches += [(part, x, y) for x, y in batches]
        self._reestimates = batch_norm == "re-estimated"
        self._pool: ThreadPoolExecutor | None = None
        if self.device.type == "cpu" and (len(self._batches) == 1 or self._threads_may_share()):
            workers = min(torch.get_num_threads(), len(self._batches))
            self._pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))

    def __len__(self) -> int:
        return len(self.problem)

    @property
    def fields(self) -> list[str]:
        """Names of what `at` and `of` return."""
        return [name for part in self._splits for name in part.fields]

    def at(self, *coordinates: float) -> dict[str, float]:
        """The fields at θ + αδ (+ βη): mean loss and its standard error s/√n in nats, and the mean of each metric."""
        self._move(coordinates)
        return self._measure()

    def until(self, stop: Stop, *coordinates: float) -> tuple[dict[str, float], int, Mark]:
        """The fields at a point from as many samples as `stop` needs, how many these were, and what that makes of the loss: a
        lower bound Σℓ/n (proved), an estimate (six-sigma), or, if all were needed, the value itself. The same batches decide
        whatever the number of threads."""
        self._move(coordinates)
        part, tables, tally = self._splits[0], list[Tensor](), Tally()
        for table in self._tables(range(len(self._batches))):
            tables.append(table)
            tally.add(table[0].double().cpu().numpy())
            if stop.met(tally, len(part)):
                break
        loss, error, *metrics = _summary(torch.cat(tables, 1).double(), part)
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
        tables = list(self._tables([k % number for k in range(start, stop)], ahead=stop - start))
        table = torch.cat(tables, 1)
        found: dict[str, float] = {}
        if start == 0 and stop == number:
            found = dict(zip(part.fields, _summary(table.double(), part), strict=True)) | {estimation(part): 0.0}
        return found, table.float().cpu().numpy()

    def of(self, weights: Mapping[str, Tensor]) -> dict[str, float]:
        """The fields of a network of its own: a checkpoint with its parameters and those buffers that it holds."""
        self._buffer.copy_(self._flat(weights))
        buffers = dict(self._model.named_buffers())
        try:
            for name, tensor in buffers.items():
                if name in weights:
                    tensor.copy_(weights[name])
            self._refresh()
            return self._measure()
        finally:
            for name, tensor in buffers.items():
                tensor.copy_(self._buffers[name])

    def _chosen(self, plain: list[Tree]) -> tuple[nn.Module, list[Tree], str]:
        """The fused network and channels-last samples where it can be traced and gives the plain one's outputs, at the centre and
        away from it; else the plain one; and a line for the log that says which."""
        if not isinstance(plain[0], Tensor) or self.problem.grad:
            return self._model, plain, "Evaluating with the plain network."
        if hooked(self._model):  # tracing would call them once, without values, or leave them out
            return self._model, plain, "Evaluating with the plain network: it has hooks."
        try:
            fused = fuse(self._model)
        except Exception as error:  # whatever torch.fx cannot trace, the plain network can still evaluate
            return (
                self._model,
                plain,
                f"Evaluating with the plain network: it cannot be traced ({type(error).__name__}).",
            )
        parts = [m for m in fused.modules() if isinstance(m, FusedConvolution)]
        if not parts:
            return self._model, plain, "Evaluating with the plain network: it has nothing to fuse."
        self._fused = parts
        quick = [x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x for x in plain]
        if not all(self._agree(fused, plain[0][:8], quick[0][:8], share) for share in (0.0, 0.5)):
            self._fused = []
            return self._model, plain, "Evaluating with the plain network: the fused one did not give its outputs."
        return fused, quick, f"Evaluating with {len(parts)} fused convolutions, checked against the plain network."

    def _threads_may_share(self) -> bool:
        """Whether several threads may call the network, the loss and the metrics at once."""
        part, x, y = self._batches[0]

        def once() -> None:
            with self.problem.evaluating():
                part.measure(call(self._model, self.problem.fresh(x)), self.problem.fresh(y))

        given = (measure.given for measure in part.measures.values())
        with self.problem.guarded("The forward pass or the loss"):
            return not remembers([self._model, *(g for g in given if isinstance(g, nn.Module))], once)

    def _agree(self, fused: nn.Module, plain: Tensor, quick: Tensor, share: float) -> bool:
        self._move([share] * len(self._axes))
        with torch.inference_mode():
            wanted = self._model(self.problem.fresh(plain))
            try:
                found = fused(self.problem.fresh(quick))
            except RuntimeError:  # such as a `.view` that needs another memory layout
                return False
            if not isinstance(wanted, Tensor) or not isinstance(found, Tensor):
                return False
            return torch.allclose(wanted, found, rtol=1e-3, atol=1e-4 * float(wanted.abs().max()), equal_nan=True)

    def _move(self, coordinates: Sequence[float]) -> None:
        self._buffer.copy_(self._origin)
        for share, axis in zip(coordinates, self._axes, strict=False):
            self._buffer.add_(axis, alpha=float(share))
        if self._shifts:
            moved(dict(self._model.named_buffers()), self._buffers, self._shifts, coordinates, self._floors)
        if self._reestimates:
            own = (x for part, x, _ in self._batches if part is self._splits[0])
            reestimate(self._model, map(self.problem.fresh, own))
        self._refresh()

    def _refresh(self) -> None:
        with torch.inference_mode():
            for part in self._fused:
                part.refresh()

    def _flat(self, weights: Mapping[str, Tensor]) -> Tensor:
        return torch.cat([weights[name].reshape(-1).to(self.device, self.dtype) for name in self._names])

    def _measure(self) -> dict[str, float]:
        """The fields at the weights in the buffer.

        On a CPU each batch runs whole on one thread, several batches side by side: the same sums in the same order whatever
        the number of threads, and no thread waits for another inside an operator, which on a busy machine costs more than
        the work itself."""
        parts = list(self._tables(range(len(self._batches)), ahead=len(self._batches)))
        found: dict[str, float] = {}
        for part in self._splits:
            own = [values for (of, _, _), values in zip(self._batches, parts, strict=True) if of is part]
            found |= zip(part.fields, _summary(torch.cat(own, 1).double(), part), strict=True)
        return found

    def _tables(self, batches: Sequence[int], ahead: int = 0) -> Iterator[Tensor]:
        """Loss and metrics of these batches' samples, in order; at most `ahead` more than asked for are under way at a time, or
        as many as there are threads."""
        if self._pool is None:
            yield from map(self._batch, batches)
            return
        ahead = ahead or self._pool._max_workers
        for start in range(0, len(batches), ahead):
            threads = torch.get_num_threads()
            torch.set_num_threads(1)
            try:
                found = list(self._pool.map(self._batch, batches[start : start + ahead]))
            finally:
                torch.set_num_threads(threads)
            yield from found

    def _batch(self, k: int) -> Tensor:
        """Loss and metrics of each sample of batch k: (measures, b)."""
        part, x, y = self._batches[k]
        with self.problem.evaluating():
            with self.problem.guarded("The forward pass"):
                outputs = call(self._forward, self.problem.fresh(x))
            with self.problem.guarded("The loss"):
                return part.measure(outputs, self.problem.fresh(y)).detach()


def estimation(part: Split) -> str:
    """Field: the standard error of a loss that was estimated, against the one of all samples. 0: it is that of all samples."""
    return f"{part.fields[0]}_estimation_se"


def smallest(part: Split) -> str:
    """Field: the smallest loss of a single sample seen at a point."""
    return f"{part.fields[0]}_smallest"


def _ordered(tree: Tree, places: Tensor | None) -> Tree:
    return tree if places is None else taken(tree, places)


def _summary(table: Tensor, part: Split) -> list[float]:
    """table (measures, n) → mean loss, its standard error s/√n, and the mean of each metric. A single sample, or samples that
    influence one another, have no standard error: NaN."""
    count = table.shape[1]
    means = table.sum(1) / count
    error = float("nan")
    if count > 1 and not part.measures["loss"].joint:
        error = ((table[0] - means[0]).square().sum() / (count - 1) / count).sqrt().item()
    loss, *metrics = means.tolist()
    return [loss, error, *metrics]
