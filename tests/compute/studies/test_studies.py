"""Studies: one road from the door to the landscape's file, whatever the study; what was found stays, whatever happens."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from lossvista.compute import cli
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import Progress, drain
from lossvista.compute.storage import load
from lossvista.compute.storage.lock import Lock
from lossvista.compute.studies import STUDIES
from lossvista.compute.studies.added import Added
from lossvista.compute.studies.studied import studied
from lossvista.compute.studies.study import Study
from lossvista.compute.studies.weights import WeightChoices
from lossvista.compute.table import Table
from lossvista.compute.training.recording import Recording


def failing(source, choices, *, trust=None):
    """A study that finds something, and fails."""
    yield Progress("looking", added=Added({"found": Table({"x": np.arange(3)}, {"seed": 1})}))
    yield Progress("looking")
    raise LossvistaError("The sky has fallen.")


FAILING = Study(f"{__name__}:failing", "Failing", choices="lossvista.compute.studies.weights:WeightChoices")


@pytest.fixture
def file(studied_file, tmp_path):
    return shutil.copy(studied_file, tmp_path / "copy.h5")


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_its_choices_help_and_words(name) -> None:
    study = STUDIES[name]
    assert study.help.endswith(".") and study.label
    assert study.model() is not None  # all choices have defaults
    assert callable(study.open())


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_is_a_command_whose_flags_are_its_choices(name, capsys) -> None:
    assert cli.main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"--{field.replace('_', '-')}" in shown for field in STUDIES[name].model.model_fields)


def test_the_weights_are_those_of_the_checkpoint(file, studied_file) -> None:
    found = drain(studied(STUDIES["weights"], file, WeightChoices(bins=7)))
    recording = Recording(studied_file.parent / "run")
    state = recording.weights(len(recording) - 1)
    table = load(file).tables["weights"]
    assert table.how == {"alpha": 0.0, "beta": 0.0, "bins": 7}
    for row in table.rows():
        values = state[row["parameter"]].double().numpy().ravel()
        assert row["norm"] == pytest.approx(np.linalg.norm(values), rel=1e-12)
        assert row["count"] == values.size == sum(row[f"bin_{k}"] for k in range(7))
    assert STUDIES["weights"].lines(found)[0].startswith("weights: ‖θ‖ = ")


def test_the_command_keeps_what_it_found_in_the_file_or_elsewhere(file, tmp_path, capsys) -> None:
    assert cli.main(["weights", str(file), "--bins", "5", "--out", str(tmp_path / "other.h5"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tables"]["weights"]["bins"] == 5
    assert "weights" in load(tmp_path / "other.h5").tables and not load(file).tables
    assert cli.main(["info", str(tmp_path / "other.h5")]) == 0
    assert "weights: ‖θ‖ = " in capsys.readouterr().out


def test_what_was_found_is_kept_when_it_fails_or_is_given_up(file, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Study, "open", lambda self: failing)
        with pytest.raises(LossvistaError, match="sky"):
            drain(studied(FAILING, file, WeightChoices()))
        assert list(load(file).tables["found"]["x"]) == [0, 1, 2]
    job = studied(STUDIES["weights"], file, WeightChoices())
    while next(job).added is None:
        pass
    job.close()
    assert "weights" in load(file).tables
    Lock(file).release()  # nobody holds it any more


def test_two_do_not_write_into_one_file(file) -> None:
    lock = Lock(file)
    with pytest.raises(LossvistaError, match="is being written by process"):
        next(studied(STUDIES["weights"], file, WeightChoices()))
    lock.release()


def test_another_landscape_is_not_overwritten_and_a_copy_goes_on(file, small_landscape, tmp_path, capsys) -> None:
    from lossvista.compute.storage import save

    other = tmp_path / "other.h5"
    save(small_landscape, other)
    before = other.read_bytes()
    assert cli.main(["weights", str(file), "--out", str(other)]) == 2
    assert "it is another landscape" in capsys.readouterr().err and other.read_bytes() == before
    copy, whole = file.with_name("another.h5"), file.read_bytes()
    assert cli.main(["weights", str(file), "--out", str(copy)]) == 0
    assert cli.main(["sharpness", str(file), "--steps", "1", "--draws", "0", "--out", str(copy)]) == 0
    assert {"weights", "sharpness"} <= load(copy).tables.keys() and file.read_bytes() == whole


def test_a_field_of_another_grid_is_not_taken(small_landscape) -> None:
    with pytest.raises(ValueError, match="grid"):
        Added(fields={"curvature": np.zeros((2, 2))}).into(small_landscape)


def test_a_landscape_from_elsewhere_is_a_sentence(small_landscape, tmp_path, capsys) -> None:
    from lossvista.compute.storage import save

    save(small_landscape, tmp_path / "a.h5")
    assert cli.main(["weights", str(tmp_path / "a.h5")]) == 2
    assert "does not say which network" in capsys.readouterr().err
