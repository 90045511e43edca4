"""A budget of time: what there is by its end is saved, and the same recipe without it goes on (invariant 38)."""

from pathlib import Path

import numpy as np
import pytest

from lossvista.compute.amounts import seconds
from lossvista.compute.engines import inline
from lossvista.compute.errors import LossvistaError
from lossvista.compute.progress import drain
from lossvista.compute.run import run
from lossvista.compute.storage import load
from lossvista.compute.surface import Mark


def test_when_the_time_is_spent_the_coarse_points_are_saved_and_the_rest_is_not_yet(
    recipe, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(inline, "TILE_SECONDS", 0.0)
    asked, file = recipe(resolution=5), tmp_path / "a.h5"
    job, notes = run(asked, str(file), budget=1e-9), []
    while True:
        try:
            notes.append(next(job).note)
        except StopIteration as stop:
            landscape = stop.value
            break
    assert any(note.startswith("The time is spent: 1 of 25") for note in notes)
    first = asked.grid().coarse_to_fine()[0]
    for one in (landscape.surface, load(file).surface):
        assert one.evaluated.flat[first] == Mark.EVALUATED and np.count_nonzero(one.evaluated) == 1
    assert Path(f"{file}.journal").exists()
    again = drain(run(asked, str(file), budget=1e-9)).surface
    assert np.count_nonzero(again.evaluated) == 2
    whole = drain(run(asked, str(file))).surface
    assert whole.complete and not Path(f"{file}.journal").exists()
    np.testing.assert_array_equal(whole.values("train_loss"), drain(run(asked)).surface.values("train_loss"))


@pytest.mark.parametrize(
    ("text", "wanted"), [("90", 90), ("90s", 90), ("10m", 600), ("10 min", 600), ("1.5h", 5400), ("2d", 172800)]
)
def test_times_are_read_as_people_type_them(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["", "soon", "-5m", "0", "10y", "nan"])
def test_what_is_no_time_gets_a_sentence(text: str) -> None:
    with pytest.raises(LossvistaError, match="no time to spend"):
        seconds(text)
