"""The invariants, for every kind of task, from a user's file to the finished landscape (invariants 1–6, 11, 14, 29)."""

from __future__ import annotations

import copy
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lossvista.compute.engines.bench import Bench
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.inline import patches
from lossvista.compute.engines.task import Task
from lossvista.compute.landscape import Landscape
from lossvista.compute.plane import Plane
from lossvista.compute.prepare import Prepared, plane_of, prepare
from lossvista.compute.problem.build import load_problem
from lossvista.compute.problem.problem import Problem
from lossvista.compute.problem.trees import call, mapped, taken
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.units import biases_and_norms, units
from lossvista.compute.weights import norm

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
TASKS = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("test_"))
WANTED = {
    "regression",
    "transformer_classifier",
    "language_model",
    "segmentation",
    "image_classifier",
    "autoencoder",
    "dropout",
    "tied_weights",
    "gru",
    "lstm",
    "lora",
}


@dataclass
class Trial:
    """One task: its recipe, what it prepares, its plane and its finished landscape."""

    recipe: Recipe
    prepared: Prepared
    plane: Plane
    landscape: Landscape

    @property
    def problem(self) -> Problem:
        return self.prepared.problem

    def evaluator(self, **options: Any) -> Evaluator:
        return Evaluator(self.problem, self.plane.origin, self.plane.axes, **{"batch_size": 5, **options})


@pytest.fixture(scope="module", params=TASKS)
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    path, file = list(sys.path), Path(__file__).with_name(f"{request.param}.py")
    only = "*lora_*" if request.param == "lora" else ""
    recipe = Recipe(problem=str(file), only=only, resolution=3, batch_size=5)
    prepared = prepare(recipe)
    landscape = drain(run(recipe))
    yield Trial(recipe, prepared, plane_of(prepared)[0], landscape)
    sys.path[:] = path


def test_there_is_a_file_for_every_kind_of_task() -> None:
    assert set(TASKS) >= WANTED


def double(tree: Any) -> Any:
    return mapped(lambda t: t.double() if t.is_floating_point() else t.clone(), tree)


def brute_force(trial: Trial, a: float, b: float) -> float:
    """The definition: the loss as the user gave it, of the whole data set as one batch, of the user's model in float64."""
    model = copy.deepcopy(trial.problem.model).eval().double()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            moves = (s * axis[name].double() for s, axis in zip((a, b), trial.plane.axes, strict=True))
            parameter.copy_(trial.plane.origin[name].double() + sum(moves))
    given = trial.problem.loss.given
    given = copy.deepcopy(given).double() if isinstance(given, nn.Module) else given
    x, y = double(trial.problem.inputs), double(trial.problem.targets)
    with torch.no_grad():
        return float(given(call(model, x), y).mean())


def test_every_point_is_the_definition_in_float64(trial: Trial) -> None:
    """To 1e-5 relative in float32, to 1e-9 in float64."""
    surface, quick, exact = trial.landscape.surface, trial.evaluator(), trial.evaluator(precision="float64")
    for j, beta in enumerate(surface.grid.beta):
        for i, alpha in enumerate(surface.grid.alpha):
            assert surface.fields["train_loss"][j, i] == pytest.approx(brute_force(trial, alpha, beta), rel=1e-5)
    for alpha, beta in ((0.4, -0.7), (-0.1, 1.6)):
        wanted = brute_force(trial, alpha, beta)
        assert quick.at(alpha, beta)["train_loss"] == pytest.approx(wanted, rel=1e-5)
        assert exact.at(alpha, beta)["train_loss"] == pytest.approx(wanted, rel=1e-9)


def test_the_centre_is_the_loss_of_the_weights_exactly(trial: Trial) -> None:
    centre = trial.landscape.surface.fields["train_loss"][1, 1]
    evaluator = trial.evaluator()
    assert centre == trial.landscape.trust["centre_loss"]
    assert centre == evaluator.at(0.0, 0.0)["train_loss"]
    assert evaluator.at(0.0, 0.0) == evaluator.of(dict(trial.problem.model.state_dict()))
    assert centre == pytest.approx(trial.landscape.trust["checkpoint_loss"], rel=1e-6)


def test_order_pieces_and_batches_do_not_matter(trial: Trial) -> None:
    grid, fields = trial.landscape.surface.grid, trial.landscape.surface.fields
    evaluator = trial.evaluator()
    order = np.random.default_rng(0).permutation(grid.size)
    for piece in np.array_split(order, 4):
        for patch in patches(Bench(evaluator), [Task(piece, grid.points(piece))]):
            for name, values in patch.fields.items():
                assert np.array_equal(values, fields[name].ravel()[patch.index])
    for size in (3, 100):
        other = trial.evaluator(batch_size=size).at(1.0, -1.0)
        assert other["train_loss"] == pytest.approx(fields["train_loss"][0, 2], rel=1e-5)
        assert other["train_loss_se"] == pytest.approx(fields["train_loss_se"][0, 2], rel=1e-4)


def test_two_halves_recombine_and_the_standard_error_is_s_over_root_n(trial: Trial) -> None:
    problem, evaluator = trial.problem, trial.evaluator(precision="float64")
    theta = {**trial.plane.origin, **dict(problem.model.named_buffers())}
    losses = problem.losses(theta, batch_size=5).double()
    found = evaluator.at(0.0, 0.0)
    assert found["train_loss_se"] == pytest.approx(float(losses.std()) / math.sqrt(len(losses)), rel=1e-4)
    assert all(0 <= v <= 1 for name, v in found.items() if name.endswith("accuracy"))
    if problem.loss.counts is not None:
        return  # unequally many labels a sample: the whole is no mean of halves, but that of PyTorch (tested above)
    means = []
    for half in (slice(0, 6), slice(6, None)):
        x, y = taken(problem.inputs, half), taken(problem.targets, half)
        part = Problem(problem.model, train=_samples(x, y), loss=problem.loss.given).check()
        means.append(len(part) * Evaluator(part, trial.plane.origin, [], precision="float64").at()["train_loss"])
    assert sum(means) == pytest.approx(14 * found["train_loss"], rel=1e-12)


def _samples(x: Any, y: Any) -> Any:
    return {**x, "labels": y} if isinstance(x, dict) else (x, y)


def everything(problem: Problem) -> dict[str, Any]:
    """All of the user's that an evaluation could change."""
    model = problem.model
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    kinds = {name: (id(t), t.requires_grad, t.dtype, t._version) for name, t in tensors.items()}
    trees = ((part.samples.inputs, part.samples.targets) for part in problem.splits)
    return {
        "values": [t.clone() for t in tensors.values()],
        "kinds": kinds,
        "training": [m.training for m in model.modules()],
        "attributes": [set(vars(m)) for m in model.modules()],
        "hooks": [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules()],
        "data": [mapped(Tensor.clone, tree) for pair in trees for tree in pair],
        "torch": torch.get_rng_state(),
        "numpy": np.random.get_state()[1].tolist(),
        "python": random.getstate(),
        "threads": torch.get_num_threads(),
        "gradients": torch.is_grad_enabled(),
    }


def same(one: Any, other: Any) -> bool:
    if isinstance(one, Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def test_nothing_of_the_users_is_touched(trial: Trial) -> None:
    """Success, cancel and exception; frozen and re-estimated batch-norm; a model in training mode, partly frozen."""
    problem = load_problem(trial.recipe.problem)
    problem.model.train()
    next(problem.model.parameters()).requires_grad_(False)
    before = everything(problem)
    problem.check()
    options = {"problem": problem, "origin": trial.plane.origin, "axes": trial.plane.axes, "batch_size": 5}
    for policy in ("frozen", "re-estimated"):
        evaluator = Evaluator(**options, batch_norm=policy)
        evaluator.at(0.7, -0.3)
        stream = patches(Bench(evaluator), [Task(np.arange(4), np.zeros((4, 2)))])
        next(stream)
        stream.close()
    evaluator.of(dict(problem.model.state_dict()))
    given, problem.loss._each = problem.loss._each, lambda outputs, targets: 1 / 0
    problem.loss.given = problem.loss._each
    with pytest.raises(Exception, match="division by zero"):
        Evaluator(**options).at(0.0, 0.0)
    problem.loss._each = given
    assert same(everything(problem), before)


def test_what_is_not_perturbed_is_bit_identical_and_the_rest_has_the_units_lengths(trial: Trial) -> None:
    model, split = trial.problem.model, units(trial.problem.model)
    still = biases_and_norms(model)
    evaluator = trial.evaluator()
    evaluator.at(0.9, -1.7)
    there = dict(evaluator._model.named_parameters())
    only_lora = trial.recipe.only != ""
    for name, parameter in model.named_parameters():
        moved = name not in still and (not only_lora or "lora_" in name)
        assert torch.equal(there[name], parameter) is not moved, name
        for axis in trial.plane.axes:
            rows, own = (split[name].rows(t).double().norm(dim=1) for t in (axis[name], parameter.detach()))
            assert torch.allclose(rows, own if moved else torch.zeros_like(own), rtol=1e-6, atol=0), name
    moving = [name for axis in trial.landscape.axes for name in axis.direction]
    assert set(moving) == {n for n, axis in trial.plane.axes[0].items() if norm({n: axis}) > 0}
    assert set(moving).isdisjoint(trial.landscape.axes[0].ignored) and trial.problem.notes == []


def test_reestimated_statistics_are_those_of_training_mode(trial: Trial) -> None:
    """Invariant 29: on one batch, each batch-norm layer gets the mean and variance that training would use; without such layers the
    policy changes nothing."""
    norms = [n for n, m in trial.problem.model.named_modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    evaluator = trial.evaluator(batch_norm="re-estimated", batch_size=14, precision="float64")
    found = evaluator.at(0.0, 0.0)["train_loss"]
    plain = trial.evaluator(batch_size=14, precision="float64").at(0.0, 0.0)["train_loss"]
    if not norms:
        assert found == plain
        return
    model = copy.deepcopy(trial.problem.model).eval().double()
    for name in norms:
        layer = model.get_submodule(name)
        layer.train()
        layer.momentum = 1.0
    call(model, double(trial.problem.inputs))
    for name in norms:
        ours, theirs = evaluator._model.get_submodule(name), model.get_submodule(name)
        assert torch.allclose(ours.running_mean, theirs.running_mean, rtol=1e-6, atol=1e-9)
        assert torch.allclose(ours.running_var, theirs.running_var, rtol=1e-6)
    assert found != pytest.approx(plain, rel=1e-3)
