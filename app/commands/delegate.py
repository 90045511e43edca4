"""Delegate: draws a line of the palette: icon, text with the fitted letters marked, what it does, its keys."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .. import theme
from .entry import Entry

ENTRY = Qt.ItemDataRole.UserRole
HEIGHT, ICON, SIDE = 44, 18, 12


class Delegate(QStyledItemDelegate):
    """Two lines of text a row; a grey action is drawn faded."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        lines = QFontMetrics(option.font).height() + QFontMetrics(smaller(option.font)).height()  # type: ignore[attr-defined]
        return QSize(200, max(HEIGHT, lines + 12))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: Entry = index.data(ENTRY)
        c, on = theme.colors(), entry.action.isEnabled()
        area: QRect = option.rect.adjusted(4, 1, -4, -1)  # type: ignore[attr-defined]
        font: QFont = option.font  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.chosen))
            painter.drawRoundedRect(area, 6, 6)
        name = entry.action.property("icon_name")
        if name:
            ratio = painter.device().devicePixelRatioF()
            at = area.left() + SIDE, area.center().y() - ICON // 2 + 1
            painter.drawPixmap(*at, theme.draw(name, ICON, c.text if on else c.line, ratio))
        inner = area.adjusted(SIDE + ICON + 12, 5, -SIDE, -5)
        right = self._keys(painter, entry.keys, inner, font, c.soft if on else c.line)
        inner.setRight(inner.right() - right)
        self._text(painter, entry, inner, font, c.text if on else c.soft)
        painter.setFont(smaller(font))
        painter.setPen(QColor(c.soft))
        help = painter.fontMetrics().elidedText(entry.help, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, help)
        painter.restore()

    @staticmethod
    def _text(painter: QPainter, entry: Entry, area: QRect, font: QFont, color: str) -> None:
        """The text, the letters that were fitted in bold accent; the group after it."""
        bold = QFont(font)
        bold.setWeight(QFont.Weight.Bold)
        x, accent = area.left(), theme.colors().accent
        for at, letter in enumerate(entry.text):
            marked = at in entry.fit.letters
            painter.setFont(bold if marked else font)
            painter.setPen(QColor(accent if marked else color))
            box = QRect(x, area.top(), area.right() - x, area.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, letter)
            x += painter.fontMetrics().horizontalAdvance(letter)
        painter.setFont(smaller(font))
        painter.setPen(QColor(theme.colors().soft))
        drop = QFontMetrics(font).ascent() - painter.fontMetrics().ascent()
        painter.drawText(x + 10, area.top() + drop + painter.fontMetrics().ascent(), entry.group)

    @staticmethod
    def _keys(painter: QPainter, keys: str, area: QRect, font: QFont, color: str) -> int:
        """The keys as small caps at the right; the width they take."""
        painter.setFont(smaller(font))
        metrics, right = painter.fontMetrics(), area.right()
        for key in reversed(keys.split("   ") if keys else []):
            width = metrics.horizontalAdvance(key) + 12
            box = QRect(right - width, area.center().y() - metrics.height() // 2 - 2, width, metrics.height() + 4)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.colors().line), 1))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(color))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
            right -= width + 6
        return area.right() - right + 6


def smaller(font: QFont) -> QFont:
    """The font of secondary text."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.88)
    return small
