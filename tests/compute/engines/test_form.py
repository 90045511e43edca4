"""Ways to evaluate: each form against float64, decided once a job and kept by workers, threads and whoever resumes."""

import pickle
from contextlib import closing

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute.blueprint import Blueprint
from lossvista.compute.engines.batch import FEW, LEAST, PARTS, fitting_batch, largest_activation
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.form import FORMS, Way, way_of
from lossvista.compute.prepare import plane_of, prepare
from lossvista.compute.problem.build import build_problem
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import Journal, load
from lossvista.compute.weights import weights_of

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def problems():
    """Of the networks by name that are small, untrained, with batch-norm statistics of their own."""
    found = {}
    for model, data in (
        ("cnn", "digits:all"),
        ("mlp", "digits:all"),
        ("mnist-cnn", "digits:all"),
        ("transformer", "text:all"),
        ("bert", "text:all"),
    ):
        problem = build_problem(Recipe.of(model=model, data=data, samples=45))
        for module in problem.model.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.running_var, 0.5, 2)
        found[model] = problem
    return found


def axis_of(problem):
    theta = weights_of(problem.model)
    torch.manual_seed(1)
    return theta, {name: 0.3 * torch.randn_like(t) * t.norm() / t.numel() ** 0.5 for name, t in theta.items()}


@pytest.mark.parametrize("form", FORMS[:3])
@pytest.mark.parametrize("name", ["cnn", "mlp", "mnist-cnn", "transformer", "bert"])
def test_every_form_is_within_a_hundred_thousandth_of_float64(problems, name: str, form: str) -> None:
    problem = problems[name]
    theta, axis = axis_of(problem)
    exact = Evaluator(problem, theta, [axis], precision="float64", way=Way(45, "plain"))
    evaluator = Evaluator(problem, theta, [axis], way=Way(20, form))
    assert "as before" in evaluator.note and ("plain network" in evaluator.note) is (form == "plain")
    for a in (0.0, 0.9, -0.4):
        assert evaluator.at(a)["train_loss"] == pytest.approx(exact.at(a)["train_loss"], rel=1e-5)


@pytest.mark.parametrize("form", FORMS[:3])
def test_threads_make_no_difference_to_the_last_bit(problems, form: str) -> None:
    problem = problems["cnn"]
    theta, axis = axis_of(problem)
    threads, found = torch.get_num_threads(), []
    try:
        for number in (1, 2, 3):
            torch.set_num_threads(number)
            found.append(Evaluator(problem, theta, [axis], way=Way(7, form)).at(0.6))
    finally:
        torch.set_num_threads(threads)
    assert found[0] == found[1] == found[2]


def test_what_is_probed_can_be_asked_for_again(problems) -> None:
    for problem in problems.values():
        theta, axis = axis_of(problem)
        first = Evaluator(problem, theta, [axis])
        again = Evaluator(problem, theta, [axis], way=first.way)
        assert again.way == first.way and again.at(0.4) == first.at(0.4)
        assert first.note.startswith("Evaluating with") and f"batches of {first.way.batch}" in first.note


class Sized(nn.Module):
    """Its largest result has `width` numbers a sample, and it makes a table that does not grow with them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.spread, self.join = nn.Linear(1, width), nn.Linear(width, 1)
        self.register_buffer("table", torch.zeros(1000, 100))

    def forward(self, x):
        return self.join(self.spread(x)) + (self.table * 2).sum()


@given(st.integers(1, 3000), st.integers(1, 100_000), st.integers(0, 9))
def test_a_batch_fits_the_cache_and_leaves_work_to_share(width: int, count: int, held: int) -> None:
    network, few = Sized(width), torch.zeros(held + 1, 1)
    with torch.inference_mode():
        assert held < 2 or largest_activation(network, few) == 4 * width
        batch = fitting_batch(network, torch.zeros(3, 1), count, CPU)
        assert batch == fitting_batch(network, torch.zeros(3, 1), count, CPU)
        fits = max(FEW // (4 * width), LEAST)
        assert 1 <= batch <= min(fits, count)
        assert -(-count // batch) >= PARTS or batch <= fits // 4 + 1
        smaller = fitting_batch(network, torch.zeros(3, 1), count, CPU, 40, 25)
        assert smaller <= max(25, -(-count // 40)) and smaller <= fits


def recipe() -> Recipe:
    from pathlib import Path

    return Recipe.of(problem=str(Path(__file__).with_name("digits_problem.py")), resolution=5, samples=200)


@pytest.mark.parametrize("kept", [Way(13, "channels-last"), Way(50, "plain")])
def test_a_resumed_job_goes_on_in_the_way_it_was_begun(tmp_path, kept: Way) -> None:
    """Whatever this machine's probe would choose now."""
    out, wanted = str(tmp_path / "a.h5"), recipe()
    with closing(run(wanted, out)) as job:
        landscape = next(step.start for step in job if step.start is not None)
    identity = prepare(wanted).identity
    landscape.provenance["evaluation"] = kept._asdict()
    Journal.create(out, landscape, identity).close()
    notes = [step.note for step in run(wanted, out) if step.note]
    assert any(f"in batches of {kept.batch}" in note and "as before" in note for note in notes)
    found = load(out)
    assert way_of(found.provenance) == kept
    prepared = prepare(wanted)
    plane, _ = plane_of(prepared)
    evaluator = Evaluator(prepared.problem, plane.origin, plane.axes, way=kept)
    points = found.surface.grid.points(np.arange(25))
    assert [evaluator.at(*p)["train_loss"] for p in points] == found.surface.fields["train_loss"].ravel().tolist()


def test_a_worker_gets_the_drivers_way() -> None:
    prepared = prepare(recipe())
    plane, _ = plane_of(prepared)
    blueprint = Blueprint.of(prepared, plane.axes, ())
    assert blueprint.chosen is None
    way = blueprint.way
    other = pickle.loads(pickle.dumps(blueprint)).on("cpu")
    assert other.chosen == way == blueprint.bench.evaluator.way


@pytest.mark.parametrize(
    "told",
    [
        None,
        3,
        {},
        {"batch": 0, "form": "plain"},
        {"batch": "9", "form": "plain"},
        {"batch": 9, "form": "zork"},
        {"batch": 9, "form": "plain", "more": 1},
    ],
)
def test_what_is_no_way_is_chosen_anew(told) -> None:
    assert way_of({} if told is None else {"evaluation": told}) is None
    assert way_of({"evaluation": {"batch": 9, "form": "plain"}}) == Way(9, "plain")
