"""Words (of a scene): the title, the names of a path's ends or of several paths, and the message where there is nothing to draw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer

from ...compute.captions import plane_note
from ...compute.levels import number
from ...compute.trajectory import CURVE, UNORDERED
from .camera import Projection
from .palette import palette
from .part import Aspect, Part, Shot
from .text import extent, ink, words
from .trajectory import END, ribbon

NAMES = 8  # at most so many ends, or paths, are named
RATES = 4  # at most so many drops of the learning rate are named
Box = tuple[float, float, float, float]  # left, bottom, right, top, in pixels
LETTER = 0.62  # mean width of a letter, in font sizes


class WordsPart(Part):
    """Title at the top, message in the middle, note at the bottom."""

    name = "words"

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self.title = words(17, up="top")
        self.message = words(17)
        self.note = words(13, up="bottom")
        self.ends = [words(13, up="bottom") for _ in range(NAMES)]
        self.rates = [words(12, up="top") for _ in range(RATES)]
        self.add(self.title, self.message, self.note, *self.ends, *self.rates)
        self._shot: Shot | None = None
        self._told = ""
        self._marks = np.zeros((0, 3))
        self._drops = np.zeros((0, 3))

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        self._shot = shot
        sheet, style = shot.sheet, shot.style
        yield "look", (style.theme, style.title_ink), self._look
        yield "ends", (sheet.version, style.path, style.path_ends, style.path_drops, style.relief.clip), self._mark
        yield "text", (shot.landscape.title, style.title, style.relief.clip, sheet.version), self._tell

    def _look(self, shot: Shot) -> None:
        look = palette(shot.style)
        for text in (self.message, self.note):
            ink(text, look.ink)
        ink(self.title, shot.style.title_ink.color or look.ink)
        self.title.GetTextProperty().SetFontSize(round(17 * shot.style.title_ink.size))
        for text in self.ends:
            ink(text, look.ink, plate=look.background)
        for text in self.rates:
            ink(text, look.lowered, plate=look.background)

    def _mark(self, shot: Shot) -> None:
        """Where the names of the path's ends, or of several paths, and of the rates are, if they are drawn."""
        self._marks, self._drops = np.zeros((0, 3)), np.zeros((0, 3))
        for text in (*self.ends, *self.rates):
            text.VisibilityOff()
        if not shot.style.path:
            return
        named = marks(shot) if shot.style.path_ends or len(shot.landscape.trajectories) > 1 else []
        self._marks = np.array([point for _, point in named]).reshape(-1, 3)
        for text, (name, point) in zip(self.ends, named, strict=False):
            text.SetInput(f" {name} ")
            text.SetVisibility(drawn(shot, point))
        if len(shot.landscape.trajectories) != 1 or not shot.style.path_drops:
            return
        (path,) = shot.landscape.trajectories.values()
        route, rate, lowered = shot.sheet.route(path)[0], path["learning_rate"], path.drops[:RATES]
        self._drops = route[lowered]
        for text, k, point in zip(self.rates, lowered, self._drops, strict=False):
            text.SetInput(f" rate {number(float(rate[k]), 3)} → {number(float(rate[k + 1]), 3)} ")
            text.SetVisibility(drawn(shot, point))

    def _tell(self, shot: Shot) -> None:
        self._told = shot.sheet.message(shot.style.relief.clip)
        self.title.SetVisibility(shot.style.title and bool(shot.landscape.title))
        self.message.SetVisibility(bool(self._told))
        self.note.SetVisibility(not self._told and bool(note_of(shot)))
        if self._told:
            for text in (*self.ends, *self.rates):
                text.VisibilityOff()

    def hide(self) -> None:
        super().hide()
        self._applied.clear()
        self._shot = None

    def layout(self, seen: Projection, dpi: int) -> None:
        shot, scale = self._shot, dpi / 72
        if shot is None:
            return
        width, height = seen.size
        letters = int(width / (17 * LETTER * scale))
        self.title.SetInput(textwrap.shorten(shot.landscape.title, max(letters, 8), placeholder=" …"))
        self.title.SetPosition(width / 2, height - 14 * scale)
        self.message.SetInput(textwrap.fill(self._told, max(int(0.8 * letters), 12)))
        self.message.SetPosition(width / 2, height / 2)
        self.note.SetInput(textwrap.fill(note_of(shot), max(int(width / (13 * LETTER * scale)), 20)))
        self.note.SetPosition(width / 2, 12 * scale)
        taken: list[Box] = []
        names: list[Box] = []
        for text, at in zip(self.ends, seen.pixels(self._marks) if len(self._marks) else (), strict=False):
            if np.isfinite(at).all() and text.GetVisibility():
                wide, high = extent(text, dpi)
                left, bottom, right, top = above(at[0] - wide / 2, at[1] + 14 * scale, wide, high, names, scale)
                names.append((left, bottom, right, top))
                taken.append((left, at[1] - 12 * scale, right, top))
                text.SetPosition(at[0], bottom)
        for text, at in zip(self.rates, seen.pixels(self._drops) if len(self._drops) else (), strict=False):
            if np.isfinite(at).all() and text.GetVisibility():
                wide, high = extent(text, dpi)
                box = below(at[0] - wide / 2, at[1] - 11 * scale, wide, high, taken, 3 * scale)
                taken.append(box)
                text.SetPosition(at[0], box[3])


def marks(shot: Shot) -> list[tuple[str, np.ndarray]]:
    """What is named of the paths, and where (3,): the start and the end of a single one; of several, each by its own name at its
    end, a curve between two networks at its middle."""
    routes = []
    for name, path in shot.landscape.trajectories.items():
        points, _, shown = shot.sheet.route(path)
        points, _ = ribbon(points, shown)
        if len(points) > (UNORDERED not in path.how):
            routes.append((name, points))
    if len(shot.landscape.trajectories) == 1:
        return [("start", points[0]) for _, points in routes] + [("end", points[-1]) for _, points in routes]
    curves = [name for name, path in shot.landscape.trajectories.items() if CURVE in path.how]
    return [(name, points[len(points) // 2 if name in curves else -1]) for name, points in routes[:NAMES]]


def drawn(shot: Shot, point: np.ndarray) -> bool:
    """Whether a path is drawn at a point (3,): on the floor's square, and not cut away."""
    cut, half = shot.sheet.cut(shot.style.relief.clip), np.array(shot.sheet.size) + 2 * END
    return bool((np.abs(point[:2]) <= half).all() and (cut is None or point[2] <= cut))


def below(left: float, top: float, wide: float, high: float, taken: list[Box], gap: float) -> Box:
    """A box (left, bottom, right, top) of this size, with its top there or as far down as it must go to be clear of others."""
    for one in sorted(taken, key=lambda one: -one[3]):
        if one[0] < left + wide and left < one[2] and one[1] - gap < top and top - high < one[3] + gap:
            top = one[1] - gap
    return left, top - high, left + wide, top


def above(left: float, bottom: float, wide: float, high: float, taken: list[Box], gap: float) -> Box:
    """The same with its bottom there, or as far up as it must go."""
    for one in sorted(taken, key=lambda one: one[1]):
        if one[0] < left + wide and left < one[2] and one[3] + gap > bottom and bottom + high > one[1] - gap:
            bottom = one[3] + gap
    return left, bottom, left + wide, bottom + high


def note_of(shot: Shot) -> str:
    """What one should know about this picture: of all equal values, or of a plane of a special kind."""
    return " ".join(filter(None, (shot.sheet.note, plane_note(shot.landscape))))
