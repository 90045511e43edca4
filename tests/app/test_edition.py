"""The Viewer's window: what computes is grey and says why; all else works as ever."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QPushButton

from lossvista.app import verbs
from lossvista.app.actions import ACTIONS
from lossvista.app.examples import open_example
from lossvista.app.needs import computes
from lossvista.app.window import Window
from lossvista.compute.edition import REASON, can_compute
from lossvista.compute.errors import LossvistaError


@pytest.fixture
def viewer(qapp, tmp_path, gui, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window in an interpreter that finds no PyTorch."""
    for name in ("torch", "torchvision"):
        monkeypatch.setitem(sys.modules, name, None)
    can_compute.cache_clear()
    made = gui.open(tmp_path, gui.NOWHERE)
    yield made
    gui.end(made)
    can_compute.cache_clear()


def test_what_computes_is_grey_and_says_why(viewer: Window, gui) -> None:
    begin = {button.text(): button for button in viewer.stage.welcome.findChildren(QPushButton)}
    assert not begin["New landscape…"].isEnabled() and begin["Open…"].isEnabled()
    open_example(viewer.desk.session, "resnet56")  # it names its network: only PyTorch is missing
    gui.settle()
    grey = {key for key, action in ACTIONS.items() if computes(action.needs)}
    assert grey >= {
        "file.new",
        "file.demo",
        "file.train",
        "point.look",
        "point.zoom",
        "study.curvature",
        "lesson.skips",
    }
    for key in grey:
        widget = viewer.actions_made[key]
        assert not widget.isEnabled() and REASON in widget.toolTip() and widget.property("reason") == REASON
    for key in ("file.open", "file.export", "file.screenshot", "point.drop", "view.map", "file.follow"):
        assert viewer.actions_made[key].isEnabled(), key
    with pytest.raises(LossvistaError, match="Viewer"):  # a checkpoint that is dropped on the window comes here
        verbs.new_landscape(viewer.desk)
