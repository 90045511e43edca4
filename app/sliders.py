"""Sliders: the editor of a number in a range: a slider, linear or following a scale, with a field that takes any number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSlider

from ..compute.levels import number
from .editors import Editor
from .numbers import read_number


class Slide(Editor):
    """A slider with a number field. The slider runs over 0…1000, `place` and `at` translate; the field takes any number.

    off: what the field says, and the slider's right end means, where the value is None (no threshold)."""

    STEPS = 1000

    def __init__(self, low: float, high: float, *, whole: bool = False, off: str = "") -> None:
        super().__init__()
        self.low, self.high, self.whole, self.off = low, high, whole, off
        self.forth: Callable[[float], float] = float
        self.back: Callable[[float], float] = float
        self.slider = Slider(Qt.Orientation.Horizontal, minimum=0, maximum=self.STEPS)
        self.slider.setPageStep(self.STEPS // 20)
        self.slider.setSingleStep(self.STEPS // 100)
        self.line = QLineEdit(alignment=Qt.AlignmentFlag.AlignRight, placeholderText=off)
        self.line.setFixedWidth(74)
        self.row.setSpacing(8)
        self.row.addWidget(self.slider, 1)
        self.row.addWidget(self.line)
        self._value: float | None = low
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(lambda: self.edited.emit(False))
        self.line.editingFinished.connect(self._typed)

    def scale(
        self, low: float, high: float, forth: Callable[[float], float] = float, back: Callable[[float], float] = float
    ) -> None:
        """The range of the slider in values, and how values become distances along it (forth) and the reverse (back)."""
        self.low, self.high, self.forth, self.back = low, high, forth, back
        self.show_value(self._value)

    def at(self, place: int) -> float | None:
        """The value at a place 0…1000 of the slider."""
        if self.off and place >= self.STEPS:
            return None
        a, b = self.forth(self.low), self.forth(self.high)
        value = float(self.back(a + (b - a) * place / self.STEPS))
        return float(round(value)) if self.whole else float(f"{value:.4g}")

    def place(self, value: float | None) -> int:
        """The place 0…1000 of a value."""
        if value is None:
            return self.STEPS
        a, b = self.forth(self.low), self.forth(self.high)
        share = (self.forth(value) - a) / (b - a) if b > a else 0.0
        top = self.STEPS - 1 if self.off else self.STEPS  # the very end means "off", not the largest value
        return min(top, max(0, round(share * self.STEPS))) if math.isfinite(share) else 0

    def value(self) -> Any:
        return int(self._value) if self.whole and self._value is not None else self._value

    def show_value(self, value: Any) -> None:
        self._value = value
        if not self.slider.isSliderDown():
            with QSignalBlocker(self.slider):
                self.slider.setValue(self.place(value))
        text = "" if value is None else number(value)
        if not (self.line.hasFocus() and read_number(self.line.text()) == value):
            self.line.setText(text)

    def _slid(self, place: int) -> None:
        value = self.at(place)
        if value != self._value:
            self._value = value
            self.line.setText("" if value is None else number(value))
            self.mark(False)
            self.edited.emit(True)

    def _typed(self) -> None:
        text = self.line.text().strip()
        value = None if not text and self.off else read_number(text)
        if value is None and (text or not self.off):
            self.mark(True)
            return
        self.mark(False)
        if value is not None and self.whole:
            value = float(round(value))
        if value != self._value and text != number(self._value if self._value is not None else math.nan):
            self._value = value
            self.edited.emit(False)


class Slider(QSlider):
    """A slider whose handle jumps to where one clicks, and that ignores the wheel unless it has the focus."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            share = (event.position().x() - 7) / max(1, self.width() - 14)
            place = self.minimum() + round(min(1.0, max(0.0, share)) * (self.maximum() - self.minimum()))
            if abs(place - self.value()) > 0.04 * (self.maximum() - self.minimum()):
                self.setValue(place)
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
