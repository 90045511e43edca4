"""Train: a training as a job, from its names to its recording, and on from where it was interrupted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..device import device_of, told
from ..errors import LossvistaError
from ..problem.build import build_problem, code_hash, lasting_spec
from ..problem.data import lasting
from ..problem.problem import Problem
from ..progress import Job, Progress
from ..storage.disk import put, trouble
from ..storage.lock import Lock
from .evaluate import evaluation
from .layout import FINAL, META, RESUME, meta_of
from .loop import Loop
from .packing import packed
from .recipe import Training
from .recorder import Recorder
from .resume import read_state


def train(training: Training, out: str) -> Job[str]:
    """Train a network from its seed, record its path in the folder `out`, and return `out`.

    Every checkpoint's train_loss is the mean over the mini-batches since the one before. At the end the recording's meta holds
    the losses and metrics of the last weights (train_loss, test_accuracy, …), which are also in out/final.safetensors.
    The same training again: finished, there is nothing to do; interrupted, it goes on and ends with the same bits as if it had
    not been (on one device, with one number of threads; on the CPU). Closing the generator leaves a valid recording.
    Raises LossvistaError where something named does not fit, `out` holds another recording or is being written, or the loss is
    no longer finite.
    """
    meta = meta_for(training)
    folder = Path(out).expanduser()
    if finished(folder, training):
        yield Progress("training", note=f"'{out}' holds this training already; nothing to do.")
        return out
    problem = build_problem(training, training.tests_on, training.seed)
    return (yield from train_problem(training, problem, out, meta))


def meta_for(training: Training) -> dict[str, Any]:
    """What the recording of a training says of itself, under names that mean the same from another working directory."""
    return {
        "problem": lasting_spec(training.problem),
        "model": lasting_spec(training.model),
        "data": lasting(training.data),
        "normalize": training.normalize,
        "training": training.numbers(),
    }


def train_problem(
    training: Training,
    problem: Problem,
    out: str,
    meta: Mapping[str, Any],
    *,
    identity: Mapping[str, str] | None = None,
    measure: bool = True,
) -> Job[str]:
    """Train the network of a problem that is there, from the weights that it has, as `train` does; with that which the choices name,
    or with other samples or another loss.

    meta: what the recording says of itself; with `training` in it, these choices. identity: hashes of what must be the same where an
    interrupted training goes on, as in "weights_hash", besides the data; of the user's own code, where it is not given. measure: the
    losses of the last weights, in the end. Raises as `train` does."""
    folder = Path(out).expanduser()
    if finished(folder, training):
        return out
    device = device_of(training.device)
    problem.model.to(device)
    identity = {"data_hash": problem.fingerprint(), **(code_hash(training) if identity is None else identity)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise trouble(error, folder / META) from error
    lock = Lock(folder / META)
    try:
        state = read_state(folder) if (folder / META).exists() else None
        if state is not None:
            _expect_same(state["identity"], identity, folder)
        recorder = Recorder(
            out, problem.model, dtype=training.dtype, overwrite=True, resume=state["marks"] if state else False, **meta
        )
        try:
            loop = Loop(training, problem, device, recorder, identity)
            yield from _notes(loop, state, out)
            line = told(training.device)
            with closing(_trained(loop, measure)) as steps:
                for step in steps:
                    yield replace(step, note=step.note or line)
                    line = ""
        finally:
            recorder.close(finished=False)  # does nothing where it is closed already
    finally:
        lock.release()
    return out


def _notes(loop: Loop, state: Mapping[str, Any] | None, out: str) -> Job[None]:
    """Take up the state of an interrupted training, and say what is special about this one."""
    if state is not None:
        try:
            loop.restore(state)
        except (RuntimeError, ValueError, KeyError) as error:
            raise _changed(Path(out), "network", str(error)) from None
        line = f"Resumed: {loop.step:,} of {loop.total:,} steps were there already."
        yield Progress("training", loop.step, loop.total, note=line)
    if loop.training.augment != "none" and not loop.augments:
        line = "No augmentation: the data are no images with one label each."
        yield Progress("training", loop.step, loop.total, note=line)


def _trained(loop: Loop, measure: bool) -> Job[None]:
    """Train, measure what came of it, and end the recording."""
    recorder, problem = loop.recorder, loop.problem
    figures: dict[str, float] = {}
    try:
        yield from loop.run()
        place = Progress("measuring the trained network", loop.total, loop.total)
        for part in problem.splits if measure else ():
            figures |= yield from evaluation(problem, part, loop.device, loop.surroundings, place)
    except GeneratorExit:  # cancelled, between two steps
        loop.save()
        raise
    put(recorder.folder / FINAL, packed(problem.model.state_dict()))
    recorder.note(**figures)
    recorder.close()
    (recorder.folder / RESUME).unlink(missing_ok=True)
    yield Progress("trained", 1, 1, figures=figures)


def finished(folder: Path, training: Training) -> bool:
    """Whether `folder` holds this very training to its end. Raises LossvistaError where it holds something else."""
    if not (folder / META).exists():
        return False
    meta = meta_of(folder)
    there = meta.get("training")
    if not isinstance(there, dict) or type(training)().numbers() | there != training.numbers():
        raise LossvistaError(
            f"The folder '{folder}' holds the recording of another training.",
            "Choose another folder, or remove it first.",
        )
    return bool(meta.get("finished")) and (folder / FINAL).exists()


def _expect_same(there: Mapping[str, str], identity: Mapping[str, str], folder: Path) -> None:
    """Raises LossvistaError where the data or somebody's own code are no longer what the training began with."""
    names = {"data_hash": "data", "code_hash": "file of the model or problem"}
    for name in {*there, *identity}:
        if there.get(name) != identity.get(name):
            raise _changed(folder, names.get(name, name.removesuffix("_hash").replace("_", " ")))


def _changed(folder: Path, what: str, details: str = "") -> LossvistaError:
    return LossvistaError(
        f"The training in '{folder}' cannot go on: its {what} changed since it was interrupted.",
        "Choose another folder, or remove this one to begin anew.",
        details=details,
    )
