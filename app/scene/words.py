"""Words (of a scene): the title, the names of a path's ends, and the message where there is nothing to draw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkRenderingCore import vtkRenderer

from .camera import Projection
from .palette import palette
from .part import Aspect, Part, Shot
from .text import ink, words
from .trajectory import END, ribbon

LETTER = 0.62  # mean width of a letter, in font sizes


class WordsPart(Part):
    """Title at the top, message in the middle, note at the bottom."""

    name = "words"

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self.title = words(17, up="top")
        self.message = words(17)
        self.note = words(13, up="bottom")
        self.ends = [words(13, up="bottom"), words(13, up="bottom")]
        self.add(self.title, self.message, self.note, *self.ends)
        self._shot: Shot | None = None
        self._told = ""
        self._marks = np.zeros((0, 3))

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        self._shot = shot
        sheet, style = shot.sheet, shot.style
        yield "look", style.theme, self._look
        yield "ends", (sheet.version, style.path, style.relief.clip), self._mark
        yield "text", (shot.landscape.title, style.title, style.relief.clip, sheet.version), self._tell

    def _look(self, shot: Shot) -> None:
        look = palette(shot.style)
        for text in (self.title, self.message, self.note):
            ink(text, look.ink)
        for text in self.ends:
            ink(text, look.ink, plate=look.background)

    def _mark(self, shot: Shot) -> None:
        """Where the ends of the first path are, if they are drawn."""
        self._marks = np.zeros((0, 3))
        for text in self.ends:
            text.VisibilityOff()
        paths = list(shot.landscape.trajectories.values())
        if not (shot.style.path and len(paths) == 1):
            return
        points, _, shown = shot.sheet.route(paths[0])
        points, _ = ribbon(points, shown)
        if len(points) < 2:
            return
        self._marks = points[[0, -1]]
        cut, half = shot.sheet.cut(shot.style.relief.clip), np.array(shot.sheet.size) + 2 * END
        for text, point, name in zip(self.ends, self._marks, (" start ", " end "), strict=True):
            inside = (np.abs(point[:2]) <= half).all() and (cut is None or point[2] <= cut)
            text.SetInput(name)
            text.SetVisibility(bool(inside))

    def _tell(self, shot: Shot) -> None:
        self._told = shot.sheet.message(shot.style.relief.clip)
        self.title.SetVisibility(shot.style.title and bool(shot.landscape.title))
        self.message.SetVisibility(bool(self._told))
        self.note.SetVisibility(not self._told and bool(shot.sheet.note))
        if self._told:
            for text in self.ends:
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
        self.note.SetInput(shot.sheet.note)
        self.note.SetPosition(width / 2, 12 * scale)
        for text, at in zip(self.ends, seen.pixels(self._marks) if len(self._marks) else (), strict=False):
            if np.isfinite(at).all():
                text.SetPosition(at[0], at[1] + 14 * scale)
