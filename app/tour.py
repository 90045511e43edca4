"""Tour: five callouts, each at a real part of the window, for those who see it for the first time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolBar, QVBoxLayout, QWidget

from . import examples
from .desk import Desk
from .language import tr

GAP, EDGE, WIDTH = 14, 10, 340
KEYS = {
    Qt.Key.Key_Escape: "skip",
    Qt.Key.Key_Left: "back",
    Qt.Key.Key_Right: "next",
    Qt.Key.Key_Return: "this",
    Qt.Key.Key_Enter: "this",
}


@dataclass(frozen=True)
class Step:
    """at: the place in the window that the callout points at, in the window's coordinates. docks: shown for it."""

    title: str
    text: str
    at: Callable[[Desk], QRect]
    docks: tuple[str, ...] = ()


def _dock(name: str) -> Callable[[Desk], QRect]:
    return lambda desk: place_of(desk.docks[name], desk.window)


def _buttons(*keys: str) -> Callable[[Desk], QRect]:
    """The toolbar's buttons of these actions."""

    def at(desk: Desk) -> QRect:
        (bar,) = (bar for bar in desk.window.findChildren(QToolBar) if bar.objectName() == "bar")
        whole = QRect()
        for action in bar.actions():
            if action.objectName() in keys:
                whole = whole.united(place_of(bar.widgetForAction(action), desk.window))
        return whole

    return at


def _stage(desk: Desk) -> QRect:
    return place_of(desk.stage, desk.window)


STEPS = (
    Step(
        tr("What is open"),
        tr(
            "Landscapes are listed here: loss surfaces around a network's weights. Open a file, drop one anywhere on the window, or "
            "compute your own with Ctrl+N. Choose several to compare them."
        ),
        _dock("landscapes"),
        ("landscapes",),
    ),
    Step(
        tr("Six ways to see it"),
        tr(
            "Keys 1 to 6 show the same landscape as a smooth surface, with contour lines, as a wireframe, as floating lines, as a flat "
            "map, and as curves through its centre. Drag to turn it, use the wheel to come nearer, R to go back."
        ),
        _buttons("view.surface", "view.contours", "view.wireframe", "view.lines", "view.map", "view.curves"),
    ),
    Step(
        tr("How it looks"),
        tr(
            "Scale, colours, contour lines. The threshold cuts away what lies above a loss, and shows the valley. Every change can be "
            "undone with Ctrl+Z; Ctrl+L keeps a look for other landscapes."
        ),
        _dock("look"),
        ("look",),
    ),
    Step(
        tr("The path of a training"),
        tr(
            "Where a training was recorded, P shows its path at its true loss, and Space plays it. Point at the surface to read α, β "
            "and the loss; click to pin a point."
        ),
        _stage,
    ),
    Step(
        tr("Can it be trusted?"),
        tr(
            "A slice shows a little of a space with millions of dimensions. These checks say how much this one can be relied on, and "
            "what to do about each that fails."
        ),
        _dock("trust"),
        ("trust",),
    ),
)


def place_of(widget: QWidget, window: QWidget) -> QRect:
    """Where a widget is, in its window's coordinates."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


class Tour(QObject):
    """Leads from step to step. It ends with its last step, with Skip and with Escape, and is then remembered as seen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self.desk, self.at = desk, -1
        self.frame = QFrame(desk.window, objectName="spotlight")
        self.frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.callout = Callout(desk.window)
        self.callout.next_button.clicked.connect(lambda: self.go(self.at + 1))
        self.callout.back_button.clicked.connect(lambda: self.go(self.at - 1))
        self.callout.skip_button.clicked.connect(self.end)
        desk.window.installEventFilter(self)
        desk.stage.installEventFilter(self)

    def go(self, to: int) -> None:
        """Show a step; after the last one comes the end."""
        if to >= len(STEPS):
            self.end()
            return
        self.at = max(0, to)
        step, desk = STEPS[self.at], self.desk
        if self.at and desk.session.current is None and examples.names():
            desk.guarded(lambda: examples.open_example(desk.session, examples.names()[-1]))()
        for name in step.docks:
            desk.docks[name].show()
            desk.docks[name].raise_()
        self.callout.say(step.title, step.text, self.at, len(STEPS))
        self.arrange()
        self.frame.show()
        self.callout.show()
        self.callout.next_button.setFocus()
        QTimer.singleShot(0, self, self.arrange)  # once a dock that was hidden has its place

    def arrange(self) -> None:
        """Put the callout beside what it points at, where there is room."""
        if self.at < 0:
            return
        target, window, callout = STEPS[self.at].at(self.desk), self.desk.window.rect(), self.callout
        callout.setFixedWidth(min(WIDTH, window.width() - 2 * EDGE))
        callout.resize(callout.width(), callout.heightForWidth(callout.width()))
        self.frame.setGeometry(target)
        self.frame.raise_()
        width, height = callout.width(), callout.height()
        middle = target.center()
        places = {
            "right": QPoint(target.right() + GAP, middle.y() - height // 2),
            "left": QPoint(target.left() - GAP - width, middle.y() - height // 2),
            "below": QPoint(middle.x() - width // 2, target.bottom() + GAP),
            "above": QPoint(middle.x() - width // 2, target.top() - GAP - height),
        }
        room = {
            "right": window.right() - target.right() - width,
            "left": target.left() - width,
            "below": window.bottom() - target.bottom() - height,
            "above": target.top() - height,
        }
        sides = ("right", "left", "below", "above")
        if target.width() > 2 * target.height():
            sides = ("below", "above", "right", "left")
        inside = middle - QPoint(width // 2, height // 2)  # where the target fills the window
        at = next((places[side] for side in sides if room[side] > GAP), inside)
        x = min(max(at.x(), EDGE), window.right() - width - EDGE)
        y = min(max(at.y(), EDGE), window.bottom() - height - EDGE)
        callout.move(x, y)
        callout.raise_()

    def end(self) -> None:
        """No more of it."""
        self.at = -1
        self.desk.settings.update(toured=True)
        self.desk.window.removeEventFilter(self)
        self.desk.stage.removeEventFilter(self)
        self.frame.hide()
        self.callout.hide()
        for one in (self.frame, self.callout, self):
            one.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self.at >= 0:
            QTimer.singleShot(0, self, self.arrange)
        return False


class Callout(QFrame):
    """A card with a title, a text, and the buttons Skip, Back and Next. Arrow keys go back and on, Escape ends."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="callout")
        self.title, self.text, self.count = QLabel(), QLabel(wordWrap=True), QLabel()
        font = self.title.font()
        font.setWeight(font.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.title.setFont(font)
        self.count.setProperty("quiet", True)
        self.skip_button = QPushButton(tr("Skip"), flat=True, toolTip=tr("End the tour (Esc)"))
        self.back_button = QPushButton(tr("Back"), toolTip=tr("The step before (←)"))
        self.next_button = QPushButton(tr("Next"), toolTip=tr("The next step (→)"))
        self.next_button.setProperty("primary", True)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.count)
        row = QHBoxLayout(spacing=8)
        row.addWidget(self.skip_button)
        row.addStretch()
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 16, 14)
        layout.setSpacing(9)
        layout.addLayout(top)
        layout.addWidget(self.text)
        layout.addLayout(row)
        for button in (self.skip_button, self.back_button, self.next_button):
            button.installEventFilter(self)

    def say(self, title: str, text: str, at: int, count: int) -> None:
        """What to show."""
        self.title.setText(title)
        self.text.setText(text)
        self.count.setText(f"{at + 1} of {count}")
        self.back_button.setEnabled(at > 0)
        self.next_button.setText(tr("Done") if at == count - 1 else tr("Next"))
        self.setAccessibleName(tr("Tour, step {at} of {count}: {title}", at=at + 1, count=count, title=title))
        self.setAccessibleDescription(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys go to the buttons, whichever of them has the keyboard; none is the window's meanwhile."""
        if not isinstance(event, QKeyEvent) or event.key() not in KEYS:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            name = KEYS[Qt.Key(event.key())]
            button = watched if name == "this" else getattr(self, f"{name}_button")
            if isinstance(button, QPushButton):
                button.click()
        return True


def begin(desk: Desk) -> Tour:
    """Start the tour; one that runs begins anew."""
    for running in desk.window.findChildren(Tour):
        if running.at >= 0:
            running.end()
    tour = Tour(desk)
    tour.go(0)
    return tour
