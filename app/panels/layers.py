"""Layers: a row for each layer of the picture: an eye that shows or hides it, and, unfolded, what it is drawn with."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...compute.colors import SUGGESTED
from ...compute.layers import LAYERS, Layer
from ...compute.style import Style
from .. import theme
from ..buttons import IconButton
from ..colormaps import Swatches
from ..editors import Editor
from ..forms import Form, tip
from ..inks import Hue
from ..language import tr
from ..sliders import Slide

ICONS = {
    "surface": "surface",
    "isolines": "lines",
    "certainty": "certainty",
    "floor": "floor",
    "path": "path",
    "stems": "stems",
    "critical": "critical",
    "centre": "centre",
    "axes": "axes",
    "colorbar": "colorbar",
    "title": "title",
}


class Eye(Editor):
    """Open or closed."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._on = True
        self.button = IconButton(autoRaise=True)
        self.button.setIconSize(QSize(17, 17))
        self._name = name
        self.row.addWidget(self.button)
        self.button.clicked.connect(self._click)
        self.redraw_icons()

    def _click(self) -> None:
        self.show_value(not self._on)
        self.edited.emit(False)

    def value(self) -> bool:
        return self._on

    def show_value(self, value: Any) -> None:
        self._on = bool(value)
        self.redraw_icons()

    def redraw_icons(self) -> None:
        """After a change of theme, or of the value."""
        colors = theme.colors()
        self.button.setIcon(theme.icon("eye" if self._on else "eye-off", colors.text if self._on else colors.soft))
        self.button.setAccessibleName(
            tr("Hide {name}", name=self._name) if self._on else tr("Show {name}", name=self._name)
        )


class LayerRow(QWidget):
    """One layer. editors: by the names that `Style.restyled` takes; each is in one of `forms`, or the eye."""

    edited = Signal(str, str, bool)  # name, what it is called, dragging

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        field = Style.model_fields[layer.switch]
        title = tr(field.title or layer.switch)
        self.eye = Eye(title)
        self.eye.setToolTip(tip(field.description or ""))
        self.picture, self.label = QLabel(), QLabel(title, toolTip=tip(field.description or ""))
        self.more = IconButton(autoRaise=True, toolTip=tr("Colour, width and more: {title}", title=title))
        self.more.setIconSize(QSize(12, 12))
        self.inside = QWidget(visible=False)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(6)
        head.addWidget(self.eye)
        head.addWidget(self.picture)
        head.addWidget(self.label, 1)
        head.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.inside)
        within = QVBoxLayout(self.inside)
        within.setContentsMargins(32, 0, 4, 6)
        within.setSpacing(8)
        self.editors: dict[str, Editor] = {layer.switch: self.eye}
        self.forms: list[Form] = []
        self.eye.edited.connect(lambda dragging: self.edited.emit(layer.switch, title, dragging))
        if layer.fields:
            self._form(Form(Style, list(layer.fields), own=_own(layer.fields)), "")
        if layer.ink:
            ink = type(Style.model_fields[layer.ink].default)
            names = sorted(ink.model_fields, key=("color", "width", "size", "opacity").index)
            self._form(Form(ink, names, own={"color": Hue}), f"{layer.ink}_")
        for form in self.forms:
            within.addWidget(form)
        self.more.clicked.connect(lambda: self.unfold(self.inside.isHidden()))
        self.redraw_icons()

    def _form(self, form: Form, prefix: str) -> None:
        titles = {n: tr(f.title or n) for n, f in form.model.model_fields.items()}
        form.edited.connect(lambda name, dragging: self.edited.emit(prefix + name, titles[name], dragging))
        self.editors |= {prefix + name: editor for name, editor in form.editors.items()}
        self.forms.append(form)

    def unfold(self, open: bool) -> None:
        """Show what the layer is drawn with, or hide it."""
        self.inside.setVisible(open)
        self.redraw_icons()

    def allow(self, able: bool, why: str = "") -> None:
        """Whether the layer is part of the view; why: what to say where it is not."""
        for widget in (self.eye, self.label, self.picture, self.more, self.inside):
            widget.setEnabled(able)
        field = Style.model_fields[self.layer.switch]
        self.label.setToolTip(why or tip(field.description or ""))

    def redraw_icons(self) -> None:
        """After a change of theme, or when it folds."""
        soft = theme.colors().soft
        self.picture.setPixmap(theme.draw(ICONS[self.layer.switch], 15, soft, self.devicePixelRatioF()))
        self.more.setIcon(theme.icon("chevron-right" if self.inside.isHidden() else "chevron-down", soft))
        self.eye.redraw_icons()
        for editor in self.editors.values():
            if isinstance(editor, Hue):
                editor.redraw_icons()


class Layers(QWidget):
    """All rows, from what lies deepest to what stands in front."""

    edited = Signal(str, str, bool)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        self.rows = {layer.switch: LayerRow(layer) for layer in LAYERS}
        self.editors: dict[str, Editor] = {}
        for row in self.rows.values():
            column.addWidget(row)
            row.edited.connect(self.edited)
            self.editors |= row.editors

    def redraw_icons(self) -> None:
        """After a change of theme."""
        for row in self.rows.values():
            row.redraw_icons()


def _own(names: tuple[str, ...]) -> dict[str, Any]:
    """Editors of our own for some fields of a style."""
    own = {"path_colormap": lambda: Swatches(("lossvista:ember", *SUGGESTED)), "critical_least": _shares}
    return {name: make for name, make in own.items() if name in names}


def _shares() -> Slide:
    """A slider for shares of 1 of which the small ones matter most."""
    slide = Slide(0.0, 1.0)
    slide.scale(0.0, 1.0, lambda share: share ** (1 / 3), lambda place: place**3)
    return slide
