"""Trial: a problem's network, loss and metrics on a few samples, to learn what they need before anything is computed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from ..errors import gpu_fault
from .losses import PerSample
from .trees import Tree, call, leaves, mapped, shapes, split, taken
from .usercode import guarded

if TYPE_CHECKING:
    from .problem import Problem

_TRIED = 8  # samples


def try_out(problem: Problem) -> None:
    """Sets the problem's `grad` and `overwrites`, its measures' `coupled` and `dependent`, and adds to its notes. Raises
    LossvistaError for what somebody's code raises, with the stage said."""
    model = problem.copy_of_model()
    for part in problem.splits:
        x, y = (taken(tree, slice(0, _TRIED)) for tree in (part.samples.inputs, part.samples.targets))
        outputs = _forward(problem, model, x)
        targets = mapped(Tensor.clone, y)
        for title, measure in part.measures.items():
            what = "The loss" if title == "loss" else f"The metric '{title}'"
            with problem.evaluating(), guarded(f"{what} of outputs {shapes(outputs)} and targets {shapes(y)}"):
                measure.examine(outputs, targets)
                measure(outputs, targets)
            if measure.coupled:
                _note(problem, _coupled(what))
        problem.overwrites = problem.overwrites or _written(targets)
        loss = part.measures["loss"]
        if not loss.coupled and _depends_on_batch(problem, model, loss, x, y):
            loss.dependent = True
            _note(problem, _DEPENDENT)


def _forward(problem: Problem, model: nn.Module, x: Tree) -> Any:
    """The outputs; with gradients, where it does not do without, and noting whether it overwrites its inputs."""
    inputs, stage = mapped(Tensor.clone, x), f"The forward pass of {type(model).__name__} on {shapes(x)}"
    try:
        if not problem.grad:
            try:
                with torch.inference_mode():
                    return call(model, inputs)
            except RuntimeError as error:  # such as one of torch.autograd.grad
                if gpu_fault(error) is not None:  # which is lost to this process: it is not asked again
                    with guarded(stage):
                        raise
                problem.grad = "grad" in str(error).lower() or "inference" in str(error).lower()
        with problem.evaluating(), guarded(stage, _misfit):
            return call(model, inputs)
    finally:
        problem.overwrites = problem.overwrites or _written(inputs)


def _misfit(error: BaseException) -> str:
    """What to do where a network is made for other inputs, which PyTorch says in terms of its own."""
    found = re.search(r"to have (\d+) channels, but got (\d+) channels", str(error))
    if found is None:
        return ""
    return f"The network takes inputs of {found[1]} channels, and these have {found[2]}: choose a network or data that go together."


def _written(tree: Tree) -> bool:
    """Whether clones were written to."""
    return any(tensor._version > 0 for _, tensor in leaves(tree))


def _depends_on_batch(problem: Problem, model: nn.Module, loss: PerSample, x: Tree, y: Tree) -> bool:
    """Whether a sample's loss is another one beside other samples: where the network takes statistics of its batch."""

    def losses(size: int) -> Tensor:
        batches = zip(split(x, size), split(y, size), strict=True)
        copies = (mapped(Tensor.clone, batch) for batch in batches)
        with problem.evaluating():
            return torch.cat([loss(call(model, one), other).detach() for one, other in copies]).double()

    count = len(next(leaves(y))[1])
    if count < 2:
        return False
    whole = losses(count)
    if not torch.equal(whole.nan_to_num(), losses(count).nan_to_num()):
        return False  # random: another check says so
    try:
        parts = losses((count + 1) // 2)
    except Exception:  # it needs several samples
        return True
    scale = float(whole[torch.isfinite(whole)].abs().max()) if bool(torch.isfinite(whole).any()) else 1.0
    return not torch.allclose(whole, parts, rtol=1e-3, atol=1e-4 * scale, equal_nan=True)


def _note(problem: Problem, line: str) -> None:
    if line not in problem.notes:
        problem.notes.append(line)


_DEPENDENT = (
    "The network's outputs for a sample depend on the samples beside it (as where statistics are taken of the batch): the loss "
    "depends on the batch size, and has no standard error."
)


def _coupled(what: str) -> str:
    return (
        f"{what} is one number a batch to which samples contribute jointly: it depends on the batch size; its mean over batches "
        "is weighted by their sizes, and has no standard error."
    )
