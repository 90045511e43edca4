"""Look: the panel that changes how the current landscape looks. Its controls come from the fields of Style and Relief."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ...compute.colors import SUGGESTED, colormap, rgb
from ...compute.errors import LossvistaError
from ...compute.relief import Relief
from ...compute.style import Style
from ...compute.surface import ASIDE
from ..editors import Choice, Editor, Segments
from ..forms import Form, Section
from ..session import Document, Session
from ..sliders import Slide

VIEWS = {
    "surface": ("Smooth", "surface", "Smooth surface (1)"),
    "contours": ("Contours", "contours", "Surface with contour lines (2)"),
    "wireframe": ("Wire", "wireframe", "Wireframe (3)"),
    "lines": ("Lines", "lines", "Floating contour lines (4)"),
    "map": ("Map", "map", "Flat contour map (5)"),
}
SCALES = {
    "log": ("log", "", "Heights and colours follow the logarithm of the loss"),
    "linear": ("linear", "", "Heights and colours follow the loss itself"),
    "symlog": ("symlog", "", "Linear near zero, logarithmic beyond; for losses that are zero or negative"),
}
BACKGROUNDS = {"light": ("White", "", "White background"), "dark": ("Dark", "", "Nearly black background")}
HIGHEST = 3.0  # of the height's slider; its field takes all that Relief allows
OTHER = "…"  # the entry of the colour-map list that asks for a name


class Swatches(Choice):
    """Colour maps by their colours."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__({})
        self.combo.setIconSize(QSize(84, 14))
        self._offer(names)
        self.combo.activated.connect(self._activated)

    def _offer(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.offer({**{name: name.split(":")[-1].capitalize() for name in names}, OTHER: "Other…"})
        for at, name in enumerate(names):
            self.combo.setItemIcon(at, swatch(name))

    def show_value(self, value: Any) -> None:
        if value not in self.names and value != OTHER:
            self._offer((*self.names, value))
        self.shown = value
        super().show_value(value)

    def value(self) -> Any:
        chosen = super().value()
        return self.shown if chosen == OTHER else chosen

    def _activated(self, at: int) -> None:
        if self.values[at] != OTHER:
            self.shown = self.values[at]
            return
        name, said = QInputDialog.getText(self, "Other colour map", "Name in the cmap collection, as in crameri:oslo")
        if said and name.strip():
            self.ask(name.strip())
        else:
            self.show_value(self.shown)

    def ask(self, name: str) -> None:
        """Take a colour map by its name. Raises LossvistaError where there is none."""
        try:
            colormap(name)
        except LossvistaError:
            self.show_value(self.shown)
            raise
        self.show_value(name)
        self.edited.emit(False)


def swatch(name: str, width: int = 84, height: int = 14) -> QIcon:
    """A strip of a colour map."""
    row = np.ascontiguousarray(np.repeat(rgb(name, np.linspace(0, 1, width))[None], height, 0))
    return QIcon(QPixmap.fromImage(QImage(row.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()))


class Look(QScrollArea):
    """Shows the current document's style; every change goes to the session as an undo step."""

    def __init__(self, session: Session) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.session = session
        clip, height = Slide(0.0, 1.0, off="none"), Slide(0.0, HIGHEST)
        self.view = Segments(VIEWS)
        self.which = Choice({})
        style_forms = {
            "Colours": Form(Style, ["colormap", "reverse", "levels"], own={"colormap": lambda: Swatches(SUGGESTED)}),
            "Path": Form(
                Style,
                ["path", "stems", "path_colormap"],
                own={"path_colormap": lambda: Swatches(("lossvista:ember", *SUGGESTED))},
            ),
            "Picture": Form(
                Style, ["floor", "axes", "colorbar", "title", "theme"], own={"theme": lambda: Segments(BACKGROUNDS)}
            ),
        }
        relief = Form(
            Relief,
            ["field", "scale", "clip", "height", "low", "high"],
            own={
                "field": lambda: self.which,
                "scale": lambda: Segments(SCALES),
                "clip": lambda: clip,
                "height": lambda: height,
            },
        )
        self.editors: dict[str, Editor] = {"view": self.view}
        self.forms = [*style_forms.values(), relief]
        self.view.edited.connect(lambda dragging: self._edited("view", "View", dragging))
        for form in style_forms.values():
            self._listen(form, "")
        self._listen(relief, "relief_")
        self.wrong = QLabel(wordWrap=True, visible=False)
        self.wrong.setProperty("error", True)
        self.reset = QPushButton("Reset this look", toolTip="Back to the default look (undo brings this one back)")
        self.reset.clicked.connect(self._reset)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.view)
        self.sections = [
            Section("Relief", relief),
            *(Section(title, form) for title, form in style_forms.items()),
        ]
        for section in self.sections:
            column.addWidget(section)
        column.addWidget(self.wrong)
        last = QHBoxLayout()
        last.addStretch()
        last.addWidget(self.reset)
        column.addLayout(last)
        column.addStretch(1)
        self.setWidget(inside)
        session.current_changed.connect(self._show)
        session.style_changed.connect(self._if_current)
        session.replaced.connect(self._if_current)
        session.values_changed.connect(self._if_current)
        self._show(session.current)

    def _listen(self, form: Form, prefix: str) -> None:
        for name, editor in form.editors.items():
            self.editors[prefix + name] = editor
        title = {n: f.title or n for n, f in form.model.model_fields.items()}
        form.edited.connect(lambda name, dragging: self._edited(prefix + name, title[name], dragging))

    def _edited(self, name: str, title: str, dragging: bool) -> None:
        editor = self.editors[name]
        try:
            self.session.restyle(title, dragging=dragging, **{name: editor.value()})
        except LossvistaError as error:
            editor.mark(True)
            self.wrong.setText(str(error))
            self.wrong.show()
            return
        editor.mark(False)
        self.wrong.hide()
        if not dragging:
            self.session.settle()

    def _reset(self) -> None:
        document = self.session.current
        if document is not None:
            self.session.set_style(Style(theme=document.style.theme, pins=document.style.pins), "Reset look")

    def _if_current(self, document: Document) -> None:
        if document is self.session.current:
            self._show(document)

    def _show(self, document: Document | None) -> None:
        self.widget().setEnabled(document is not None)
        if document is None:
            return
        style, relief = self.session.style, document.relief
        surface = document.landscape.surface
        names = [name for name in surface.fields if not name.endswith(ASIDE)]
        if self.which.values != names:
            info = surface.info
            texts = {n: (info[n].long_name if n in info else "") or n.replace("_", " ") for n in names}
            self.which.offer({n: text[:1].upper() + text[1:] for n, text in texts.items()})
        self._scale_threshold(relief)
        for name, editor in self.editors.items():
            source = style.relief if name.startswith("relief_") else style
            editor.show_value(getattr(source, name.removeprefix("relief_")))
        self.which.show_value(document.field)
        self.which.setEnabled(len(names) > 1)
        for name, value in (("low", relief.low), ("high", relief.high)):
            self.editors[f"relief_{name}"].line.setPlaceholderText(f"{value:.4g} (automatic)")  # type: ignore[attr-defined]
        flat, path = style.view == "map" or surface.grid.line, bool(document.landscape.trajectories)
        can = {
            "relief_height": not flat,
            "floor": not flat,
            "path": path,
            "path_colormap": path,
            "stems": path and not flat,
        }
        for name, able in can.items():
            self.editors[name].setEnabled(able)

    def _scale_threshold(self, relief: Relief) -> None:
        """The slider runs over the displayed range, so that it is logarithmic where the picture is."""
        clip = self.editors["relief_clip"]
        assert isinstance(clip, Slide)
        low, high = relief.low or 0.0, relief.high or 0.0
        finite = np.isfinite([float(relief.transform(low)), float(relief.transform(high))]).all()
        if finite and high > low:
            clip.scale(low, high, lambda v: float(relief.transform(v)), lambda v: float(relief.inverse(v)))
        elif high > low:
            clip.scale(low, high)
        clip.setEnabled(high > low)

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.view.redraw_icons()
        for section in self.sections:
            section.redraw_icons()
