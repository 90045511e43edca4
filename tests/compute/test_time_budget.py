"""Time to spend: a study that trains ends with what is complete when its time is over, and the same choices go on to the same numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lossvista.compute import cli
from lossvista.compute.choices import Choices
from lossvista.compute.curves.choices import Connect
from lossvista.compute.curves.ensemble_choices import Ensemble
from lossvista.compute.errors import LossvistaError
from lossvista.compute.landscape import Landscape
from lossvista.compute.minima.choices import MinefieldChoices
from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.studies import STUDIES
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train

SHORT = "0.001s"  # over before the first step


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("two")
    training = Training(model="mlp", samples=200, epochs=2, test_every=0)
    return tuple(drain(train(training.replace(seed=k), str(folder / f"{k}"))) for k in (0, 1))  # type: ignore[return-value]


def chosen(name: str, two: tuple[str, str]) -> tuple[str, Choices]:
    """(the table's name, choices that take a second)."""
    if name == "connect":
        return "connection", Connect(weights=two, samples=100, batch_size=1, epochs=8, points=3, resolution=3)
    if name == "ensemble":
        few = {"epochs": 3, "members": 2, "cycle": 1, "batch_size": 40, "plane": "pca"}
        return "ensemble", Ensemble(model="mlp", samples=200, resolution=3, **few)
    easy = {"epochs": 2, "samples": 100, "poison": 100, "train_at_least": 0.0, "test_at_most": 1.0, "start": "init"}
    return "minima", MinefieldChoices(good=1, bad=2, iterates=1, plane="line", resolution=3, directions=1, **easy)


def some(name: str, choices: Choices, out: Path) -> Landscape:
    """As often as it takes until there is something to be shown."""
    while True:
        try:
            return drain(STUDIES[name].open()(choices.replace(budget=SHORT), str(out)))
        except LossvistaError as error:
            assert "The time was spent before" in str(error) and not out.exists()


@pytest.mark.parametrize("name", ["connect", "ensemble", "minefield"])
def test_what_is_complete_is_shown_and_the_same_choices_go_on(name: str, two, tmp_path) -> None:
    table, choices = chosen(name, two)
    part = some(name, choices, tmp_path / "a.h5")
    assert part.tables[table].how["unfinished"]
    assert "not finished, the time was spent: " in "\n".join(STUDIES[name].lines(load(tmp_path / "a.h5")))
    whole = drain(STUDIES[name].open()(choices, str(tmp_path / "a.h5")))
    assert "unfinished" not in whole.tables[table].how and whole.surface.complete
    assert "not finished" not in "\n".join(STUDIES[name].lines(whole))
    once = drain(STUDIES[name].open()(choices, str(tmp_path / "b.h5")))
    for column, values in once.tables[table].columns.items():
        np.testing.assert_array_equal(whole.tables[table][column], values)
    assert len(once.tables[table]) >= len(part.tables[table])


def test_what_is_no_time_gets_a_sentence(tmp_path, capsys) -> None:
    with pytest.raises(LossvistaError, match=r"Time to spend \(budget\): 'soon' is no time to spend"):
        Connect.of(budget="soon")
    assert cli.main(["minefield", "--budget", "3 weeks", "--out", str(tmp_path / "a.h5")]) == 2
    assert "is no time to spend" in capsys.readouterr().err
