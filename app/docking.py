"""Docking: which panels there are, and where they hang when nobody has moved them. A new panel is a line of the table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from .console.panel import Console
from .desk import Desk
from .dock import CHART, Dock
from .language import tr
from .panels.balls import Balls
from .panels.jobs import Jobs
from .panels.landscapes import Landscapes
from .panels.lesson import LessonPanel
from .panels.log import Log
from .panels.look import Look
from .panels.playback import PlaybackPanel
from .panels.point import Point
from .panels.probe import Probe
from .panels.studies import StudiesPanel
from .panels.training import Training
from .panels.trust import Trust

LEFT, RIGHT, BELOW = (getattr(Qt.DockWidgetArea, f"{side}DockWidgetArea") for side in ("Left", "Right", "Bottom"))


def hang(window: QMainWindow, desk: Desk) -> None:
    """Make the panels and put them into the desk's docks. Those below are hidden until they are needed."""
    session, docks = desk.session, desk.docks
    for name, title, icon, panel, area in (
        ("landscapes", tr("Landscapes"), "layers", Landscapes(session), LEFT),
        ("trust", tr("Trust"), "trust", Trust(session), LEFT),
        ("look", tr("Look"), "look", Look(session), RIGHT),
        ("point", tr("Network at a point"), "search", Point(desk.points), RIGHT),
        ("balls", tr("Drop a ball"), "ball", Balls(desk.balls), BELOW),
        ("probe", tr("Probe"), "probe", Probe(desk.probe), RIGHT),
        ("lesson", tr("Lesson"), "lesson", LessonPanel(desk.player), RIGHT),
        ("playback", tr("Playback"), "play", PlaybackPanel(desk.playback), BELOW),
        ("training", tr("Training"), "train", Training(desk.follows, desk.runs), BELOW),
        ("studies", tr("Studies"), "studies", StudiesPanel(desk), BELOW),
        ("jobs", tr("Jobs"), "jobs", Jobs(desk.runs), BELOW),
        ("log", tr("Log"), "log", Log(), BELOW),
        ("console", tr("Console"), "console", Console(session), BELOW),
    ):
        docks[name] = dock = Dock(name, title, icon, panel, window)
        window.addDockWidget(area, dock)
    window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
    window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
    # In this order: what is tabbed while it is shown makes the window wider than the screen, or the left side narrow.
    for name in ("probe", "point", "lesson", "playback", "balls", "studies", "training", "jobs", "log", "console"):
        docks[name].hide()
    for front, behind in (
        ("look", "probe"),
        ("look", "point"),
        ("look", "lesson"),
        ("training", "playback"),
        ("training", "balls"),
        ("training", "studies"),
        ("log", "console"),
    ):
        window.tabifyDockWidget(docks[front], docks[behind])
    window.resizeDocks([docks["landscapes"], docks["look"]], [300, 320], Qt.Orientation.Horizontal)
    window.resizeDocks([docks["landscapes"], docks["trust"]], [240, 520], Qt.Orientation.Vertical)
    window.resizeDocks([docks["training"], docks["jobs"]], [CHART, 180], Qt.Orientation.Vertical)
