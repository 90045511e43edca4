"""Lesson: the panel that leads through a lesson: a page's text, the button that does what it says, and the way to the next."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ..elided import Elided
from ..language import tr
from ..lessons import LESSONS
from ..lessons.lesson import Lesson, Page
from ..lessons.player import Player

NONE = Lesson(
    tr("Lessons"),
    "",
    (
        Page(
            "",
            tr(
                "<p>Short lessons on small networks that train here in seconds. Each ends with something to change and to see.</p>"
                "<p>Choose one in <b>Help → Lessons</b>.</p>"
            ),
        ),
    ),
)


class LessonPanel(QWidget):
    """Which lesson and page is shown is its own business; what the button does is the player's."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.player = player
        self.lesson, self.at = NONE, 0
        self.done: set[tuple[str, int]] = set()  # lessons' titles and pages whose steps were taken
        self.count, self.title = QLabel(), QLabel(wordWrap=True)
        self.count.setProperty("quiet", True)
        font = self.title.font()
        font.setWeight(font.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.title.setFont(font)
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        larger = self.text.font()
        larger.setPointSizeF(larger.pointSizeF() * 1.08)
        self.text.setFont(larger)
        self.go = QPushButton(toolTip=tr("Do what this page says, here in the window"))
        self.go.setProperty("primary", True)
        self.go.clicked.connect(self._go)
        self.halt = QPushButton(tr("Stop"), toolTip=tr("Stop here; the same button goes on"))
        self.halt.clicked.connect(player.stop)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(tr("Progress of this page"))
        self.says = Elided()
        self.says.setProperty("quiet", True)
        self.trouble = QLabel(wordWrap=True)
        self.trouble.setProperty("error", True)
        self.back = QPushButton(tr("Back"), toolTip=tr("The page before"))
        self.next = QPushButton(tr("Next"), toolTip=tr("The next page"))
        self.back.clicked.connect(lambda: self.turn(self.at - 1))
        self.next.clicked.connect(lambda: self.turn(self.at + 1))
        self._lay_out()
        player.changed.connect(self.refresh)
        player.finished.connect(self._finished)
        self.refresh()

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 8)
        column.setSpacing(8)
        for widget in (self.count, self.title, self.text):
            column.addWidget(widget)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        do, turn = QHBoxLayout(spacing=8), QHBoxLayout(spacing=8)
        do.addWidget(self.go, 1)
        do.addWidget(self.halt)
        turn.addWidget(self.back)
        turn.addStretch(1)
        turn.addWidget(self.next)
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 0, 14, 12)
        foot.setSpacing(8)
        for part in (self.trouble, self.bar, self.says):
            foot.addWidget(part)
        foot.addLayout(do)
        foot.addLayout(turn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)

    @property
    def page(self) -> Page:
        return self.lesson.pages[self.at]

    def begin(self, name: str) -> None:
        """Show a lesson of `LESSONS` from its beginning."""
        self.lesson, self.at = LESSONS[name], 0
        self.player.stop()
        self.turn(0)

    def turn(self, to: int) -> None:
        """Show a page, if there is one; what its button was doing goes on only on its own page."""
        if not 0 <= to < len(self.lesson.pages):
            return
        if to != self.at:
            self.player.stop()
        self.at, self.player.trouble = to, ""
        self.refresh()

    def _go(self) -> None:
        self.player.play(self.page)

    def _finished(self, page: Page) -> None:
        if page is self.page:
            self.done.add((self.lesson.title, self.at))
            self.refresh()
            self.next.setFocus()

    def refresh(self) -> None:
        """Show the page, and how far its steps are."""
        page, pages, player = self.page, len(self.lesson.pages), self.player
        self.count.setText(f"{self.lesson.title}   {self.at + 1} of {pages}" if pages > 1 else "")
        self.title.setText(page.title or self.lesson.title)
        if self.text.text() != page.text:
            self.text.setText(page.text)
        done = (self.lesson.title, self.at) in self.done
        self.go.setVisible(bool(page.steps))
        self.go.setText(f"{page.button} ✓" if done else page.button)
        self.go.setEnabled(not player.playing)
        self.halt.setVisible(player.playing)
        stage, so_far, total = player.stage
        self.bar.setVisible(player.playing)
        self.bar.setMaximum(total)
        self.bar.setValue(so_far)
        self.says.setVisible(player.playing)
        self.says.show_text(stage.capitalize() if stage else "")
        self.trouble.setVisible(bool(player.trouble))
        self.trouble.setText(player.trouble)
        self.back.setVisible(pages > 1)
        self.next.setVisible(pages > 1)
        self.back.setEnabled(self.at > 0)
        self.next.setEnabled(self.at < pages - 1)
        primary = bool(done or not page.steps)
        if self.next.property("primary") != primary:
            self.next.setProperty("primary", primary)
            self.next.style().unpolish(self.next)
            self.next.style().polish(self.next)

    def sizeHint(self) -> QSize:
        return QSize(330, 520)
