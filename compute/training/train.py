"""Train: the plain loop, which records the path of the weights as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..device import device_of
from ..errors import LossvistaError
from ..problem.build import build_problem, lasting_spec
from ..problem.data import lasting
from ..problem.problem import Problem
from ..problem.trees import Tree, call, placed, taken
from ..progress import Job, Pace, Progress
from ..storage.disk import put
from .recipe import Training
from .recorder import META, Recorder, packed
from .recording import meta_of

FINAL = "final.safetensors"
_BETWEEN = 0.1  # seconds between two reports


def train(training: Training, out: str) -> Job[str]:
    """Train a network from its seed, record its path in the folder `out`, and return `out`.

    Every checkpoint's train_loss is the mean over the mini-batches since the one before. At the end the recording's meta holds
    the losses and metrics of the last weights (train_loss, test_accuracy, …), which are also in out/final.safetensors.
    The same training, finished: nothing to do; interrupted: begun anew. Closing the generator leaves a valid recording.
    Raises LossvistaError where something named does not fit, `out` holds another recording, or the loss is no longer finite.
    """
    names = {
        "problem": lasting_spec(training.problem),
        "model": lasting_spec(training.model),
        "data": lasting(training.data),
        "normalize": training.normalize,
    }
    meta: dict[str, Any] = {**names, "training": training.numbers()}
    folder = Path(out).expanduser()
    if (folder / META).exists() and _finished(folder, meta["training"]):
        yield Progress("training", note=f"'{out}' holds this training already; nothing to do.")
        return out
    device = device_of(training.device)
    problem = build_problem(training, training.tests_on, training.seed)
    model = problem.model
    model.to(device)
    recorder = Recorder(out, model, overwrite=True, **meta)
    surroundings = _Surroundings(training.seed, model)
    figures: dict[str, float] = {}
    try:
        yield from _loop(training, problem, device, recorder, surroundings)
        yield Progress("measuring the trained network")
        with surroundings.ours():
            figures |= problem.means(device=device)
        put(folder / FINAL, packed(model.state_dict()))
        recorder.note(**figures)
        recorder.close()
        yield Progress("trained", 1, 1, figures=figures)
    finally:
        recorder.close(finished=False)  # does nothing where it is closed already
    return out


def _loop(
    training: Training,
    problem: Problem,
    device: torch.device,
    recorder: Recorder,
    surroundings: _Surroundings,
) -> Job[None]:
    model, dtype = problem.model, next(problem.model.parameters()).dtype
    inputs, targets = (placed(tree, device, None) for tree in (problem.inputs, problem.targets))
    loss_of = problem.loss.placed(device, dtype).whole
    optimizer = _optimizer(training, model)
    order = torch.Generator().manual_seed(training.seed)
    count = len(problem)
    # batch-norm cannot normalize a batch of one sample, so a remainder of one is left for another epoch
    batches = count // training.batch_size + (count % training.batch_size > (training.batch_size > 1)) or 1
    total = batches * training.epochs
    pace, reported, losses, step = Pace(total), time.monotonic(), [], 0
    recorder.save(step=0, epoch=0, lr=training.rate(0))
    yield Progress("training", 0, total)
    for epoch in range(training.epochs):
        rate = training.rate(epoch)
        for group in optimizer.param_groups:
            group["lr"] = rate
        for batch in torch.randperm(count, generator=order).to(device).split(training.batch_size)[:batches]:
            with surroundings.ours():
                loss = _step(problem, loss_of, optimizer, taken(inputs, batch), taken(targets, batch))
            step += 1
            losses.append(loss)
            if step == total or step % (training.record_every or batches) == 0:
                mean = torch.stack(losses).double().mean().item()
                if not torch.isfinite(torch.tensor(mean)):
                    raise LossvistaError(
                        f"The training diverged: in step {step} of {total} the loss is no longer finite.",
                        f"Try a lower learning rate than {training.lr:g}. The checkpoints before are in '{recorder.folder}'.",
                    )
                recorder.save(step=step, epoch=step / batches, lr=rate, loss=mean)
                losses.clear()
            if time.monotonic() - reported > _BETWEEN or step == total:
                reported = time.monotonic()
                figures = {"epoch": step / batches, "train_loss": loss.item(), "learning_rate": rate}
                yield Progress("training", step, total, pace.eta(step), figures=figures)


def _step(
    problem: Problem,
    loss_of: Callable[[Any, Tree], Tensor],
    optimizer: torch.optim.Optimizer,
    inputs: Tree,
    targets: Tree,
) -> Tensor:
    """One step of the optimizer; the mini-batch's loss before it."""
    optimizer.zero_grad(set_to_none=True)
    with problem.guarded("A training step"):
        loss = loss_of(call(problem.model.train(), inputs), targets)
        loss.backward()
    optimizer.step()
    return loss.detach()


def _optimizer(training: Training, model: nn.Module) -> torch.optim.Optimizer:
    parameters, decay = model.parameters(), training.weight_decay
    if training.optimizer == "adam":
        return torch.optim.Adam(parameters, training.lr, weight_decay=decay)
    if training.optimizer == "adamw":
        return torch.optim.AdamW(parameters, training.lr, weight_decay=decay)
    nesterov = training.optimizer == "nesterov" and training.momentum > 0
    return torch.optim.SGD(parameters, training.lr, training.momentum, weight_decay=decay, nesterov=nesterov)


class _Surroundings:
    """PyTorch's global random state and thread count: ours within `ours()`, and as they were after it.

    Dropout then draws the same for the same seed, and uses up nobody else's random numbers. A small network gets one thread: on
    a busy machine the waiting of several for one another takes ten times as long as its arithmetic."""

    def __init__(self, seed: int, model: nn.Module) -> None:
        self._state = torch.Generator().manual_seed(seed).get_state()
        self._small = sum(parameter.numel() for parameter in model.parameters()) < 100_000

    @contextmanager
    def ours(self) -> Iterator[None]:
        state, threads = torch.get_rng_state(), torch.get_num_threads()
        torch.set_rng_state(self._state)
        if self._small:
            torch.set_num_threads(1)
        try:
            yield
        finally:
            self._state = torch.get_rng_state()
            torch.set_rng_state(state)
            torch.set_num_threads(threads)


def _finished(folder: Path, training: object) -> bool:
    """Whether `folder` holds this very training to its end. Raises LossvistaError where it holds something else."""
    meta = meta_of(folder)
    if meta.get("training") != training:
        raise LossvistaError(
            f"The folder '{folder}' holds the recording of another training.",
            "Choose another folder, or remove it first.",
        )
    return bool(meta.get("finished")) and (folder / FINAL).exists()
