"""Hands: what pointing, clicking and dragging do in the panes, and what probe and playback show there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ...compute.errors import LossvistaError
from ..panes.pane import Pane
from ..panes.panes import Panes
from ..playing.flying import Flying
from ..playing.playback import Playback
from .probe import Probe

if TYPE_CHECKING:
    from ...compute.landscape import Landscape
    from ..comparison.page import ComparisonPage


class Hands(QObject):
    """One hand for each pane, also for those to come."""

    def __init__(self, panes: Panes, probe: Probe, playback: Playback) -> None:
        super().__init__(panes)
        self.panes, self.probe, self.playback = panes, probe, playback
        panes.made.connect(self._give)
        for pane in panes.all:
            self._give(pane)

    def _give(self, pane: Pane) -> None:
        Hand(pane, self.probe, self.playback)

    def compared(self, page: ComparisonPage) -> None:
        """Read what is pointed at on the comparison's page too."""

        def point(landscape: Landscape, alpha: float, beta: float) -> None:
            for document in self.probe.session.compared:
                if document.landscape is landscape:
                    self.probe.point(document, alpha, beta)

        def mark() -> None:
            under = self.probe.under
            page.unmark() if under is None else page.mark(*under[1:])

        def play() -> None:
            page.show_moment(self.playback.moment)

        page.hovered.connect(point)
        page.left.connect(self.probe.leave)
        self.probe.moved.connect(mark)
        self.playback.moved.connect(play)
        play()


class Hand(QObject):
    """Belongs to a pane, and goes with it."""

    def __init__(self, pane: Pane, probe: Probe, playback: Playback) -> None:
        super().__init__(pane)
        self.pane, self.probe, self.playback = pane, probe, playback
        self.flying = Flying(pane, playback, self)
        self._known: set[str] = set()  # pages that are listened to
        self._at: int | None = None  # the pin that is held
        pane.furnished.connect(self._hold_pages)
        pane.hovered.connect(self._point)
        pane.left.connect(probe.leave)
        probe.moved.connect(self.show_marker)
        probe.brush.changed.connect(self.show_brush)
        playback.moved.connect(self.show_moment)
        self._hold_pages()

    def _hold_pages(self) -> None:
        pane = self.pane
        if pane.view is not None and "view" not in self._known:
            self._known.add("view")
            pane.view.grab = self._grab
            pane.view.held.connect(self._pull)
            pane.view.let_go.connect(self._drop)
            pane.view.clicked.connect(self._click)
            pane.view.hovered.connect(self._brush)
            pane.view.left.connect(lambda: self._speak_of(None))
            pane.view.turning.connect(self._turning)
        if pane.flat is not None and "flat" not in self._known:
            self._known.add("flat")
            pane.flat.clicked.connect(self.pin)
            pane.flat.critical_hovered.connect(self._speak_of)
            pane.flat.critical_clicked.connect(self._choose)
            pane.flat.pin_pressed.connect(self._take)
            pane.flat.pin_pulled.connect(lambda at, alpha, beta: self.probe.move(at, alpha, beta, dragging=True))
            pane.flat.pin_dropped.connect(self._drop)
        self.show_marker()
        self.show_moment()
        self.show_brush()

    # --- the person's ---

    def _point(self, alpha: float, beta: float) -> None:
        if self.pane.document is not None:
            self.probe.point(self.pane.document, alpha, beta)

    def pin(self, alpha: float, beta: float) -> None:
        """Pin (α, β); where that cannot be, say why."""
        try:
            self.probe.add(alpha, beta)
        except LossvistaError as error:
            self.probe.session.warned.emit(error)

    def _click(self, x: int, y: int) -> None:
        row = self.pane.scene.critical_at(x, y) if self.pane.scene is not None else None
        if row is not None:
            self._choose(row)
            return
        pick = self.pane.scene.pick(x, y) if self.pane.scene is not None else None
        if pick is not None:
            self.pin(pick.alpha, pick.beta)

    def _brush(self, x: int, y: int) -> None:
        self._speak_of(self.pane.scene.critical_at(x, y) if self.pane.scene is not None else None)

    def _speak_of(self, row: int | None) -> None:
        """The pointer is on the critical point of that row, or on none."""
        if self.pane.document is not None:
            self.probe.brush.point(self.pane.document, row)

    def _choose(self, row: int) -> None:
        if self.pane.document is not None:
            self.probe.brush.choose(self.pane.document, row)

    def _grab(self, x: int, y: int) -> bool:
        at = self.pane.scene.pin_at(x, y) if self.pane.scene is not None else None
        if at is not None:
            self.pane.pressed.emit()
            self._take(at)
        return at is not None

    def _take(self, at: int) -> None:
        self._at = at
        self.probe.choose([at])

    def _pull(self, x: int, y: int) -> None:
        pick = self.pane.scene.pick(x, y) if self.pane.scene is not None else None
        if pick is not None and self._at is not None and self._at < len(self.probe.pins):
            self.probe.move(self._at, pick.alpha, pick.beta, dragging=True)

    def _drop(self) -> None:
        self._at = None
        self.probe.session.settle()

    def _turning(self, down: bool) -> None:
        """Whoever takes the camera has it."""
        if down and self.playback.fly:
            self.playback.choose(fly=False)

    # --- what is shown ---

    def show_marker(self) -> None:
        """The point under the pointer, in whichever pane that is."""
        under, pane = self.probe.under, self.pane
        if pane.solid and pane.scene is not None:
            pane.scene.marker.hide() if under is None else pane.scene.marker.show(*under[1:])
        elif pane.flat is not None:
            pane.flat.unmark() if under is None else pane.flat.mark(*under[1:])

    def show_brush(self) -> None:
        """The critical point that is spoken of, where its landscape is shown."""
        pane, brush = self.pane, self.probe.brush
        if pane.scene is not None:
            pane.scene.critical.brush(brush.rows(pane.document))
        if pane.flat is not None:
            pane.flat.ring(brush.places(pane.document))

    def show_moment(self) -> None:
        """The playback's moment, and the flight's camera."""
        moment, pane = self.playback.moment, self.pane
        if pane.scene is not None:
            pane.scene.playback.rest() if moment is None else pane.scene.playback.show(*moment)
        if pane.flat is not None:
            pane.flat.show_moment(moment)
        self.flying.follow()
