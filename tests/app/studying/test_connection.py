"""Connection in the window: a curve is trained from the panel, seen while it is, and opens on its surface."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.app.studying.connection import Connection
from lossvista.compute.curves.told import TABLE
from lossvista.compute.figures.studies import save_study
from lossvista.compute.progress import drain
from lossvista.compute.table import Table
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train


@pytest.fixture
def measured(small_landscape):
    """A landscape with a connection under two policies: the straight line has a barrier of 2 or 3, the curve none."""
    t = np.linspace(0, 1, 5)
    rows = [
        {"way": way, "statistics": policy, "t": x, "train_loss": high * 4 * x * (1 - x), "train_error": x * (1 - x)}
        for policy, high in (("re-estimated", 2.0), ("frozen", 3.0))
        for way, high in (("bezier", 0.0), ("segment", high))
        for x in t
    ]
    columns = {
        name: np.array([row[name] for row in rows], dtype=object if name in ("way", "statistics") else float)
        for name in rows[0]
    }
    small_landscape.tables[TABLE] = Table(columns, {"curve": "bezier", "batch_norm": "re-estimated"})
    return small_landscape


def test_both_ways_and_their_barriers_are_shown_under_each_policy(window, gui, measured, tmp_path) -> None:
    document = window.desk.session.add(measured)
    window.actions_made["study.connect"].trigger()
    view = window.docks["studies"].panel.sheet.view
    assert isinstance(view, Connection) and view.says.text() == "Barrier: Bezier curve 0, straight line 2."
    assert [one.name for one in view.loss.picture.series] == ["curve", "straight line"]
    view.policy.show_value("frozen")
    view.policy.edited.emit(False)
    assert view.says.text().endswith("straight line 3.") and view.loss.arrows[1][:3] == (0.5, 0.0, 3.0)
    own = Connection(window.desk)  # floated, and made larger
    own.show_document(document)
    own.resize(300, 200)
    own.show()
    gui.wait_for(lambda: own.what.isVisible() and own.loss.isVisible() and not own.error.isVisible())
    own.what.show_value("error")
    own.what.edited.emit(False)
    assert own.error.isVisible() and not own.loss.isVisible()
    own.resize(900, 300)
    gui.wait_for(lambda: own.error.isVisible() and own.loss.isVisible() and not own.what.isVisible())
    own.close()
    own.deleteLater()
    save_study(document.landscape, "connection", tmp_path / "connection.svg")
    text = (tmp_path / "connection.svg").read_text()
    assert text.startswith("<?xml") and len(text) > 5000


def test_a_curve_from_the_panel_to_its_surface(window, gui, tmp_path) -> None:
    training = Training(model="mlp", epochs=2, samples=60, lr=0.05)
    two = tuple(drain(train(training.replace(seed=k), str(tmp_path / f"seed-{k}"))) for k in (0, 1))
    window.actions_made["study.connect"].trigger()
    sheet, runs = window.docks["studies"].panel.sheet, window.desk.runs
    assert not sheet.go.isEnabled() and "Name the file" in sheet.says.whole
    choices = {"weights": two, "samples": 60, "epochs": 2, "points": 5, "resolution": 3}
    sheet.fill(choices, str(tmp_path / "joined.h5"))
    live = []
    runs.changed.connect(lambda _run: live.append(sheet.view.says.text()))
    sheet.go.click()
    gui.wait_for(lambda: not runs.active)
    assert any("Fitting the curve" in text for text in live)
    document = window.desk.document
    assert document.path.endswith("joined.h5") and len(document.landscape.trajectories) == 2
    assert sheet.view.says.text().startswith("Barrier: Bezier curve")
    assert not window.desk.playback.timeline  # nobody went along it
