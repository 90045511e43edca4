"""Forms: widgets made from the fields of a `Choices` model: label, help, range and group are declared once, there."""

from __future__ import annotations

import textwrap
import types
from collections.abc import Callable
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ..compute.choices import Choices, explain, limits
from ..compute.errors import LossvistaError
from . import theme
from .editors import Choice, Editor, Line, Spin, Toggle
from .language import tr
from .numbers import from_number, to_number
from .sliders import Slide

SPIN_HIGH = 2**31 - 1  # Qt's spin boxes hold 32 bits
TIP_WIDTH = 80  # characters a line


def tip(help: str) -> str:
    """A field's help in lines that fit on a screen: Qt breaks those of rich text only. Names are not broken at their hyphens."""
    return textwrap.fill(tr(help), TIP_WIDTH, break_on_hyphens=False)


def editor_for(model: type[Choices], name: str) -> Editor:
    """The editor of a field, by its type and range. Raises TypeError for a type that has none."""
    field = model.model_fields[name]
    kind, optional = _bare(field.annotation)
    low, high = limits(field)
    if kind is bool:
        return Toggle(tr(field.title or name))
    if get_origin(kind) is Literal:
        return Choice({value: word(value) for value in get_args(kind)})
    if kind is int and not optional and low is not None and high is not None:
        if high <= 200:
            return _slide(low, high, whole=True)
        if high <= SPIN_HIGH:
            return Spin(int(low), int(high))
    if kind is int:
        return Line(
            _whole_or_none if optional else int, lambda v: "" if v is None else str(v), placeholder=tr("automatic")
        )
    if kind is float and not optional and low is not None and high is not None and high <= 1000:
        return _slide(low, high)
    if kind is float:
        return Line(to_number if optional else float, from_number, placeholder=tr("automatic") if optional else "")
    if get_origin(kind) is tuple and get_args(kind)[:2] == (float, float):
        return Line(_text_or_none, _range_text, placeholder=tr("from the reach"))
    if kind is str:
        return Line()
    if get_origin(kind) is tuple:
        item = _whole_if_it_is_one if get_args(kind)[0] is int else str
        return Line(lambda text: tuple(map(item, text.replace(";", " ").split())), lambda v: " ".join(map(str, v)))
    raise TypeError(f"There is no editor for {model.__name__}.{name}: {field.annotation}")


def _slide(low: float, high: float, *, whole: bool = False) -> Slide:
    slide = Slide(low, high, whole=whole)
    slide.scale(low, high)
    return slide


def _bare(annotation: Any) -> tuple[Any, bool]:
    """The type without Annotated and None, and whether None was allowed."""
    optional = False
    while True:
        if hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, types.UnionType):
            rest = [a for a in get_args(annotation) if a is not type(None)]
            optional, annotation = True, rest[0]
        else:
            return annotation, optional


def _text_or_none(text: str) -> str | None:
    return text or None


def _whole_or_none(text: str) -> int | None:
    return int(text) if text else None


def _whole_if_it_is_one(text: str) -> int | str:
    """Text that is no whole number stays as it is, for the model to name it."""
    try:
        return int(text)
    except ValueError:
        return text


def _range_text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value[0]:g}:{value[1]:g}"


def word(value: object) -> str:
    """A name out of the code as a word for people."""
    text = str(value).replace("-", " ")
    return tr(text if any(letter.isupper() or letter.isdigit() for letter in text) else text.capitalize())


class Section(QWidget):
    """A heading that folds what is below it."""

    def __init__(self, title: str, content: QWidget, *, open: bool = True) -> None:
        super().__init__()
        self.content = content
        self.head = QToolButton(text=f" {tr(title)}", checkable=True, checked=open, autoRaise=True)
        self.head.setProperty("heading", True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setIconSize(QSize(12, 12))
        self.head.setToolTip(tr("Show or hide: {title}", title=tr(title)))
        self.head.toggled.connect(self.unfold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.head)
        layout.addWidget(content)
        self.unfold(open)

    def unfold(self, open: bool) -> None:
        """Show the content, or hide it."""
        self.head.setChecked(open)
        self.content.setVisible(open)
        self.redraw_icons()

    def redraw_icons(self) -> None:
        """After a change of theme."""
        self.head.setIcon(theme.icon("chevron-down" if self.head.isChecked() else "chevron-right", theme.colors().soft))


class Form(QWidget):
    """Editors for some fields of a model, one below the other. own: name → an editor to use instead of the generated one."""

    edited = Signal(str, bool)  # field, dragging

    def __init__(
        self, model: type[Choices], names: list[str], *, own: dict[str, Callable[[], Editor]] | None = None
    ) -> None:
        super().__init__()
        self.model = model
        self.editors: dict[str, Editor] = {}
        self.labels: dict[str, QLabel] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(12)
        layout.setVerticalSpacing(8)
        layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for name in names:
            field = model.model_fields[name]
            editor = own[name]() if own and name in own else editor_for(model, name)
            editor.setObjectName(name)
            help = tip(field.description or "")
            editor.setToolTip(help)
            editor.call(tr(field.title or name))
            editor.edited.connect(lambda dragging, name=name: self._edit(name, dragging))
            self.editors[name] = editor
            if isinstance(editor, Toggle):
                layout.addRow(editor)
            else:
                label = QLabel(tr(field.title or name), toolTip=help)
                self.labels[name] = label
                layout.addRow(label, editor)

    def _edit(self, name: str, dragging: bool) -> None:
        self.editors[name].mark(False)
        self.edited.emit(name, dragging)

    def values(self) -> dict[str, Any]:
        """What is entered, unchecked."""
        return {name: editor.value() for name, editor in self.editors.items()}

    def show_values(self, values: dict[str, Any]) -> None:
        """Show values of the fields of this form; others are left alone."""
        for name, value in values.items():
            if name in self.editors:
                self.editors[name].show_value(value)

    def mark(self, wrong: set[str]) -> None:
        """Highlight the fields that are wrong, and only those."""
        for name, editor in self.editors.items():
            editor.mark(name in wrong)


def checked(model: type[Choices], values: dict[str, Any]) -> tuple[Choices | None, str, set[str]]:
    """(the model, "", {}) of these values, or (None, our sentences, the fields that are wrong)."""
    try:
        return model(**values), "", set()
    except ValidationError as error:
        wrong = {str(mistake["loc"][0]) for mistake in error.errors() if mistake["loc"]}
        text = explain(model, error)
        if not wrong:  # a rule over several fields: those that the sentence names
            lower = text.lower()
            wrong = {n for n, f in model.model_fields.items() if (f.title or n).lower() in lower}
        return None, text, wrong
    except LossvistaError as error:
        return None, str(error), set()
