"""Carried out: the picture and the export are dragged from their buttons into other programs; and the corner that says what is busy."""

from __future__ import annotations

from pathlib import Path

import pyvista
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from lossvista.app.carry_out import CarryOut
from lossvista.app.job import State
from lossvista.app.picture_dialog import Wanted


def test_a_press_that_moves_is_a_drag_and_no_click(qtbot) -> None:
    button, made, clicked = QToolButton(), [], []
    qtbot.addWidget(button)
    button.resize(80, 40)
    button.show()
    button.clicked.connect(lambda: clicked.append(True))
    CarryOut(button, lambda: made.append(True))
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(button, left)
    assert (len(made), len(clicked)) == (0, 1)
    QTest.mousePress(button, left, pos=QPoint(10, 10))
    QTest.mouseMove(button, QPoint(60, 30))
    qtbot.waitUntil(lambda: bool(made), timeout=60_000)
    QTest.mouseRelease(button, left, pos=QPoint(60, 30))
    assert (len(made), len(clicked)) == (1, 1) and not button.isDown()


def test_the_picture_and_the_mesh_are_files_that_end_with_the_window(window, gui, small_landscape) -> None:
    window.desk.session.add(small_landscape)
    gui.settle()
    data, thumb = window.parcels.picture()
    (url,) = data.urls()
    assert QImage(url.toLocalFile()).size() == data.imageData().size() and thumb.width() == 160
    data, _ = window.parcels.mesh()
    names = [Path(url.toLocalFile()).name for url in data.urls()]
    assert f"{window.desk.document.stem}.vtp" in names
    assert (
        "train_loss"
        in pyvista.read(data.urls()[names.index(f"{window.desk.document.stem}.vtp")].toLocalFile()).array_names
    )
    folder = window.parcels.folder
    assert folder.stat().st_mode & 0o077 == 0  # nobody else's business
    window.parcels.end()
    assert not folder.exists()
    for key in ("file.screenshot", "file.export"):
        assert "drag this button" in window.bar.widgetForAction(window.actions_made[key]).toolTip()


def test_what_cannot_be_exported_is_a_notice(window, gui, nan_landscape) -> None:
    window.desk.session.add(nan_landscape)
    assert window.parcels.mesh() is None
    assert any("nothing to export" in text for text in gui.notices(window))


def test_a_large_mesh_is_exported_not_carried(window, gui, small_landscape, monkeypatch) -> None:
    """Writing it would hold the window while the button is held."""
    monkeypatch.setattr("lossvista.app.carry_out.MOST", small_landscape.surface.grid.size - 1)
    window.desk.session.add(small_landscape)
    gui.settle()
    assert window.parcels.mesh() is None
    assert any("too large to be dragged out" in text for text in gui.notices(window))


def test_the_corner_says_what_is_busy_and_ends_it(window, gui, small_landscape, tmp_path) -> None:
    desk = window.desk
    desk.session.add(small_landscape)
    desk.pictures.draw(small_landscape, desk.session.seen(), Wanted((320, 240), str(tmp_path / "a.png")))
    gui.wait_for(lambda: window.busy.isVisible() and window.busy.says.text().startswith("Drawing"))
    QTest.mouseClick(window.busy.halt, Qt.MouseButton.LeftButton)
    gui.wait_for(lambda: not window.busy.isVisible())
    assert not desk.pictures.jobs


def test_the_corner_does_not_wait_for_a_job_that_could_not_start(window, gui, small_landscape) -> None:
    desk = window.desk
    desk.session.add(small_landscape)
    for _ in range(5):
        desk.pictures.draw(small_landscape, desk.session.seen(), lambda: "this does not pickle")
    assert len(window.busy.jobs) == 5
    gui.wait_for(lambda: not window.busy.jobs and not desk.pictures.jobs)
    assert any("cannot be handed to another process" in text for text in gui.notices(window))


def test_the_jobs_panel_goes_when_all_is_done_unless_it_was_the_persons(window, gui, tmp_path) -> None:
    offers, dock = window.offers, window.docks["jobs"]
    QCursor.setPos(window.mapToGlobal(QPoint(5, 5)))  # away from where the panel will be
    offers._closing.setInterval(0)
    for asked in (False, True):
        if asked:
            window.actions_made["dock.jobs"].trigger()
        run = window.desk.runs.demo(str(tmp_path / f"none-{asked}"))
        assert dock.isVisible()
        window.desk.runs.pause(run)
        gui.wait_for(lambda run=run: run.state is State.PAUSED)
        run.state = State.DONE
        offers._ended(run)
        gui.wait_for(lambda: not offers._closing.isActive())
        assert dock.isVisible() == asked
