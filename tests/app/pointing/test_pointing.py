"""From a point to its network in the window: the menu at a right click, looks in a child process, checkpoints, zooms, and balls."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from lossvista.app.wizard.wizard import NewLandscape
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.storage import load, save


def menu_of(window):
    return window.point_menu.menu


def test_a_right_click_says_where_and_offers_what_can_be_done_there(window, gui, small_landscape):
    window.desk.session.add(small_landscape)
    gui.wait_for(lambda: window.stage.page is window.stage.view)
    gui.settle()
    view = window.stage.view
    middle = QPoint(view.width() // 2, view.height() // 2)
    QTest.mouseMove(view, middle)
    QTest.mouseClick(view, Qt.MouseButton.RightButton, pos=middle)
    assert menu_of(window).isVisible()
    pick = window.stage.scene.pick(*view._pixels(QPointF(middle)))
    assert window.desk.points.chosen == pytest.approx((pick.alpha, pick.beta))
    assert window.point_menu.head.text().startswith("α ")
    grey = {action.objectName(): not action.isEnabled() for action in menu_of(window).actions() if action.objectName()}
    assert (
        grey["point.look"] and grey["point.zoom"] and not grey["point.drop"]
    )  # it does not say which network it is of
    menu_of(window).close()
    QTest.mousePress(view, Qt.MouseButton.RightButton, pos=middle)
    QTest.mouseRelease(view, Qt.MouseButton.RightButton, pos=middle + QPoint(0, 40))
    assert not menu_of(window).isVisible()  # that was a zoom


def test_on_the_flat_map_too_and_on_a_line(window, gui, small_landscape, line_landscape):
    session = window.desk.session
    session.add(line_landscape)
    gui.wait_for(lambda: window.stage.flat is not None and window.stage.flat._axes is not None)
    window.stage.pane.asked.emit(0.25, 3.0)
    assert window.desk.points.chosen == (0.25, 0.0) and menu_of(window).isVisible()
    panel = window.docks["point"].panel
    assert panel.beta.isHidden() and not panel.alpha.isHidden()
    menu_of(window).close()
    session.add(small_landscape)
    session.restyle("View", view="map")
    gui.settle()
    flat = window.stage.flat
    flat.draw_now()
    flat.canvas.draw()
    x, y = flat._axes.transData.transform((0.5, -0.25)) / flat.canvas.device_pixel_ratio
    QTest.mouseClick(flat.canvas, Qt.MouseButton.RightButton, pos=QPoint(round(x), round(flat.canvas.height() - y)))
    assert window.desk.points.chosen == pytest.approx((0.5, -0.25), abs=0.02)
    menu_of(window).close()


def test_the_point_is_the_one_typed_the_pin_or_the_centre(window, gui, small_landscape):
    session, points, panel = window.desk.session, window.desk.points, window.docks["point"].panel
    session.add(small_landscape)
    assert points.chosen == (0.0, 0.0)
    window.desk.probe.add(0.4, -0.6)
    assert points.chosen == (0.4, -0.6) and panel.alpha.line.text() == "0.4"
    panel.beta.line.setText("0,2")
    panel.beta._finish()
    assert panel.beta.line.property("wrong") and points.chosen == (0.4, -0.6)
    panel.beta.line.setText("−0.2")
    panel.beta._finish()
    assert points.chosen == (0.4, -0.2) and not panel.beta.line.property("wrong")
    assert (
        not panel.hint.isHidden() and "does not say which network" in panel.hint.text() and not panel.look.isEnabled()
    )


def test_a_look_fills_the_panel_and_another_point_asks_for_another(window, gui, computed):
    desk, panel = window.desk, window.docks["point"].panel
    desk.open(str(computed))
    document = desk.document
    desk.points.choose(0.5, -0.5)
    panel.other.setText("digits:test")
    window.actions_made["point.look"].trigger()
    assert window.docks["point"].isVisible() and not panel.busy.isHidden()
    gui.wait_for(lambda: document in desk.points.reports)
    report, sheet = desk.points.reports[document], panel.sheet
    grid = document.landscape.surface.grid
    at = int(np.abs(grid.beta + 0.5).argmin()), int(np.abs(grid.alpha - 0.5).argmin())
    assert report.splits[0].loss == pytest.approx(document.landscape.surface.fields["train_loss"][at], rel=1e-5)
    assert panel.busy.isHidden() and panel.hint.isHidden() and not sheet.isHidden()
    assert "evaluated" in sheet.slice.text() and sheet.tiles[1].value.text().endswith("%")
    assert sheet.matrix.counts.sum() == 60 and len(sheet.gallery.shown) == min(24, report.splits[0].wrong)
    sheet.splits.show_value("digits:test")
    sheet.splits.edited.emit(False)
    assert sheet.matrix.counts.sum() == 355 and "355 samples" in sheet.tiles[0].what.text()
    assert panel.look.text() == "Look again"
    desk.points.choose(0.1, 0.1)
    assert panel.look.text() == "Look"
    assert not gui.notices(window)
    desk.session.close(document)
    assert not desk.points.reports and sheet.isHidden()


def test_a_look_can_be_stopped_and_ends_with_its_landscape(window, gui, computed):
    desk, panel = window.desk, window.docks["point"].panel
    desk.open(str(computed))
    desk.points.look(desk.document, 0.0, 0.0)
    panel.cancel.click()
    assert desk.points.looking is None and panel.busy.isHidden()
    desk.points.look(desk.document, 0.0, 0.0)
    desk.session.close(desk.document)
    assert desk.points.looking is None


def test_what_went_wrong_is_said(window, gui, computed, tmp_path):
    landscape = load(computed)
    landscape.surface.fields["train_loss"] = landscape.surface.fields["train_loss"] * 2
    save(landscape, tmp_path / "other.h5")
    window.desk.open(str(tmp_path / "other.h5"))
    window.actions_made["point.look"].trigger()
    gui.wait_for(lambda: gui.notices(window))
    assert "weights, data or code have changed" in gui.notices(window)[0] and window.desk.points.looking is None


def test_a_checkpoint_is_saved_where_the_person_says(window, gui, computed, tmp_path):
    window.desk.open(str(computed))
    window.desk.points.choose(-0.5, 0.25)
    gui.answer_file_dialog(window, "point.checkpoint", str(tmp_path / "there.pt"))
    gui.wait_for(lambda: (tmp_path / "there.pt").exists() and gui.notices(window))
    assert gui.notices(window) == ["Saved there.pt."]
    assert all(isinstance(t, torch.Tensor) for t in torch.load(tmp_path / "there.pt", weights_only=True).values())


def test_a_new_centre_and_a_zoom_begin_in_the_wizard(window, gui, computed, tmp_path):
    window.desk.open(str(computed))
    window.desk.points.choose(0.25, 0.25)
    gui.answer_file_dialog(window, "point.centre", str(tmp_path / "centre.safetensors"))
    gui.wait_for(lambda: window.findChildren(NewLandscape))
    dialog = window.findChildren(NewLandscape)[0]
    values = dialog.values if isinstance(dialog.values, dict) else dialog.values()
    assert tuple(values["weights"]) == (str(tmp_path / "centre.safetensors"),)
    close(gui, dialog)
    window.actions_made["point.zoom"].trigger()
    gui.settle()
    dialog = next(one for one in window.findChildren(NewLandscape) if one.isVisible())
    close(gui, dialog)


def close(gui, dialog: QDialog) -> None:
    dialog.reject()
    gui.settle()


def test_a_zoom_is_compared_with_the_whole(window, gui, computed, tmp_path):
    from lossvista.app import here
    from lossvista.compute.point.recipes import zoomed

    desk = window.desk
    desk.open(str(computed))
    whole, out = desk.document, str(tmp_path / "part.h5")
    recipe = zoomed(whole.landscape, (0.0, 0.5), (-0.5, 0.0), 3, here._recipe(whole))
    desk.points.expect(out, whole)
    desk.runs.compute(recipe, out)
    gui.wait_for(lambda: any("nodes are in both" in text for text in gui.notices(window)))
    assert any("4 nodes are in both landscapes; they agree." in text for text in gui.notices(window))


def test_code_that_a_file_names_runs_only_when_the_person_agrees(window, gui, tmp_path, monkeypatch):
    (tmp_path / "own.py").write_text(
        "import torch\nfrom lossvista import Problem\n\n"
        "def make_problem():\n"
        f"    open({str(tmp_path / 'ran')!r}, 'a').close()\n"
        "    net = torch.nn.Linear(3, 2)\n"
        "    return Problem(net, train=(torch.randn(12, 3), torch.arange(12) % 2), loss=torch.nn.CrossEntropyLoss())\n"
    )
    drain(run(Recipe.of(problem=f"{tmp_path / 'own.py'}:make_problem", resolution=3), str(tmp_path / "own.h5")))
    (tmp_path / "ran").unlink()
    desk = window.desk
    desk.open(str(tmp_path / "own.h5"))
    window.actions_made["point.look"].trigger()
    gui.wait_for(lambda: desk.notices.cards)
    (card,) = desk.notices.cards
    assert "Looking at it runs that code" in card.notice.text and desk.points.looking is None
    assert not (tmp_path / "ran").exists()
    card.notice.buttons["Run it"]()
    gui.wait_for(lambda: desk.points.reports)
    assert (tmp_path / "ran").exists()
    desk.points.reports.clear()
    desk.session.close(desk.document)
    desk.open(str(tmp_path / "own.h5"))
    window.actions_made["point.look"].trigger()  # once agreed to, it is not asked for again
    gui.wait_for(lambda: desk.points.reports)
