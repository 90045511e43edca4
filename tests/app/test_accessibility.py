"""Accessibility: all controls have a name, a tooltip, a place in the row of Tab, and a focus that one sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTableView,
    QTextEdit,
    QToolBar,
    QWidget,
)

KINDS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)
DIALOGS = (
    "file.new",
    "file.demo",
    "file.train",
    "file.screenshot",
    "preset.manage",
    "help.shortcuts",
    "help.about",
    "help.palette",
)


def controls(root: QWidget) -> Iterator[QWidget]:
    """What can be operated, in sight or behind a fold; not the parts that Qt makes controls of."""
    for widget in root.findChildren(QWidget):
        part = widget.objectName().startswith("qt_") or isinstance(widget, (QScrollBar, QHeaderView))
        inner = isinstance(widget.parentWidget(), (QLineEdit, QAbstractSpinBox, QComboBox, QTabBar))
        if isinstance(widget, KINDS) and not part and not inner and widget.window() is root.window():
            yield widget


def where(widget: QWidget) -> str:
    names = []
    while widget is not None and not widget.isWindow():
        names.append(type(widget).__name__ + (f" {widget.objectName()}" if widget.objectName() else ""))
        widget = widget.parentWidget()
    return " in ".join(names[:4])


def name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


@pytest.fixture(scope="module")
def full(qapp, tmp_path_factory, gui) -> Iterator[QWidget]:
    """A window with all panels in sight and a landscape with a path."""
    from lossvista.compute.storage import save

    folder = tmp_path_factory.mktemp("window")
    window = gui.open(folder / "settings")
    save(_square(), folder / "a.h5")
    window.desk.open(str(folder / "a.h5"))
    for dock in window.docks.values():
        dock.show()
    gui.settle()
    yield window
    gui.end(window)


def _square():
    import numpy as np

    from lossvista.compute.grid import Grid, ticks
    from lossvista.compute.landscape import Axis, Landscape
    from lossvista.compute.surface import Patch, Surface
    from lossvista.compute.trajectory import Trajectory

    grid = Grid(ticks(-1, 1, 5), ticks(-1, 1, 5))
    surface = Surface(grid)
    losses = 1 + grid.alpha[None, :] ** 2 + grid.beta[:, None] ** 2
    surface.add(Patch(np.arange(25), {"train_loss": losses.ravel()}, samples=60))
    t = np.linspace(1, 0, 4)
    columns = {"alpha": t, "beta": -t, "step": 3 - 3 * t, "epoch": 3 - 3 * t, "train_loss": 1.1 + 2 * t**2}
    path = Trajectory({**columns, "slice_loss": 1 + 2 * t**2, "distance": 0.1 * t}, {"recording": "run"})
    return Landscape(surface, "A bowl", axes=[Axis("α", "random"), Axis("β", "random")], trajectories={"run": path})


def test_every_control_of_the_window_has_a_name(full):
    assert "\n".join(where(widget) for widget in controls(full) if not name(widget).strip()) == ""


def test_every_button_of_the_window_has_a_tooltip(full):
    assert "\n".join(where(w) for w in controls(full) if isinstance(w, QAbstractButton) and not w.toolTip()) == ""


def test_what_an_action_does_by_key_its_button_says(full):
    for bar in full.findChildren(QToolBar):
        for action in bar.actions():
            button = bar.widgetForAction(action)
            if isinstance(button, QAbstractButton):
                keys = [key.toString(key.SequenceFormat.NativeText) for key in action.shortcuts()]
                assert button.toolTip() and all(key in button.toolTip() for key in keys), action.objectName()


@pytest.mark.parametrize("key", DIALOGS)
def test_every_control_of_a_dialog_has_a_name(full, key, gui):
    full.actions_made[key].trigger()
    gui.settle()
    dialog = QApplication.activeModalWidget() or QApplication.activePopupWidget()
    assert isinstance(dialog, QDialog)
    try:
        assert dialog.windowTitle() or dialog.accessibleName()
        assert "\n".join(where(widget) for widget in controls(dialog) if not name(widget).strip()) == ""
    finally:
        dialog.reject()
        gui.settle()


def test_every_control_is_reached_by_tab(full):
    reached, widget = set(), full.nextInFocusChain()
    while widget is not full:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    bars = full.findChildren(QToolBar)  # what they hold is in the menus as well
    for control in controls(full):
        if control.isVisibleTo(full) and control.isEnabled() and not any(bar.isAncestorOf(control) for bar in bars):
            assert control in reached and control.focusPolicy() & Qt.FocusPolicy.TabFocus, where(control)


def test_the_focus_is_seen(full, gui):
    full.activateWindow()
    gui.wait_for(full.isActiveWindow)
    unseen = []
    for control in controls(full):
        if (
            control.visibleRegion().isEmpty()
            or not control.isEnabled()
            or not control.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            continue
        if isinstance(control, QTableView) and not control.model().rowCount():
            continue  # there is no cell to show it
        frame = control.parentWidget() if isinstance(control, QLineEdit) else control
        full.setFocus()
        before = frame.grab().toImage()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        if control.hasFocus() and frame.grab().toImage() == before:
            unseen.append(where(control))
    assert "\n".join(unseen) == ""


def test_the_desktops_theme_is_followed_live(full, gui):
    from lossvista.app import theme

    hints = QApplication.styleHints()
    full.actions_made["theme.system"].trigger()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.dark() and full.desk.document.style.theme == "dark" and full.desk.settings.values.theme == "system"
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.dark() and full.desk.document.style.theme == "light"
    full.actions_made["theme.light"].trigger()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not theme.dark()  # the person's choice stands
