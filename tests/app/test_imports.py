"""Files of other programs, opened and dropped in the window."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import pyvista
import trimesh
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from lossvista.app.meshes import MeshWindow


def li(path):
    with h5py.File(path, "w") as file:
        file["xcoordinates"], file["ycoordinates"] = np.linspace(-1, 1, 5), np.linspace(-1, 1, 5)
        file["train_loss"] = 1 + np.add.outer(np.linspace(-1, 1, 5) ** 2, np.linspace(-1, 1, 5) ** 2)
    return path


def settle(window, gui):
    gui.wait_for(lambda: not window.desk.imports.jobs)
    gui.settle()


def test_a_surface_of_li_opens_with_what_is_doubtful_in_it(window, gui, tmp_path):
    assert window.desk.open(str(li(tmp_path / "surface.h5")))
    settle(window, gui)
    document = window.desk.session.current
    assert document.unsaved and not document.path and document.name == "surface"
    assert any("Imported surface.h5" in text and "--idx" in text for text in gui.notices(window))


def test_a_table_can_be_dropped(window, gui, tmp_path):
    rows = "".join(f"{x},{y},{1 + x * x + y * y}\n" for y in range(4) for x in range(5))
    (tmp_path / "table.csv").write_text("alpha,beta,train_loss\n" + rows)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "table.csv"))])
    how = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(5, 5), *how))
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), *how))
    settle(window, gui)
    assert window.desk.session.current.landscape.surface.grid.shape == (4, 5)


def ball(path):
    made = trimesh.creation.icosphere(subdivisions=2)
    if path.suffix == ".vtp":
        mesh = pyvista.wrap(made)
        mesh["height"] = mesh.points[:, 2]
        mesh.save(path)
    else:
        made.export(path)
    return made


@pytest.mark.parametrize("suffix", [".vtp", ".ply", ".stl", ".obj"])
def test_a_mesh_that_is_no_landscape_is_shown_as_it_is(window, gui, tmp_path, suffix):
    made = ball(tmp_path / f"ball{suffix}")
    window.desk.open(str(tmp_path / f"ball{suffix}"))
    settle(window, gui)
    assert not window.desk.session.documents and not gui.notices(window)
    (shown,) = window.findChildren(MeshWindow)
    assert shown.isVisible() and len(shown.body.triangles) == len(made.faces)
    assert shown.field.isVisible() == (suffix == ".vtp")
    if suffix == ".vtp":
        assert shown.span.text() == "−1 to 1"
        shown.field.combo.setCurrentIndex(0)
        shown.field.combo.activated.emit(0)
        assert shown.span.text() == ""
    shown.close()
    gui.settle()
    assert not window.findChildren(MeshWindow)


def test_a_mesh_window_closes_with_the_window(window, gui, tmp_path):
    ball(tmp_path / "ball.stl")
    window.desk.open(str(tmp_path / "ball.stl"))
    settle(window, gui)
    assert window.findChildren(MeshWindow)  # the fixture closes the window, and looks for what is left


@pytest.mark.parametrize(("name", "data"), [("cut.vtp", b"<VTKFile type="), ("empty.npz", b""), ("not.h5", None)])
def test_what_cannot_be_read_is_a_notice(window, gui, tmp_path, name, data):
    path = tmp_path / name
    if data is None:
        with h5py.File(path, "w") as file:
            file["weights"] = np.ones(3)
    else:
        path.write_bytes(data)
    window.desk.open(str(path))
    settle(window, gui)
    assert not window.desk.session.documents
    (card,) = window.desk.notices.cards
    assert card.notice.severity == "error" and name in card.notice.text
