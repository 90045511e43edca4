"""Inspection: a look at a recipe's network, checkpoint and data, and one forward pass, without a surface."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from .consent import Trust
from .device import device_of, told
from .engines.batch_norm import floating_buffers, statistics_layers
from .engines.evaluator import Evaluator
from .errors import LossvistaError, Untrusted
from .findings import CheckpointFound, Findings, Layer, SplitFound, Trial
from .prepare import completed, trajectory_name
from .problem.build import build_problem
from .problem.checkpoints import plain, raw_weights
from .problem.fitting import fit_weights
from .problem.parts import parted
from .problem.problem import Problem
from .problem.trees import leaves, mapped, shapes, taken
from .progress import Job, Progress
from .recipe import Recipe
from .there import is_file
from .training.recording import Recording
from .weights import biases_and_norms, norm, perturbed, units, weights_of

T = TypeVar("T")
FIRST = 64  # samples that are read for a look
SECONDS = 4.0  # about how long a forward pass may take; on more samples than that allows, its time is multiplied up


def inspect(recipe: Recipe, *, forward: bool = True) -> Job[Findings]:
    """Look at what a recipe names, and, with `forward`, evaluate its centre.

    Few samples are read, not the whole set. Yields Progress; returns Findings. Raises LossvistaError as `run` would, and
    Untrusted, with its path and content's hash, for a file that would run code and is not among those that the recipe trusts.
    """
    begun = time.monotonic()
    yield Progress("looking at the network")
    trusted: dict[str, str] = {}
    recording = None
    if recipe.trajectory:
        path = recipe.trajectory
        recording = _asked(path, recipe.trust_pickle, trusted, lambda trust: _recording(path, trust))
    if recording is not None:
        recipe = _completed(recipe, recording, trusted)
    problem = build_problem(recipe.replace(samples=_first(recipe)), recipe.test_data, at_most=True)
    model = problem.model
    read = time.monotonic() - begun
    yield Progress("opening the weights", note="\n".join(problem.notes))
    checkpoints = _load(model, recipe, recording, trusted)
    recordings = {} if recording is None else {trajectory_name(recipe.trajectory): recording}
    for path in recipe.also:
        one = _asked(path, recipe.trust_pickle, trusted, lambda trust, path=path: _recording(path, trust))
        recordings[f"{trajectory_name(path)} {len(recordings) + 1}"] = one
    perturbed(model, recipe.ignores, recipe.only)  # says so where nothing is left to perturb
    findings = Findings(
        name=problem.name,
        model=type(model).__name__,
        recipe=recipe,
        layers=tuple(_layers(model)),
        checkpoints=tuple(checkpoints),
        splits=tuple(_splits(problem)),
        paths={name: len(one) for name, one in recordings.items()},
        batch_norms=len(statistics_layers(model)),
        notes=tuple(filter(None, (*problem.notes, told(recipe.device)))),
        loading=read,
        weight_norm=norm(weights_of(model)),
        trusted=trusted,
    )
    if not forward:
        return findings
    return (yield from _tried(findings, problem))


def _tried(findings: Findings, problem: Problem) -> Job[Findings]:
    """The findings with a trial: first on few samples, then on as many as `SECONDS` allow."""
    recipe = findings.recipe
    device = device_of(recipe.device)
    yield Progress("evaluating the centre", 0, 2)
    few = _evaluated(problem, recipe)
    wanted = max(split.used(recipe) for split in findings.splits)
    held = max(len(part) for part in problem.splits)
    allowed = int(SECONDS / max(few.seconds / max(few.evaluated, 1), 1e-9) / len(problem.splits))
    count = min(wanted, max(held, allowed, FIRST))
    reading = 0.0
    if count > held:
        yield Progress(f"evaluating the centre on {count:,} samples", 1, 2)
        begun = time.monotonic()
        larger = build_problem(recipe.replace(samples=count), recipe.test_data, at_most=True)
        reading = max(time.monotonic() - begun - findings.loading, 0.0) / (len(problem.splits) * (count - held))
        larger.model.load_state_dict(problem.model.state_dict())
        few = _evaluated(larger, recipe)
    peak = _peak()
    gpu = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
    return replace(findings, trial=replace(few, peak=peak, gpu=gpu), reading=reading)


def _evaluated(problem: Problem, recipe: Recipe) -> Trial:
    """The centre, twice: the first pass warms up, the second is timed."""
    origin = weights_of(problem.model)
    still = {name: torch.zeros_like(tensor) for name, tensor in floating_buffers(problem.model).items()}
    evaluator = Evaluator(
        problem,
        origin,
        [origin] * recipe.axes,
        device=recipe.device,
        batch_size=recipe.batch_size,
        precision=recipe.precision,
        buffers=[still] * recipe.axes if recipe.statistics == "interpolated" else (),
        batch_norm=recipe.statistics,
    )
    centre = [0.0] * recipe.axes
    first = evaluator.at(*centre)
    begun = time.perf_counter()
    again = evaluator.at(*centre)
    seconds = time.perf_counter() - begun
    same = repr(first) == repr(again)
    counts = [len(part) for part in problem.splits]
    return Trial(again, max(counts), sum(counts), seconds, same, evaluator.note, str(evaluator.device), 0)


def _load(
    model: nn.Module, recipe: Recipe, recording: Recording | None, trusted: dict[str, str]
) -> list[CheckpointFound]:
    """Put the centre's weights into the model; what was found in each checkpoint."""
    found = []
    for number, path in enumerate(recipe.weights):
        raw, kind = _asked(path, recipe.trust_pickle, trusted, lambda trust, path=path: raw_weights(path, trust))
        state = fit_weights(model, plain(Path(path), raw), path)
        found.append(_checkpoint(path, kind, raw, model))
        if number == 0:
            model.load_state_dict(state)
    if not recipe.weights and recording is not None:
        model.load_state_dict(fit_weights(model, recording.weights(len(recording) - 1), recipe.trajectory))
    elif not recipe.weights and not recipe.problem:
        raise LossvistaError(
            "A landscape needs a trained network, and the recipe names none.",
            "Give its checkpoint (--weights FILE) or a folder of recorded ones (--trajectory RUN/).",
        )
    return found


def _checkpoint(path: str, kind: str, raw: dict[str, Tensor], model: nn.Module) -> CheckpointFound:
    state = model.state_dict()
    own = {name: next((tail for tail in _tails(name) if tail in state), "") for name in raw}
    prefixes = dict.fromkeys(name.removesuffix(tail) for name, tail in own.items() if tail and tail != name)
    types = dict.fromkeys(str(t.dtype).removeprefix("torch.") for t in raw.values() if t.is_floating_point())
    twins = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    file = parted(Path(path).expanduser())[0]
    files = [file] if is_file(file) else [one for one in file.glob("*") if is_file(one)]
    return CheckpointFound(
        path=path,
        kind=kind,
        tensors=len(raw),
        bytes=sum(one.stat().st_size for one in files),
        prefixes=tuple(prefixes),
        types=tuple(name for name in types if name != "float32"),
        missing=tuple(name for name in state if name not in own.values() and name not in twins),
        extra=tuple(name for name, tail in own.items() if not tail),
    )


def _tails(name: str) -> Iterator[str]:
    """ "module.fc.weight" → itself, "fc.weight", "weight", and all of them without `_orig_mod`."""
    parts = [part for part in name.split(".") if part != "_orig_mod"]
    yield name
    for at in range(len(parts)):
        yield ".".join(parts[at:])


def _layers(model: nn.Module) -> Iterator[Layer]:
    """One for each parameter, in the model's order."""
    quiet, split = biases_and_norms(model), units(model)
    owners = {
        name: module
        for path, module in reversed(list(model.named_modules()))
        for name, _ in module.named_parameters(path, recurse=False)
    }
    for name, tensor in model.named_parameters():
        why, kind = "", type(owners[name]).__name__
        if name in quiet:
            last = name.rpartition(".")[2]
            why = "bias" if last.startswith("bias") else "norm" if "Norm" in kind else "vector"
        yield Layer(name, kind, tuple(tensor.shape), len(split[name].rows(tensor)), why)


def _splits(problem: Problem) -> Iterator[SplitFound]:
    for part in problem.splits:
        samples = part.samples
        one = [t for tree in (samples.inputs, samples.targets) for _, t in leaves(taken(tree, slice(0, 1)))]
        size = sum(t.numel() * t.element_size() for t in one)
        yield SplitFound(part.name, samples.available, size, shapes(mapped(lambda t: t[0], samples.inputs)))


def _asked(path: str, trust: Trust, trusted: dict[str, str], read: Callable[[Trust], T]) -> T:
    """What `read(trust)` reads; one that had to be trusted is noted in `trusted`, with its content's hash."""
    if trust is True:
        return read(True)
    try:
        return read(False)
    except Untrusted as error:
        found = read(trust)
        trusted[path] = error.sha256
    return found


def _completed(recipe: Recipe, recording: Recording, trusted: dict[str, str]) -> Recipe:
    """What the recording says in place of what the recipe leaves open; code that runs because it was agreed to is noted in `trusted`."""
    if recipe.trust_pickle is True:
        return completed(recipe, recording)
    try:
        return completed(recipe.replace(trust_pickle=False), recording).replace(trust_pickle=recipe.trust_pickle)
    except Untrusted as error:
        found = completed(recipe, recording)
        trusted[error.path] = error.sha256
        return found


def _recording(path: str, trust: Trust) -> Recording:
    """A recorded path; its last checkpoint is read. Raises Untrusted, with the folder, for one that holds pickles."""
    try:
        recording = Recording(path, trust=trust)
        recording.weights(len(recording) - 1)
    except Untrusted as error:
        raise error.at(path) from None
    return recording


def _first(recipe: Recipe) -> int:
    return min(recipe.samples or FIRST, FIRST)


def _peak() -> int:
    """Bytes of memory that this process held at most. Linux: of this program alone, not of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
