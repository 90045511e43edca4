"""Wiring: who hears of whom, once the window has its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from . import here, trainings
from .shelf import carry

if TYPE_CHECKING:
    from .window import Window


def connect(window: Window) -> None:
    """Connect the parts of a window."""
    desk, session = window.desk, window.desk.session
    for signal in (session.current_changed, session.style_changed, session.replaced, session.closed):
        signal.connect(lambda _document: window.refresh())
    session.undo.canUndoChanged.connect(lambda _can: window.refresh())
    session.undo.canRedoChanged.connect(lambda _can: window.refresh())
    session.warned.connect(desk.notices.fail)
    session.style_changed.connect(lambda document: carry(session, document))
    desk.notices.said.connect(window.write_down)
    window.log.saved.connect(desk.saved)
    window.log.failed.connect(desk.notices.fail)
    desk.runs.noted.connect(window.log.add)
    window.growth.noted.connect(window.log.add)
    window.growth.failed.connect(desk.notices.fail)
    for signal in (desk.runs.added, desk.runs.finished):
        signal.connect(lambda _run: window.refresh())
    panel = window.docks["training"].panel
    panel.follow.connect(desk.guarded(lambda: trainings.follow_recording(desk)))
    panel.compute.connect(desk.guarded(lambda folder: trainings.landscape_of(desk, folder)))
    _connect_points(window)
    for work in (desk.pictures, desk.imports):
        work.started.connect(window.busy.watch)
    desk.pictures.done.connect(desk.saved)
    desk.pictures.failed.connect(desk.notices.fail)
    QGuiApplication.styleHints().colorSchemeChanged.connect(window.scheme_changed)
    window.stage.probed.connect(window.under_pointer.setText)
    window.stage.turntable.changed.connect(window.refresh)
    session.compared_changed.connect(window.refresh)
    desk.playback.changed.connect(window.refresh)
    window.docks["probe"].panel.copy.clicked.connect(window.actions_made["pins.copy"].trigger)
    session.placed.connect(window.refresh)
    window.stage.panes.files_dropped.connect(window.take)
    window.docks["landscapes"].panel.compare.connect(window.actions_made["compare.show"].trigger)
    made = window.actions_made
    window.stage.comparison_made.connect(lambda page: page.bar.listen(made["file.screenshot"], made["compare.end"]))


def _connect_points(window: Window) -> None:
    desk, points = window.desk, window.desk.points
    panel = window.docks["point"].panel
    panel.asked.connect(lambda what: window.actions_made[f"point.{what}"].trigger())
    window.docks["balls"].panel.start.connect(desk.guarded(lambda on, choices: here.race(desk, on, choices)))
    window.stage.panes.asked.connect(window.point_menu.open)
    desk.probe.chosen_changed.connect(lambda: _pin_chosen(window))
    desk.probe.brush.changed.connect(lambda: _critical_chosen(window))
    points.noted.connect(window.log.add)
    points.failed.connect(desk.notices.fail)
    points.saved.connect(desk.saved)
    points.consent_needed.connect(lambda text, button, do: desk.notices.say(text, "warning", buttons={button: do}))
    points.part_done.connect(lambda run, whole: here.compared(desk, run, whole))
    desk.balls.noted.connect(window.log.add)
    desk.studies.noted.connect(window.log.add)


def _pin_chosen(window: Window) -> None:
    """A pin that alone is chosen is the point that is spoken of."""
    probe = window.desk.probe
    if len(probe.chosen) == 1:
        pin = probe.pins[probe.chosen[0]]
        window.desk.points.choose(pin.alpha, pin.beta)


def _critical_chosen(window: Window) -> None:
    """So is a critical point that was clicked on."""
    brush, desk = window.desk.probe.brush, window.desk
    if brush.chosen is not None and brush.chosen[0] is desk.session.current and brush.over in (None, brush.chosen):
        place = brush.place()
        assert place is not None
        desk.points.choose(*place[1:])
