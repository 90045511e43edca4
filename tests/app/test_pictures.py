"""Screenshots and exports, from the window to the file."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from lossvista.app.picture_dialog import FORMATS, PictureDialog


def choose(size, path) -> None:
    """Fill in the dialog and press its button."""
    dialog = QApplication.activeModalWidget()
    if size in dialog.size_choice.values:
        dialog.size_choice.show_value(size)
    else:
        dialog.size_choice.show_value((-1, -1))
        dialog.width_spin.setValue(size[0])
        dialog.height_spin.setValue(size[1])
    dialog.out.line.setText(str(path))
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("view", ["contours", "map"])
def test_a_screenshot_of_any_size(window, gui, small_landscape, tmp_path, view):
    window.desk.session.add(small_landscape)
    window.desk.session.restyle("View", view=view)
    window.actions_made["file.screenshot"].trigger()
    path = tmp_path / "picture.png"
    choose((320, 200), path)
    gui.wait_for(lambda: not window.desk.pictures.jobs)
    assert any("Saved picture.png" in text for text in gui.notices(window)), gui.notices(window)
    pixels = np.asarray(Image.open(path))
    assert pixels.shape[:2] == (200, 320) and len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 100


@pytest.mark.parametrize("view", ["surface", "map"])
def test_a_screenshot_of_the_screen(window, gui, small_landscape, tmp_path, view):
    window.desk.session.add(small_landscape)
    window.desk.session.restyle("View", view=view)
    gui.settle()
    window.actions_made["file.screenshot"].trigger()
    choose((0, 0), tmp_path / "screen.png")
    page = window.stage.page
    with Image.open(tmp_path / "screen.png") as image:
        assert image.size == (page.width(), page.height())
        assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) > 100


@pytest.mark.parametrize("name", ["", "a.gif"])
def test_a_picture_that_cannot_be(window, small_landscape, tmp_path, name):
    window.desk.session.add(small_landscape)
    window.actions_made["file.screenshot"].trigger()
    choose((320, 200), tmp_path / name if name else "")
    dialog = QApplication.activeModalWidget()
    assert dialog is not None and dialog.wrong.text()
    dialog.reject()


def chosen_format(suffix: str) -> PictureDialog:
    dialog = QApplication.activeModalWidget()
    dialog.format_choice.combo.setCurrentIndex(list(FORMATS).index(suffix))
    return dialog


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".eps"])
@pytest.mark.parametrize("view", ["contours", "map"])
def test_a_print_of_any_view(window, gui, small_landscape, tmp_path, view, suffix):
    """As wide as was asked for; of a flat view lines and text, of a 3-D view its pixels."""
    desk = window.desk
    desk.session.add(small_landscape)
    desk.session.restyle("View", view=view)
    desk.settings.update(folder=str(tmp_path))
    window.actions_made["file.screenshot"].trigger()
    dialog = chosen_format(suffix)
    assert Path(dialog.out.value()).suffix == suffix
    assert dialog.form.isRowVisible(dialog.size_choice) == (view == "contours")
    assert ("lines and text" in dialog.note.text()) == (view == "map")
    dialog.size_choice.show_value((-1, -1))
    dialog.width_spin.setValue(340)
    dialog.height_spin.setValue(255)
    dialog.print_choice.combo.setCurrentIndex(0)
    path = tmp_path / f"figure{suffix}"
    dialog.out.line.setText(str(path))
    if view == "contours":
        assert "102 an inch" in dialog.note.text()
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    gui.wait_for(lambda: not desk.pictures.jobs)
    assert any(f"Saved figure{suffix}" in text for text in gui.notices(window)), gui.notices(window)
    text = path.read_bytes().decode("latin-1")
    width = {
        ".pdf": lambda: float(re.search(r"/MediaBox \[ 0 0 ([\d.]+)", text)[1]),
        ".svg": lambda: float(re.search(r'<svg[^>]* width="([\d.]+)pt"', text)[1]),
        ".eps": lambda: float(re.search(r"%%HiResBoundingBox: [\d.]+ [\d.]+ ([\d.]+)", text)[1]),
    }[suffix]()
    assert width == pytest.approx(85 / 25.4 * 72, rel=0.02)
    if suffix == ".svg":
        assert ("<text" in text) == (view == "map") and ("<image" in text or view == "map")


def test_a_format_hides_what_does_not_count(window, small_landscape, tmp_path):
    window.desk.session.add(small_landscape)
    window.actions_made["file.screenshot"].trigger()
    dialog = QApplication.activeModalWidget()
    rows = (dialog.size_choice, dialog.print_choice, dialog.transparent)
    assert [dialog.form.isRowVisible(row) for row in rows] == [True, False, True]
    dialog.size_choice.combo.setCurrentIndex(0)  # the screen has its background
    assert not dialog.form.isRowVisible(dialog.transparent)
    chosen_format(".pdf")
    assert [dialog.form.isRowVisible(row) for row in rows] == [True, True, True] and dialog.size_choice.value() != (
        0,
        0,
    )
    dialog.out.line.setText(str(tmp_path / "a.eps"))
    assert dialog.suffix == ".eps" and not dialog.form.isRowVisible(dialog.transparent)
    dialog.print_choice.combo.setCurrentIndex(3)
    assert dialog.form.isRowVisible(dialog.own_print)
    (tmp_path / "there.png").touch()
    dialog.out.line.setText(str(tmp_path / "there.png"))
    assert "will be replaced" in dialog.note.text() and dialog.suffix == ".png"
    dialog.reject()


@pytest.mark.parametrize("view", ["surface", "map"])
def test_a_picture_without_its_background(window, gui, small_landscape, tmp_path, view):
    window.desk.session.add(small_landscape)
    window.desk.session.restyle("View", view=view)
    window.actions_made["file.screenshot"].trigger()
    QApplication.activeModalWidget().transparent.click()
    choose((320, 200), tmp_path / "clear.png")
    gui.wait_for(lambda: not window.desk.pictures.jobs)
    with Image.open(tmp_path / "clear.png") as image:
        opacity = np.asarray(image.convert("RGBA"))[..., 3]
    assert opacity[0, 0] == 0 and opacity.max() == 255


def test_export_is_what_is_seen(window, gui, saved, small_landscape, tmp_path):
    window.desk.open(saved(small_landscape))
    window.desk.session.restyle("Threshold", relief_clip=1.0)
    path = tmp_path / "mesh.ply"
    gui.answer_file_dialog(window, "file.export", str(path))
    gui.wait_for(lambda: not window.desk.pictures.jobs)
    assert any("Saved mesh.ply" in text for text in gui.notices(window)), gui.notices(window)
    mesh = trimesh.load(path)
    losses = mesh.metadata["_ply_raw"]["vertex"]["data"]
    names = losses.dtype.names if hasattr(losses, "dtype") else list(losses)
    assert len(mesh.vertices) > 20 and mesh.vertices[:, 2].max() < 1.2
    assert any("loss" in name for name in names)


def test_a_gltf_scene_has_what_is_seen_with_the_pins_that_measure(window, gui, saved, small_landscape, tmp_path):
    window.desk.open(saved(small_landscape))
    window.desk.session.restyle("Threshold", relief_clip=3.0)
    for alpha in (-0.4, 0.6, 0.0):
        window.desk.probe.add(alpha, 0.2)
    window.desk.probe.choose([0, 2])

    def choose_kind() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        dialog.setDirectory(str(tmp_path))
        dialog.selectNameFilter(next(kind for kind in dialog.nameFilters() if "*.gltf" in kind))
        dialog.findChild(QLineEdit, "fileNameEdit").setText("scene")  # the kind says the suffix
        dialog.accept()

    QTimer.singleShot(0, choose_kind)
    window.actions_made["file.export"].trigger()
    gui.wait_for(lambda: not window.desk.pictures.jobs)
    assert any("Saved scene.gltf" in text for text in gui.notices(window)), gui.notices(window)
    tree = json.loads((tmp_path / "scene.gltf").read_text())
    (numbers,) = tree["buffers"]
    assert tree["asset"]["version"] == "2.0"
    assert len(base64.b64decode(numbers["uri"].partition(",")[2])) == numbers["byteLength"]
    parts = trimesh.load(tmp_path / "scene.gltf").geometry
    assert {"surface", "path", "contours", "axes", "pins", "measured"} == set(parts)
    losses = parts["surface"].vertex_attributes["_train_loss"]
    assert len(losses) > 50 and losses.max() <= 3.0 + 1e-6
    along = parts["measured"].vertex_attributes["_plane_alpha"]
    assert along.min() == pytest.approx(-0.4) and along.max() == pytest.approx(0.0, abs=1e-6)


def test_an_export_that_cannot_be_is_a_notice(window, gui, small_landscape, tmp_path):
    window.desk.session.add(small_landscape)
    gui.answer_file_dialog(window, "file.export", str(tmp_path / "mesh.xyz"))
    gui.wait_for(lambda: not window.desk.pictures.jobs)
    card = window.desk.notices.cards[-1]
    assert card.notice.severity == "error" and not Path(tmp_path / "mesh.xyz").exists()
