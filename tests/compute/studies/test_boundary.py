"""Decision boundary: the classes are those that the network gives by hand; what is no plane of inputs is a sentence."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures.studies import save_study
from lossvista.compute.point.network import opened_point, state_at
from lossvista.compute.problem.models import build_model
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load, save
from lossvista.compute.studies import STUDIES
from lossvista.compute.studies.boundaries import CENTRE, POINT, BoundaryChoices, maps, samples, shades
from lossvista.compute.studies.boundary import boundary
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train


@pytest.fixture(scope="module")
def rolled(tmp_path_factory):
    """A landscape of a network on the swiss roll, with its boundary at the centre and beside it."""
    folder = tmp_path_factory.mktemp("roll")
    training = Training(model="mlp", data="swiss-roll", optimizer="adam", lr=0.01, epochs=25, batch_size=50)
    recording = drain(train(training, str(folder / "run")))
    recipe = Recipe.of(trajectory=recording, test_data="swiss-roll:test", resolution=3, normalization="filter")
    landscape = drain(run(recipe, str(folder / "roll.h5")))
    drain(boundary(str(folder / "roll.h5"), BoundaryChoices(alpha=0.7, beta=-0.4, resolution=21))).into(landscape)
    save(landscape, folder / "roll.h5")
    return folder / "roll.h5"


def test_the_classes_are_those_of_the_network_there(rolled) -> None:
    landscape = load(rolled)
    table = landscape.tables["boundary"]
    assert set(table["which"]) == {CENTRE, POINT}
    _, again = opened_point(str(rolled), 0.0, 0.0)
    for which, where in ((CENTRE, (0.0, 0.0)), (POINT, (0.7, -0.4))):
        network = build_model("mlp", (2,), 2).eval()
        network.load_state_dict(state_at(again, *where))
        own = table["which"] == which
        inputs = torch.from_numpy(np.c_[table["x"][own], table["y"][own]].astype(np.float32))
        with torch.no_grad():
            sure, classes = network(inputs).softmax(1).max(1)
        assert (classes.numpy() == table["class"][own]).all()
        assert sure.numpy() == pytest.approx(table["confidence"][own], abs=1e-5)


def test_the_maps_lie_as_the_inputs_do_and_the_samples_know_what_is_wrong(rolled) -> None:
    landscape = load(rolled)
    found = maps(landscape)
    classes, sure, (left, right, low, high) = found[CENTRE]
    assert classes.shape == sure.shape == (21, 21) and left < -0.9 and right > 0.9 and low < -0.9 and high > 0.9
    table = landscape.tables["boundary"]
    own = np.flatnonzero(table["which"] == CENTRE)
    assert table["x"][own][1] > table["x"][own][0] and table["y"][own][21] > table["y"][own][0]  # x runs along a row
    points = samples(landscape, CENTRE)
    assert len(points["x"]) == 2400 and set(points["test"]) == {0, 1}
    known = table.how["accuracy"]["0"]["test"]
    assert 1 - points["wrong"][points["test"] == 1].mean() == pytest.approx(
        known, abs=0.12
    )  # a map of 21 × 21 is coarse
    assert shades(classes, sure, "#ffffff").shape == (21, 21, 3)
    told = "\n".join(STUDIES["boundary"].lines(landscape))
    assert "at the centre: train" in told and "at α 0.7, β −0.4: train" in told and "first arm" in told


def test_other_inputs_are_a_sentence(studied_file) -> None:
    with pytest.raises(LossvistaError, match="a sample is 1×8×8"):
        drain(boundary(studied_file, BoundaryChoices()))
    assert maps(load(studied_file)) == {} and STUDIES["boundary"].lines(load(studied_file)) == []


def test_the_maps_are_a_figure(rolled, tmp_path) -> None:
    save_study(load(rolled), "boundary", tmp_path / "boundary.svg")
    text = (tmp_path / "boundary.svg").read_text("utf-8")
    assert "Centre" in text and "β −0.4" in text
