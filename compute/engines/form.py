"""Form: what a network is evaluated as: the plain module, or a traced copy with fused operators that gives its outputs and is faster."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from ..problem.network import hooked
from ..problem.problem import Problem
from ..problem.trees import Tree, call, mapped, taken
from .batches import single_thread
from .convolution import FusedConvolution
from .fusion import Fused, fuse

CHECKED = 8  # samples on which the two forms must agree
PATIENCE = 0.3  # seconds that the probe takes, if one batch does not take longer
ROUNDS = 5
GAIN = 0.98  # of the plain form's time that the fused one may take to be preferred

Move = Callable[[float], None]


class Way(NamedTuple):
    """How all points of a job are evaluated. batch: samples at once. form: "plain" or "fused". It is decided once, since both make a
    difference to the last bits, and handed on to all workers and to whoever resumes."""

    batch: int
    form: str


def way_of(provenance: Mapping[str, Any]) -> Way | None:
    """The way that a landscape was begun in, as its provenance tells it; None where it does not."""
    found = provenance.get("evaluation")
    if not isinstance(found, dict) or set(found) != set(Way._fields) or found["form"] not in ("plain", "fused"):
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
        return "plain" if self.fused is None else "fused"

    def laid_out(self, inputs: Tree) -> Tree:
        """Samples in the memory layout that this form is fastest with."""
        if self.fused is None or not any(isinstance(part, FusedConvolution) for part in self.fused.parts):
            return inputs
        return mapped(lambda x: x.contiguous(memory_format=torch.channels_last) if x.dim() == 4 else x, inputs)

    def refresh(self) -> None:
        """After weights or statistics changed."""
        if self.fused is not None:
            with torch.inference_mode():
                self.fused.refresh()


def chosen(problem: Problem, model: nn.Module, inputs: Tree, batch: int, move: Move, form: str = "") -> Form:
    """The fused form where it can be had, agrees with the plain one at the centre and away from it, and a probe found it faster; else
    the plain one. inputs: the first split's. move: sets the model's weights, as a share of the way along all axes. form: the one
    that was chosen before ("plain", "fused"), instead of a probe."""

    def plain(why: str) -> Form:
        return Form(model, None, f"Evaluating with the plain network in batches of {batch:,}{why}.")

    if form == "plain":
        return plain(", as before")
    if not isinstance(inputs, Tensor) or problem.grad:
        return plain("")
    if hooked(model):  # tracing would call them once, without values, or leave them out
        return plain(": it has hooks")
    try:
        fused = fuse(model)
    except Exception as error:  # whatever torch.fx cannot trace, the plain network can still evaluate
        return plain(f": it cannot be traced ({type(error).__name__})")
    if not fused:
        return plain(": it has nothing to fuse")
    found = Form(fused.network, fused, f"Evaluating with {fused} in batches of {batch:,}")
    few, many = inputs[:CHECKED], taken(inputs, slice(0, batch))
    quick = found.laid_out(many)
    if not all(_agree(problem, model, found, few, move, share) for share in (0.0, 0.5)):
        return plain(": the fused one did not give its outputs")
    with torch.inference_mode():
        fused.learn(problem.fresh(quick))
    if not _agree(problem, model, found, few, move, 0.5):  # once more, with the layouts that were learnt
        return plain(": the fused one did not give its outputs")
    if form == "fused":
        return _with(found, ", as before.")
    slow, fast = _raced(lambda: call(model, problem.fresh(many)), lambda: call(fused.network, problem.fresh(quick)))
    if fast > GAIN * slow:
        return plain(f": the fused one is not faster ({slow / fast:.2f}×)")
    return _with(found, f", checked against the plain network and {slow / fast:.1f} times as fast.")


def _with(form: Form, words: str) -> Form:
    return Form(form.network, form.fused, form.note + words)


def _agree(problem: Problem, model: nn.Module, form: Form, inputs: Tensor, move: Move, share: float) -> bool:
    move(share)
    form.refresh()
    with torch.inference_mode():
        wanted = model(problem.fresh(inputs))
        try:
            found = form.network(problem.fresh(form.laid_out(inputs)))
        except RuntimeError:  # such as a `.view` that needs another memory layout
            return False
        if not isinstance(wanted, Tensor) or not isinstance(found, Tensor):
            return False
        return torch.allclose(wanted, found, rtol=1e-3, atol=1e-4 * float(wanted.abs().max()), equal_nan=True)


def _raced(slow: Callable[[], Any], fast: Callable[[], Any]) -> tuple[float, float]:
    """Least seconds that each takes, on one thread and in turn, so that what else the machine does slows both."""
    found: tuple[list[float], list[float]] = ([], [])
    begun = time.monotonic()
    with single_thread(), torch.inference_mode():
        for k in range(ROUNDS):
            for times, one in zip(found, (slow, fast), strict=True):
                start = _clock()
                one()
                times.append(_clock() - start)
            if k and time.monotonic() - begun > PATIENCE:
                break
    return min(found[0]), min(found[1])


def _clock() -> float:
    """Seconds of this process, or of the GPU's work so far."""
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.thread_time()
