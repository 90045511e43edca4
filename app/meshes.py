"""Meshes: a window for a mesh that is no height field: as it is, to be turned, and coloured by what it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..compute.colors import rgb
from ..compute.importers.body import Body
from ..compute.levels import number
from . import theme
from .editors import Choice
from .language import tr

if TYPE_CHECKING:
    from .view import View

SIZE = QSize(860, 640)
PLAIN = "#9fb4c7"  # of a mesh that carries no values


class MeshWindow(QDialog):
    """Drag turns it, Shift moves it, the wheel zooms. It holds no landscape: nothing can be measured or computed on it."""

    def __init__(self, parent: QWidget, body: Body) -> None:
        super().__init__(parent, windowTitle=tr("{title} — a mesh, not a landscape", title=body.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body = body
        self.view: View = self._make_view()
        self.field = Choice({"": tr("One colour"), **{name: name for name in body.values}})
        self.field.call(tr("Coloured by"))
        self.field.setToolTip(tr("Which of the values at its points the colours show"))
        self.field.show_value(next(iter(body.values), ""))
        self.field.edited.connect(lambda _dragging: self._color())
        self.span = QLabel()
        self.span.setProperty("quiet", True)
        says = QLabel(
            tr(
                "{points:,} points, {triangles:,} triangles. It is not the surface of a function over a grid, so it "
                "is shown as it is; it has no losses to read.",
                points=len(body.points),
                triangles=len(body.triangles),
            ),
            wordWrap=True,
        )
        says.setProperty("quiet", True)
        colors = QWidget(visible=bool(body.values))
        row = QHBoxLayout(colors, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(tr("Coloured by")))
        row.addWidget(self.field, 1)
        row.addWidget(self.span, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        layout.addWidget(self.view, 1)
        layout.addWidget(colors)
        layout.addWidget(says)
        self.resize(SIZE)
        self._color()

    def _make_view(self) -> View:
        from vtkmodules.vtkCommonDataModel import vtkPolyData

        from .scene.polydata import actor, fill
        from .view import View

        view = View(self)
        self._data = vtkPolyData()
        fill(self._data, self.body.points, triangles=self.body.triangles)
        self._actor = actor(self._data, lit=True)
        mapper = self._actor.GetMapper()
        mapper.SetInterpolateScalarsBeforeMapping(False)
        mapper.UseLookupTableScalarRangeOff()
        mapper.SetColorModeToDirectScalars()
        view.set_background("#10141b" if theme.dark() else "white")
        view.add_actor(self._actor, reset_camera=True)
        view.view_isometric()
        return view

    def _color(self) -> None:
        """Colours from the chosen values, from their lowest to their highest finite one."""
        from .scene.polydata import array

        values = self.body.values.get(str(self.field.value()))
        if values is None:
            own = np.tile(rgb_of(PLAIN), (len(self.body.points), 1))
            self.span.setText("")
        else:
            known = values[np.isfinite(values)]
            low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
            own = rgb("viridis", (np.nan_to_num(values, nan=low) - low) / ((high - low) or 1.0))
            self.span.setText(f"{number(low)} to {number(high)}")
        self._data.GetPointData().SetScalars(array(np.ascontiguousarray(own, np.uint8), "color"))
        self._data.Modified()
        self.view.update()

    def done(self, result: int) -> None:
        """Let VTK go before the window does."""
        self.view.close()
        super().done(result)


def rgb_of(color: str) -> np.ndarray:
    """#rrggbb → (3,) uint8."""
    return np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)], np.uint8)
