"""Form: what a network is evaluated as: the plain module, or a traced copy with fused operators that gives its outputs and is faster."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..problem.network import hooked
from ..problem.problem import Problem
from ..problem.trees import Tree, call, mapped
from .batches import single_thread
from .fusion import Fused, fuse
from .preview import PREVIEWS, computing
from .tensor_cores import available

CHECKED = 8  # samples on which the forms must agree
PATIENCE = 0.8  # seconds that the race takes, if three rounds do not take longer
ROUNDS = 9
MARGIN = 1.05  # times as long as another that the preferred form must take to lose: a race shall not end by chance
LONG = 2e-3  # seconds of a batch that are worth a race
SMALL = 16 * 16  # places of an image up to which channels-last was slower
PLAIN, FUSED, CHANNELS_LAST, TENSOR_CORES = FORMS = ("plain", "fused", "channels-last", "tensor cores")

Move = Callable[[float], None]


class Way(NamedTuple):
    """How all points of a job are evaluated. batch: samples at once. form: one of FORMS. It is decided once, since both make a
    difference to the last bits, and handed on to all workers and to whoever resumes."""

    batch: int
    form: str


def way_of(provenance: Mapping[str, Any]) -> Way | None:
    """The way that a landscape was begun in, as its provenance tells it; None where it does not."""
    found = provenance.get("evaluation")
    if not isinstance(found, dict) or set(found) != set(Way._fields) or found["form"] not in FORMS:
        return None
    return Way(**found) if isinstance(found["batch"], int) and found["batch"] > 0 else None


@dataclass(frozen=True)
class Form:
    """network: what to call. fused: its parts, None for the plain module. note: a line for the log that says which it is, and why."""

    network: nn.Module
    fused: Fused | None
    note: str

    @property
    def name(self) -> str:
        if self.fused is None:
            return PLAIN
        if self.fused.convolves and self.fused.tensor_cores:
            return TENSOR_CORES
        return CHANNELS_LAST if self.fused.convolves and self.fused.layout is torch.channels_last else FUSED

    def laid_out(self, inputs: Tree) -> Tree:
        """Samples in the memory layout that this form is fastest with."""
        if self.name not in (CHANNELS_LAST, TENSOR_CORES):
            return inputs
        return mapped(lambda x: x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x, inputs)

    def refresh(self) -> None:
        """After weights or statistics changed."""
        if self.fused is not None:
            with torch.inference_mode():
                self.fused.refresh()


def chosen(
    problem: Problem,
    model: nn.Module,
    inputs: Tree,
    batch: int,
    move: Move,
    form: str = "",
    precision: str = "float32",
) -> Form:
    """The fused form, if it gives the plain network's outputs at the centre and away from it, and no other form is clearly faster in a
    short race on one batch. inputs: the first split's. move: sets the model's weights, as a share of the way along all axes. form: the
    one that was chosen before, instead of a race. precision: what it will be called in; outputs are compared in single precision or
    better, since in less they may differ by far."""

    def plain(why: str) -> Form:
        return Form(model, None, f"Evaluating with the plain network in batches of {batch:,}{why}.")

    if form == PLAIN:
        return plain(", as before")
    if not isinstance(inputs, Tensor) or problem.grad:
        return plain("")
    if precision in PREVIEWS and inputs.device.type == "cpu":  # oneDNN's fused operators are float32's
        return plain("")
    if hooked(model):  # tracing would call them once, without values, or leave them out
        return plain(": it has hooks")
    names = _candidates(inputs, form, lambda: _raced(problem, [plain("")], inputs[:batch])[0][0] >= LONG)
    form = form if form in names else ""  # a GPU's, on a CPU
    try:
        first = _fused(model, names[0])
    except Exception as error:  # whatever torch.fx cannot trace, the plain network can still evaluate
        return plain(f": it cannot be traced ({type(error).__name__})")
    if not first:
        return plain(": it has nothing to fuse")
    all_ = [first] if form or not first.convolves else [first, *(_fused(model, name) for name in names[1:])]
    told = f"Evaluating with {first} in batches of {batch:,}"
    checked = "float64" if precision == "float64" else "float32"
    with computing(inputs.device, checked):
        sure = [
            one for one in (Form(f.network, f, told) for f in all_) if _sure(problem, model, one, inputs[:batch], move)
        ]
    if not sure:
        return plain(": the fused one did not give its outputs")
    for one in sure:
        assert one.fused is not None
        one.fused.compute_in(precision)
        one.refresh()
    if form:
        return _with(sure[0], "as before", precision)
    entries = [*sure, plain("")]
    with computing(inputs.device, precision):
        times = _raced(problem, entries, inputs[:batch])
    if min(times[-1]) < LONG:
        return _with(sure[0], "checked against the plain network", precision)
    gains = [_gain(times[0], own) for own in times]
    best = max(range(len(gains)), key=gains.__getitem__)
    best = 0 if gains[best] <= MARGIN else best
    gain = _gain(times[-1], times[best if entries[best].fused else 0])
    if entries[best].fused is None:
        return plain(f": the fused one is slower ({gain:.2f} times as fast)")
    return _with(sure[best], f"checked against the plain network, {gain:.1f} times as fast", precision)


def _candidates(inputs: Tensor, form: str, long: Callable[[], bool]) -> list[str]:
    """The fused forms to try, the preferred one first. form: the one that was chosen before; tensor cores may be missing where the job
    goes on. long: whether a batch takes long enough for kernels to be compiled."""
    gpu = available(inputs.device) and inputs.dtype == torch.float32 and (form == TENSOR_CORES or long())
    if form and (form != TENSOR_CORES or gpu):
        return [form]
    small = inputs.dim() == 4 and inputs.shape[2:].numel() <= SMALL
    if inputs.device.type == "cpu":
        return [FUSED, CHANNELS_LAST] if small else [CHANNELS_LAST, FUSED]
    return [*([TENSOR_CORES] if gpu else []), FUSED, CHANNELS_LAST]


def _fused(model: nn.Module, form: str) -> Fused:
    layout = torch.contiguous_format if form == FUSED else torch.channels_last
    return fuse(model, layout, tensor_cores=form == TENSOR_CORES)


def _with(form: Form, words: str, precision: str) -> Form:
    layout = ", channels-last" if form.name == CHANNELS_LAST else ""
    if form.name == TENSOR_CORES:
        layout = " on tensor cores, " + ("float32 by three products of TF32" if precision == "float32" else precision)
    return Form(form.network, form.fused, f"{form.note}{layout}, {words}.")


def _sure(problem: Problem, model: nn.Module, form: Form, inputs: Tensor, move: Move) -> bool:
    """Whether a form gives the plain one's outputs: at the centre, away from it, and once its layers know the shapes of a batch."""
    assert form.fused is not None
    if not all(_agree(problem, model, form, inputs[:CHECKED], move, share) for share in (0.0, 0.5)):
        return False
    with torch.inference_mode():
        form.fused.learn(problem.fresh(form.laid_out(inputs)))
    return _agree(problem, model, form, inputs[:CHECKED], move, 0.5)


def _agree(problem: Problem, model: nn.Module, form: Form, inputs: Tensor, move: Move, share: float) -> bool:
    move(share)
    form.refresh()
    with torch.inference_mode():
        wanted = model(problem.fresh(inputs))
        try:
            found = form.network(problem.fresh(form.laid_out(inputs)))
        except (
            Exception
        ):  # a `.view` that needs another memory layout, what a trace made of a flag …: the plain one does without
            return False
        if not isinstance(wanted, Tensor) or not isinstance(found, Tensor):
            return False
        largest = float(wanted[wanted.isfinite()].abs().max()) if bool(wanted.isfinite().any()) else 0.0
        return torch.allclose(wanted, found, rtol=1e-3, atol=1e-4 * largest, equal_nan=True)


def _raced(problem: Problem, forms: Sequence[Form], inputs: Tensor) -> list[list[float]]:
    """Seconds that each form takes for a batch, a round each, on one thread and in turn, so that what else the machine does slows all.
    The first round, in which memory is fetched, does not count where there are others."""
    times: list[list[float]] = [[] for _ in forms]
    samples = [form.laid_out(inputs) for form in forms]
    begun = time.monotonic()
    with single_thread(), torch.inference_mode():
        for k in range(ROUNDS):
            for own, form, batch in zip(times, forms, samples, strict=True):
                fresh = problem.fresh(batch)
                start = _clock()
                call(form.network, fresh)
                own.append(_clock() - start)
            if min(times[-1]) < LONG or (k > 1 and time.monotonic() - begun > PATIENCE):
                break
    return [own[1:] or own for own in times]


def _gain(slow: Sequence[float], fast: Sequence[float]) -> float:
    """How many times as fast: the median over rounds, of which each had one and the same neighbours on the machine."""
    return median(a / max(b, 1e-9) for a, b in zip(slow, fast, strict=True))


def _clock() -> float:
    """Seconds of this process, or of the GPU's work so far."""
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.thread_time()
