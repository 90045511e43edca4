"""Axes: ticks, numbers and names along the two edges of the floor that face the viewer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkTextActor

from ...compute.levels import number, round_ticks
from ...compute.relief import to_scene
from .camera import Projection
from .palette import palette, unit
from .part import Aspect, Part, Shot
from .polydata import actor, fill, pairs
from .text import extent, ink, words

TICK = 0.035  # length, in scene units
EDGE = 8.0  # points between a name and the edge of the picture
GAP = 5.0  # between tick and number, and number and name, in 72-dpi pixels
NUMBERS = 9  # at most so many an axis


class AxesPart(Part):
    """Numbers are placed in pixels, anew for each view, so that they never run into the floor or one another."""

    name = "axes"

    def __init__(self, renderer: vtkRenderer) -> None:
        super().__init__(renderer)
        self._data = vtkPolyData()
        self.ticks = actor(self._data, scalars=False)
        self.names = [words(16), words(16)]
        self.numbers = [[words(13) for _ in range(NUMBERS)] for _ in range(2)]
        self.add(self.ticks, *self.names, *self.numbers[0], *self.numbers[1])
        self._shot: Shot | None = None
        self._laid: object = None
        self._marked: list[np.ndarray] = []
        self._taken = np.zeros((0, 4))  # left, bottom, right, top of the texts that are placed, in pixels

    def aspects(self, shot: Shot) -> Iterator[Aspect]:
        yield "look", (shot.style.theme, shot.style.axes_ink, shot.pixels), self._look
        yield "names", shot.landscape.labels, self._name
        yield "visible", shot.style.axes, self._show
        self._shot = shot

    def _look(self, shot: Shot) -> None:
        look = palette(shot.style)
        letters = shot.style.axes_ink
        for text in self._texts():
            ink(text, letters.color or look.ink)
            text.GetTextProperty().SetFontSize(round((16 if text in self.names else 13) * letters.size))
        self.ticks.GetProperty().SetColor(unit(letters.color or look.frame))
        self.ticks.GetProperty().SetLineWidth(1.2 * shot.pixels)

    def _name(self, shot: Shot) -> None:
        for text, label in zip(self.names, shot.landscape.labels, strict=True):
            text.SetInput(label)  # `layout` may break it into two lines

    def _show(self, shot: Shot) -> None:
        self._laid = None
        for prop in self._props:
            prop.SetVisibility(shot.style.axes)

    def _texts(self) -> list[vtkTextActor]:
        return [*self.names, *self.numbers[0], *self.numbers[1]]

    def hide(self) -> None:
        super().hide()
        self._shot = self._laid = None

    def layout(self, seen: Projection, dpi: int) -> None:
        """Put ticks and numbers where this view wants them."""
        shot = self._shot
        if shot is None or not shot.style.axes:
            return
        style, grid = shot.style, shot.sheet.grid
        what = (
            seen.key,
            dpi,
            grid.alpha.tobytes(),
            grid.beta.tobytes(),
            shot.depth,
            shot.landscape.labels,
            style.axes_ink,
        )
        if what == self._laid:
            return
        self._laid = what
        self._taken = np.zeros((0, 4))
        marks = [self._along(shot, seen, dpi, axis) for axis in (0, 1)]
        if len(marks) != len(self._marked) or any(
            not np.array_equal(new, old) for new, old in zip(marks, self._marked, strict=True)
        ):
            self._marked = marks
            points = np.concatenate(marks)
            fill(self._data, points, lines=pairs(len(points) // 2))

    def _along(self, shot: Shot, seen: Projection, dpi: int, axis: int) -> np.ndarray:
        """Label one axis; returns its tick lines (2k, 3)."""
        sheet, scale = shot.sheet, dpi / 72
        values = sheet.grid.alpha if axis == 0 else sheet.grid.beta
        half, side = sheet.size if axis == 0 else sheet.size[::-1]

        def points(along: np.ndarray, across: float) -> np.ndarray:
            both = [along, np.full(len(along), across)]
            return np.stack([both[axis], both[1 - axis], np.full(len(along), shot.depth)], axis=1)

        ends = np.array([-half, half])
        edges = [seen.pixels(points(ends, sign * side)) for sign in (-1, 1)]
        lower = edges[1][:, 1].mean() - edges[0][:, 1].mean()
        level = abs(lower) < 0.04 * seen.size[1]  # seen straight on, both lie as low: then the left one
        sign = -1 if (edges[0][:, 0].mean() < edges[1][:, 0].mean() if level else lower > 0) else 1
        length = float(np.linalg.norm(edges[(sign + 1) // 2][1] - edges[(sign + 1) // 2][0]))
        room = length > 50 * scale  # else the edge is seen end-on
        chosen = round_ticks(float(values[0]), float(values[-1]), int(np.clip(length / (95 * scale), 1, NUMBERS - 1)))
        chosen = chosen[:NUMBERS] if room else chosen[:0]
        at = to_scene(chosen, values, half)
        inner, outer = points(at, sign * side), points(at, sign * (side + TICK))
        middle = points(np.zeros(1), sign * side), points(np.zeros(1), sign * (side + TICK))
        out = seen.pixels(middle[1])[0] - seen.pixels(middle[0])[0]
        out = out / (np.linalg.norm(out) or 1.0)
        feet, widest = seen.pixels(outer), 0.0
        for k, text in enumerate(self.numbers[axis]):
            text.VisibilityOff()
            if k < len(chosen):
                text.SetInput(number(float(chosen[k])))
                thick = self._place(text, feet[k], out, GAP * scale, dpi, np.array(seen.size))
                widest = max(widest, 2 * thick)
        name, label = self.names[axis], shot.landscape.labels[axis]
        name.SetInput(label)
        name.VisibilityOff()
        beside = abs(out[0]) > 0.98 and len(name.GetInput()) > 4  # a long name beside the floor stands upright
        name.GetTextProperty().SetOrientation(90.0 if beside else 0.0)
        if room:
            foot, gap, within = seen.pixels(middle[1])[0], 3.2 * GAP * scale + widest, np.array(seen.size)
            if not beside and not self._fits(name, foot, out, gap, dpi, within):
                name.SetInput(re.sub(r"\s+\(", "\n(", label))  # what explains it goes below it
            self._place(name, foot, out, gap, dpi, within)
            if not name.GetVisibility():  # in a small picture it goes
                name.SetInput(label.partition(" (")[0].strip())
                self._place(name, foot, out, gap, dpi, within)
        return np.stack([inner, outer], axis=1).reshape(-1, 3)

    @staticmethod
    def _fits(name: vtkTextActor, foot: np.ndarray, out: np.ndarray, gap: float, dpi: int, within: np.ndarray) -> bool:
        """Whether a name beyond `foot` lies inside the picture."""
        size, _, centre = beyond(name, foot, out, gap, dpi)
        least = size / 2 + EDGE * dpi / 72
        return bool((centre >= least).all() and (centre <= within - least).all())

    def _place(
        self, text: vtkTextActor, foot: np.ndarray, out: np.ndarray, gap: float, dpi: int, within: np.ndarray
    ) -> float:
        """Put a text beyond `foot`, in the direction `out`, unless it would run into one that is there. Returns half of its
        thickness in that direction, in pixels."""
        size, thick, centre = beyond(text, foot, out, gap, dpi)
        if text in self.names:  # may be long: rather nearer than out of the picture
            least = size / 2 + EDGE * dpi / 72
            centre = np.clip(centre, least, np.maximum(within - least, least))
        if np.isfinite(centre).all():
            text.SetPosition(*centre)
            box = np.concatenate([centre - size / 2 - 2, centre + size / 2 + 2])
            free = (self._taken[:, :2] > box[2:]).any(axis=1) | (self._taken[:, 2:] < box[:2]).any(axis=1)
            text.SetVisibility(bool(free.all()))
            self._taken = np.vstack([self._taken, box]) if free.all() else self._taken
        return thick


def beyond(
    text: vtkTextActor, foot: np.ndarray, out: np.ndarray, gap: float, dpi: int
) -> tuple[np.ndarray, float, np.ndarray]:
    """A text's size (2,), half of its thickness in the direction `out`, and its centre (2,) that far beyond `foot`; in pixels."""
    size = np.array(extent(text, dpi))
    thick = float(np.abs(out) @ size) / 2
    return size, thick, foot + out * (gap + thick)
