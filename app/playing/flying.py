"""Flying: the camera of a pane goes with the ball of the playback, after a soft take-off from where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QVariantAnimation

from ...compute.style import Camera
from ..panes.pane import Pane
from .playback import Playback

if TYPE_CHECKING:
    from ..scene.flight import Flight

TAKE_OFF_MS = 700


class Flying(QObject):
    """Follows while `playback.fly` is on, in the pane of the landscape that is played."""

    def __init__(self, pane: Pane, playback: Playback, parent: QObject) -> None:
        super().__init__(parent)
        self.pane, self.playback = pane, playback
        self._flight: tuple[object, Flight, np.ndarray] | None = None
        self._from: Camera | None = None  # where the camera was when it took off; None on the ground
        self._put: Camera | None = None  # where the flight has put it
        self._rising = QVariantAnimation(self, duration=TAKE_OFF_MS)
        self._rising.setStartValue(0.0)
        self._rising.setEndValue(1.0)
        self._rising.valueChanged.connect(lambda _share: self.follow())

    def follow(self) -> None:
        """Put the camera where it belongs now."""
        scene, playback = self.pane.scene, self.playback
        wanted = playback.fly and playback.active and self.pane.solid and self.pane.document is playback.document
        camera = self.camera() if wanted else None
        if camera is None or scene is None:
            self._rising.stop()
            self._from = None
            return
        if self._from is not None and scene.camera != self._put:  # somebody else has turned the view: let them
            self._from = None
            playback.choose(fly=False)
            return
        if self._from is None:
            self._from = scene.camera
            self._rising.start()
        from ..scene.flight import between, ease

        scene.look(between(self._from, camera, float(ease(float(self._rising.currentValue())))))
        self._put = scene.camera

    def camera(self) -> Camera | None:
        """Where the flight is at the playback's moment; None without a path."""
        scene = self.pane.scene
        shot = scene.shot if scene is not None else None
        if scene is None or shot is None:
            return None
        from ..scene.flight import flight

        timeline, courses = scene.playback.courses(shot)
        if not courses:
            return None
        name, course = next(iter(courses.items()))
        cut = shot.sheet.cut(shot.style.relief.clip)
        key = (course, cut)
        if self._flight is None or self._flight[0] != key:
            times = timeline.times[name][course.places.astype(int)]
            self._flight = key, flight(shot.sheet, course.points, times, top=np.inf if cut is None else cut), times
        _, flown, times = self._flight
        span = times[-1] - times[0]
        return flown.at(float(np.clip((self.playback.time - times[0]) / span, 0, 1)) if span > 0 else 0.0)
