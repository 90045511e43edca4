"""Sheet: the style sheet for flat controls, in a theme's colours."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .theme import Colors


def sheet(c: Colors) -> str:
    """The sheet in the colours of a theme."""
    which, folder = c.name, files("lossvista.resources") / "icons"
    up, down, check = (Path(str(folder / f"{name}-{which}.svg")).as_posix() for name in ("arrow-up", "arrow", "check"))
    return f"""
QMainWindow::separator {{ background: {c.window}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {c.accent}; }}
QToolBar {{ background: {c.window}; border: none; border-bottom: 1px solid {c.line}; padding: 4px 6px; spacing: 2px; }}
QToolBar::separator {{ background: {c.line}; width: 1px; margin: 5px 7px; }}
QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 4px; }}
QToolButton:hover {{ background: {c.hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {c.chosen}; }}
QToolButton:focus {{ border-color: {c.accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[popupMode="1"] {{ padding-right: 16px; }}
QToolButton::menu-button {{ border: none; width: 15px; }}
QToolButton::menu-button:hover {{ background: {c.chosen}; border-radius: 4px; }}
QToolButton[segment="true"] {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 0; padding: 4px 2px;
    margin-left: -1px; }}
QToolButton[segment="true"]:hover {{ background: {c.hover}; }}
QToolButton[segment="true"]:checked {{ background: {c.chosen}; border-color: {c.accent}; color: {c.text}; }}
QToolButton[segment="true"]:focus, QToolButton[heading="true"]:focus {{ border: 1px solid {c.accent}; }}
QToolButton[segment="true"]:checked:focus {{ border: 2px solid {c.accent}; }}
QToolButton[segment="true"][end="first"] {{ border-top-left-radius: 5px; border-bottom-left-radius: 5px; margin-left: 0; }}
QToolButton[segment="true"][end="last"] {{ border-top-right-radius: 5px; border-bottom-right-radius: 5px; }}
QToolButton[tile="true"] {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 9px; }}
QToolButton[tile="true"]:hover {{ border-color: {c.soft}; }}
QToolButton[tile="true"]:checked {{ background: {c.chosen}; border: 2px solid {c.accent}; }}
QToolButton[tile="true"]:focus {{ border: 2px solid {c.accent}; }}
QToolButton[heading="true"] {{ font-weight: 600; border-radius: 4px; padding: 3px 4px 3px 0; background: transparent; }}
QToolButton[heading="true"]:hover {{ background: {c.hover}; }}
QPushButton {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: 5px; padding: 5px 14px; min-height: 18px; }}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.chosen}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.soft}; background: {c.window}; }}
QPushButton:default, QPushButton[primary="true"] {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
    }}
QPushButton:default:hover, QPushButton[primary="true"]:hover,
QPushButton:default:focus, QPushButton[primary="true"]:focus {{ border-color: {c.text}; }}
QPushButton:default:disabled, QPushButton[primary="true"]:disabled {{ background: {c.line}; color: {c.soft}; border-color: {c.line}; }}
QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit {{ background: {c.base}; border: 1px solid {c.line};
    border-radius: 5px; padding: 3px 6px; min-height: 18px; selection-background-color: {c.accent};
    selection-color: {c.on_accent}; }}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus {{ border-color: {c.accent}; }}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {{ background: {c.window}; color: {c.soft}; }}
QPlainTextEdit[page="true"] {{ border: 1px solid transparent; border-radius: 0; }}
QPlainTextEdit[page="true"]:focus {{ border-color: {c.accent}; }}
*[wrong="true"] {{ border: 1px solid {c.poor}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 18px; background: transparent; }}
QSpinBox::up-arrow {{ image: url({up}); width: 9px; height: 9px; }}
QSpinBox::down-arrow {{ image: url({down}); width: 9px; height: 9px; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox::down-arrow {{ image: url({down}); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {c.raised}; border: 1px solid {c.line}; padding: 3px; outline: none; }}
QCheckBox {{ spacing: 7px; padding: 2px 0; }}
QCheckBox::indicator {{ width: 15px; height: 15px; border: 1px solid {c.soft}; border-radius: 4px; background: {c.base}; }}
QCheckBox:focus {{ color: {c.accent}; }}
QCheckBox::indicator:focus {{ border: 2px solid {c.accent}; }}
QCheckBox::indicator:hover {{ border-color: {c.accent}; }}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; image: url({check}); }}
QCheckBox::indicator:disabled {{ border-color: {c.line}; }}
QSlider::groove:horizontal {{ height: 4px; background: {c.line}; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; border-radius: 2px; }}
QSlider::sub-page:horizontal:disabled {{ background: {c.line}; }}
QSlider::handle:horizontal {{ background: {c.base}; border: 2px solid {c.accent}; width: 11px; height: 11px; margin: -6px 0;
    border-radius: 7px; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {c.accent}; }}
QSlider::handle:horizontal:disabled {{ border-color: {c.line}; }}
QProgressBar {{ background: {c.line}; border: none; border-radius: 3px; height: 6px; max-height: 6px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
QDockWidget {{ titlebar-close-icon: none; titlebar-normal-icon: none; }}
QTabBar::tab {{ padding: 6px 14px; border: none; border-bottom: 2px solid transparent; color: {c.soft}; background: transparent; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom-color: {c.accent}; }}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:focus {{ color: {c.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.line}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QListView, QTreeView, QTableView {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 5px; outline: none; }}
QTableView {{ alternate-background-color: {c.window}; selection-background-color: {c.chosen}; selection-color: {c.text}; }}
QTableView::item {{ padding: 0 6px; }}
QHeaderView {{ background: {c.base}; border: none; }}
QHeaderView::section {{ background: {c.base}; color: {c.soft}; border: none; border-bottom: 1px solid {c.line}; padding: 5px 6px;
    font-weight: 600; }}
QListView#landscapes {{ border: none; background: transparent; padding: 4px; }}
QListView:focus, QTreeView:focus, QTableView:focus {{ border: 1px solid {c.accent}; }}
QListView#landscapes:focus {{ border: 1px solid {c.accent}; border-radius: 6px; padding: 3px; }}
QListView#landscapes::item {{ border-radius: 6px; }}
QListView#landscapes::item:hover {{ background: {c.hover}; }}
QListView#landscapes::item:selected {{ background: {c.chosen}; }}
QDialog#palette {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: 8px; }}
QListView#presets {{ padding: 8px; }}
QListView#presets::item {{ border-radius: 8px; padding: 6px; }}
QListView#presets::item:hover {{ background: {c.hover}; }}
QListView#presets::item:selected {{ background: {c.chosen}; color: {c.text}; }}
QListView#commands {{ border: none; background: transparent; }}
QScrollBar:vertical {{ width: 10px; background: transparent; margin: 0; }}
QScrollBar:horizontal {{ height: 10px; background: transparent; margin: 0; }}
QScrollBar::handle {{ background: {c.line}; border-radius: 4px; margin: 1px; min-height: 26px; min-width: 26px; }}
QScrollBar::handle:hover {{ background: {c.soft}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenuBar {{ background: {c.window}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.hover}; }}
QMenu {{ background: {c.raised}; border: 1px solid {c.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 22px 5px 10px; border-radius: 4px; }}
QMenu::icon {{ padding-left: 6px; }}
QMenu::item:selected {{ background: {c.chosen}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.soft}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 6px; }}
QStatusBar {{ background: {c.window}; border-top: 1px solid {c.line}; }}
QStatusBar::item {{ border: none; }}
QToolTip {{ background: {c.raised}; color: {c.text}; border: 1px solid {c.line}; padding: 4px 6px; }}
QFrame#toast {{ background: {c.raised}; border: 1px solid {c.line}; border-radius: 8px; }}
QFrame#callout {{ background: {c.raised}; border: 2px solid {c.accent}; border-radius: 10px; }}
QFrame#spotlight {{ background: transparent; border: 2px solid {c.accent}; border-radius: 8px; }}
QFrame#card {{ background: {c.base}; border: 1px solid {c.line}; border-radius: 8px; }}
QFrame#row {{ border: 1px solid transparent; border-radius: 6px; }}
QFrame#row:hover {{ background: {c.hover}; }}
QFrame#row:focus {{ border-color: {c.accent}; }}
QWidget#dockbar {{ background: {c.window}; border-bottom: 1px solid {c.line}; }}
QLabel[quiet="true"] {{ color: {c.soft}; }}
QLabel[section="true"] {{ color: {c.soft}; font-weight: 600; }}
QLabel[error="true"] {{ color: {c.poor}; }}
QWidget#fairness {{ background: {c.window}; border-bottom: 1px solid {c.line}; }}
QWidget#stage, QWidget#page {{ background: {c.base}; }}
QWidget#panes {{ background: {c.line}; }}
QWidget#paneheader {{ background: {c.window}; border-top: 2px solid transparent; }}
QWidget#paneheader[active="true"] {{ background: {c.chosen}; border-top: 2px solid {c.accent}; }}
"""
