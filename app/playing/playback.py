"""Playback: which moment of the current landscape's paths is shown, and how it goes on. All views listen to it; it is no look."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from ...compute.timeline import Moment, Timeline
from ..session import Document, Session

FRAME_MS = 16
LENGTH = 12.0  # seconds that all of it takes at the usual speed
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Playback(QObject):
    """time: the moment, in units of `timeline`. active: whether it is shown; else the paths are shown whole. loop: begin again at the
    end. stick: at the end, go along with a path that grows. fly: the camera goes with the first path's ball."""

    moved = Signal()  # another moment, or whether it is shown at all
    changed = Signal()  # what there is to play, or how it is played

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.document: Document | None = None
        self.timeline = Timeline()
        self.time, self.active, self.playing = 0.0, False, False
        self.speed, self.loop, self.stick, self.fly = 1.0, False, True, False
        self._left: dict[int, tuple[float, bool]] = {}  # where a landscape was when another one came, by its key
        self._lengths: list[tuple[str, int]] = []
        self._watch = QElapsedTimer()
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._tick)
        session.current_changed.connect(self._take)
        session.replaced.connect(self._grown)
        session.values_changed.connect(self._grown)
        session.closed.connect(lambda document: self._left.pop(document.key, None))
        self._take(session.current)

    # --- what there is to play ---

    def _take(self, document: Document | None) -> None:
        """Another landscape is in front: it goes on from where it was left."""
        if self.document is not None:
            self._left[self.document.key] = self.time, self.active
        self.pause()
        self.document = document
        self._look()
        self.time, self.active = self._left.get(document.key if document else -1, (self.timeline.end, False))
        self.time = self.timeline.clamped(self.time)
        self.changed.emit()
        self.moved.emit()

    def _look(self) -> None:
        paths = self.document.landscape.trajectories if self.document is not None else {}
        self._lengths = [(name, len(path)) for name, path in paths.items()]
        self.timeline = Timeline.of(paths)

    def _grown(self, document: Document) -> None:
        paths = document.landscape.trajectories
        if document is not self.document or [(name, len(path)) for name, path in paths.items()] == self._lengths:
            return
        before, unit = self.timeline, self.timeline.unit
        self._look()
        at_end = self.time >= before.end or unit != self.timeline.unit
        self.time = (
            self.timeline.end if at_end and (self.stick or not self.active) else self.timeline.clamped(self.time)
        )
        self.changed.emit()
        self.moved.emit()

    @property
    def share(self) -> float:
        """How far through the whole, 0…1."""
        line = self.timeline
        return (self.time - line.start) / (line.end - line.start) if line.end > line.start else 0.0

    @property
    def moment(self) -> Moment | None:
        """What the views show; None: the paths whole."""
        return (self.timeline.unit, self.time) if self.active else None

    @property
    def at_end(self) -> bool:
        return self.time >= self.timeline.end

    # --- going ---

    def show(self, time: float) -> None:
        """Show this moment."""
        time = self.timeline.clamped(time)
        if self.timeline and (time != self.time or not self.active):
            self.time, self.active = time, True
            self.moved.emit()

    def show_share(self, share: float) -> None:
        """Show the moment at a share 0…1 of the whole."""
        self.show(self.timeline.start + share * (self.timeline.end - self.timeline.start))

    def step(self, by: int) -> None:
        """To the next checkpoint (1) or the one before (−1)."""
        self.pause()
        self.show(self.timeline.stepped(self.time, by))

    def rest(self) -> None:
        """Show the paths whole."""
        self.pause()
        if self.active or not self.at_end:
            self.time, self.active = self.timeline.end, False
            self.moved.emit()

    def play(self) -> None:
        """Go on; from the end, begin again."""
        if not self.timeline or self.playing:
            return
        self.show(self.timeline.start if self.at_end else self.time)
        self.playing = True
        self._watch.start()
        self._timer.start()
        self.changed.emit()

    def pause(self) -> None:
        """Stay where it is."""
        if self.playing:
            self.playing = False
            self._timer.stop()
            self.changed.emit()

    def toggle(self) -> None:
        """Play, or pause."""
        self.pause() if self.playing else self.play()

    def choose(self, **values: float | bool) -> None:
        """How it is played: speed, loop, stick, fly."""
        for name, value in values.items():
            setattr(self, name, value)
        if values.get("fly") and not self.active:
            self.show(self.timeline.start)
        self.changed.emit()
        self.moved.emit()

    def _tick(self) -> None:
        self.advance(self._watch.restart() / 1000)

    def advance(self, seconds: float) -> None:
        """As if so much time had passed while playing."""
        line = self.timeline
        time = self.time + seconds * self.speed / LENGTH * (line.end - line.start)
        if time < line.end:
            self.show(time)
        elif self.loop and line.end > line.start:
            self.show(line.start)
        else:
            self.show(line.end)
            self.pause()
