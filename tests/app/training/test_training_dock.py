"""The dock of the Training panel, where other panels hang too."""

from __future__ import annotations

from PySide6.QtCore import Qt


def test_the_curves_have_room_where_a_low_panel_hung_before(window, gui, recording):
    recording.epoch()
    docks = window.docks
    docks["jobs"].show()
    gui.settle()
    window.resizeDocks([docks["jobs"]], [150], Qt.Orientation.Vertical)
    gui.settle()
    docks["jobs"].hide()
    window.desk.follow(str(recording.folder))
    gui.settle()
    assert docks["training"].isVisible() and docks["training"].height() >= 260
