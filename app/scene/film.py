"""Film: a landscape in motion, drawn off-screen picture by picture: turning, its path being drawn, a flight along it, growing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ...compute.errors import LossvistaError
from ...compute.landscape import Landscape
from ...compute.style import Style
from ...compute.timeline import Timeline
from .camera import turned
from .flight import ease, flight
from .scene import Scene
from .still import off_screen, reduced

MOTIONS = {
    "turntable": "Once around the landscape.",
    "path": "The descent path being drawn.",
    "flight": "A flight along the descent path, behind its ball.",
    "growth": "The surface rising from the plane.",
}
HOLD = 0.12  # of the film, at its end: what was drawn or grown stands still
SIDES = (16, 4096)


def pictures(
    landscape: Landscape, style: Style, motion: str, count: int, size: tuple[int, int]
) -> Iterator[np.ndarray]:
    """`count` pictures (h, w, 3) uint8 RGB. Without ambient occlusion, which takes seconds a picture. Raises LossvistaError for an
    unknown motion, a size that cannot be, a landscape of one axis, and where a path is wanted and there is none."""
    if motion not in MOTIONS:
        raise LossvistaError(f"There is no motion called '{motion}'.", f"Known: {', '.join(MOTIONS)}.")
    width, height = size
    if not all(SIDES[0] <= side <= SIDES[1] for side in size):
        raise LossvistaError(
            f"A film of {width} × {height} pixels cannot be made.", f"Each side may have {SIDES[0]} to {SIDES[1]}."
        )
    if landscape.surface.grid.line:
        raise LossvistaError(
            "A landscape of one axis has no surface to film.", "Draw it as a picture: lossvista render."
        )
    if motion in ("path", "flight") and not Timeline.of(landscape.trajectories):
        raise LossvistaError(
            "There is no descent path to film.", "Compute the landscape from a recording (--trajectory RUN/)."
        )
    if style.flat:
        style = style.replace(view="contours")
    if motion == "flight":  # from so near, words would stand in the way
        style = style.replace(axes=False, title=False)
    with off_screen(size) as (plotter, scene):
        scene.show(landscape, style)
        if scene.message:
            raise LossvistaError(f"There is nothing to film: {scene.message}")
        set_to = _motion(scene, landscape, style, motion)
        for number in range(count):
            set_to(number / max(count - (motion != "turntable"), 1))
            yield reduced(np.asarray(plotter.screenshot(return_img=True)))


def _motion(scene: Scene, landscape: Landscape, style: Style, motion: str) -> Callable[[float], None]:
    """A function that puts the scene where it is at a share 0…1 of the film."""
    first = scene.camera
    if motion == "turntable":
        return lambda share: scene.look(turned(first, 360.0 * share))
    if motion == "growth":

        def grow(share: float) -> None:
            risen = float(ease(min(share / (1 - HOLD), 1.0)))
            scene.show(landscape, style.relieved(height=max(style.relief.height * risen, 1e-3)))
            scene.look(first)

        return grow
    assert scene.shot is not None
    timeline, courses = scene.playback.courses(scene.shot)
    if not courses:
        raise LossvistaError("There is no descent path to film: no checkpoint of it has a finite loss.")
    if motion == "path":

        def play(share: float) -> None:
            reached = min(share / (1 - HOLD), 1.0)
            scene.playback.show(timeline.unit, timeline.start + reached * (timeline.end - timeline.start))

        return play
    name, course = next(iter(courses.items()))
    cut = scene.shot.sheet.cut(style.relief.clip)
    times = timeline.times[name][course.places.astype(int)]
    flown = flight(scene.shot.sheet, course.points, times, top=np.inf if cut is None else cut)

    def fly(share: float) -> None:
        reached = float(ease(share))
        scene.look(flown.at(reached))
        scene.playback.show(timeline.unit, float(times[0] + reached * (times[-1] - times[0])))

    return fly
