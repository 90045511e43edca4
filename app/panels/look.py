"""Look: the panel that changes how the current landscape looks, layer by layer. Its controls come from the fields of Style."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ...compute.colors import SUGGESTED
from ...compute.errors import LossvistaError
from ...compute.layers import Layer
from ...compute.relief import Relief
from ...compute.studies.topology import points_of
from ...compute.style import Style
from ...compute.surface import ASIDE
from ..colormaps import Swatches
from ..editors import Choice, Editor, Segments
from ..forms import Form, Section
from ..language import tr
from ..session import Document, Session
from ..sliders import Slide
from .layers import Layers

VIEWS = {
    "surface": (tr("Smooth"), "surface", tr("Smooth surface (1)")),
    "contours": (tr("Contours"), "contours", tr("Surface with contour lines (2)")),
    "wireframe": (tr("Wire"), "wireframe", tr("Wireframe (3)")),
    "lines": (tr("Lines"), "lines", tr("Floating contour lines (4)")),
    "map": (tr("Map"), "map", tr("Flat contour map (5)")),
    "curves": (tr("Curves"), "curves", tr("Loss and accuracy along both axes through the centre (6)")),
}
SCALES = {
    "log": (tr("log"), "", tr("Heights and colours follow the logarithm of the loss")),
    "linear": (tr("linear"), "", tr("Heights and colours follow the loss itself")),
    "symlog": (tr("symlog"), "", tr("Linear near zero, logarithmic beyond; for losses that are zero or negative")),
}
CLIPS = {
    "remove": (tr("gone"), "", tr("What lies above the threshold is not drawn")),
    "cap": (tr("plateau"), "", tr("What lies above the threshold is a translucent plateau at its height")),
    "hatch": (tr("hatched"), "", tr("What lies above the threshold is a hatched plateau at its height")),
}
BACKGROUNDS = {
    "light": (tr("White"), "", tr("White background")),
    "dark": (tr("Dark"), "", tr("Nearly black background")),
}
HIGHEST = 3.0  # of the height's slider; its field takes all that Relief allows


class Look(QScrollArea):
    """Shows the current document's style; every change goes to the session as an undo step."""

    def __init__(self, session: Session) -> None:
        super().__init__(widgetResizable=True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.session = session
        clip, height = Slide(0.0, 1.0, off="none"), Slide(0.0, HIGHEST)
        self.view = Segments(VIEWS)
        self.which, self.painted = Choice({}), Choice({"": tr("Its heights")})
        colors = Form(
            Style,
            ["colormap", "reverse", "color_field", "color_low", "color_high", "theme"],
            own={
                "color_field": lambda: self.painted,
                "colormap": lambda: Swatches(SUGGESTED),
                "theme": lambda: Segments(BACKGROUNDS),
            },
        )
        relief = Form(
            Relief,
            ["field", "scale", "clip", "clip_style", "height", "low", "high", "trim"],
            own={
                "field": lambda: self.which,
                "scale": lambda: Segments(SCALES),
                "clip": lambda: clip,
                "clip_style": lambda: Segments(CLIPS),
                "height": lambda: height,
            },
        )
        self.editors: dict[str, Editor] = {"view": self.view}
        self.layers = Layers()
        self.forms = [relief, colors, *(form for row in self.layers.rows.values() for form in row.forms)]
        self.view.edited.connect(lambda dragging: self._edited("view", tr("View"), dragging))
        self._listen(colors, "")
        self._listen(relief, "relief_")
        self.editors |= self.layers.editors
        self.layers.edited.connect(self._edited)
        self.wrong = QLabel(wordWrap=True, visible=False)
        self.wrong.setProperty("error", True)
        self.reset = QPushButton(
            tr("Reset this look"), toolTip=tr("Back to the default look (undo brings this one back)")
        )
        self.reset.clicked.connect(self._reset)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.view)
        self.sections = [
            Section(tr("Relief"), relief),
            Section(tr("Colours"), colors),
            Section(tr("Layers"), self.layers),
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
        self.setMinimumWidth(inside.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width())
        session.current_changed.connect(self._show)
        session.placed.connect(lambda: self._show(session.current))
        session.style_changed.connect(self._if_current)
        session.replaced.connect(self._if_current)
        session.values_changed.connect(self._if_current)
        self._show(session.current)

    def _listen(self, form: Form, prefix: str) -> None:
        for name, editor in form.editors.items():
            self.editors[prefix + name] = editor
        title = {n: tr(f.title or n) for n, f in form.model.model_fields.items()}
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
            self.session.set_style(Style(theme=document.style.theme, pins=document.style.pins), tr("Reset look"))

    def _if_current(self, document: Document) -> None:
        if document is self.session.current:
            self._show(document)

    def _show(self, document: Document | None) -> None:
        self.widget().setEnabled(document is not None)
        if document is None:
            return
        surface = document.landscape.surface
        style, relief = self.session.style, document.resolved(self.session.seen().relief)
        names = [name for name in surface.fields if not name.endswith(ASIDE)]
        if self.which.values != names:
            info = surface.info
            texts = {n: (info[n].long_name if n in info else "") or n.replace("_", " ") for n in names}
            offered = {n: text[:1].upper() + text[1:] for n, text in texts.items()}
            self.which.offer(offered)
            self.painted.offer({"": tr("Its heights"), **offered})
        self._scale_threshold(relief)
        for name, editor in self.editors.items():
            editor.show_value(style.part(name))
        self.which.show_value(document.field)
        self.which.setEnabled(len(names) > 1)
        for name, value in (("low", relief.low), ("high", relief.high)):
            self.editors[f"relief_{name}"].line.setPlaceholderText(tr("{value:.4g} (automatic)", value=value))  # type: ignore[attr-defined]
        curve = surface.grid.line or style.view == "curves"
        self.editors["relief_height"].setEnabled(not (curve or style.flat))
        self.editors["relief_clip_style"].setEnabled(not curve)
        for row in self.layers.rows.values():
            why = _absent(row.layer, style, curve, document)
            row.allow(not why, why)

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
        self.layers.redraw_icons()
        for section in self.sections:
            section.redraw_icons()


def _absent(layer: Layer, style: Style, curve: bool, document: Document) -> str:
    """Why a layer is no part of the view; "" where it is."""
    landscape = document.landscape
    if layer.switch in ("path", "stems") and not landscape.trajectories:
        return tr("This landscape holds no path.")
    if layer.switch == "critical":
        table = points_of(landscape)
        if table is None:
            return tr("Nobody has looked for any: Measure → Critical points…")
        if table.how.get("field") != document.field:
            return tr("Those that were found are of another field: Measure → Critical points… finds this one's.")
        if style.view == "curves" and not landscape.surface.grid.line:
            return tr("Curves have none.")
    if curve:
        return "" if layer.curve else tr("Curves have none.")
    if style.flat:
        return "" if layer.flat else tr("The map has none.")
    if layer.switch == "isolines" and style.view in ("surface", "wireframe"):
        return tr("Not in this view: surface with contour lines is key 2.")
    if layer.switch == "surface" and style.view == "lines":
        return tr("Not in this view: its lines float.")
    return "" if layer.solid else tr("3-D views have none.")
