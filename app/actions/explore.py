"""Explore: pins, and the playback of paths."""

from __future__ import annotations

from .. import exploring
from ..language import tr
from .action import Action, Entry, dock

ACTIONS = (
    Action(
        "play.toggle",
        tr("&Play the path"),
        "play",
        ("Space",),
        exploring.play,
        tr("Play the descent path, or pause"),
        "path",
        lambda desk: desk.playback.playing,
    ),
    Action(
        "play.next",
        tr("&Next checkpoint"),
        "step-forward",
        (".",),
        lambda desk: desk.playback.step(1),
        tr("Show the path up to its next checkpoint"),
        "path",
    ),
    Action(
        "play.previous",
        tr("P&revious checkpoint"),
        "step-back",
        (",",),
        lambda desk: desk.playback.step(-1),
        tr("Show the path up to the checkpoint before"),
        "path",
    ),
    Action(
        "play.whole",
        tr("&Whole path"),
        "whole",
        ("Shift+Space",),
        lambda desk: desk.playback.rest(),
        tr("End the playback: show the whole path"),
        "path",
    ),
    Action(
        "play.fly",
        tr("&Fly along"),
        "fly",
        ("Shift+F",),
        lambda desk: desk.playback.choose(fly=not desk.playback.fly),
        tr("The camera goes with the ball"),
        "path",
        lambda desk: desk.playback.fly,
    ),
    Action(
        "play.loop",
        tr("&Loop"),
        "loop",
        (),
        lambda desk: desk.playback.choose(loop=not desk.playback.loop),
        tr("Begin again at the end of the path"),
        "path",
        lambda desk: desk.playback.loop,
    ),
    Action(
        "pins.add",
        tr("P&in this point"),
        "pin",
        ("I",),
        exploring.pin_here,
        tr("Pin the point that was right-clicked, or else the centre"),
        "landscape",
    ),
    Action(
        "pins.copy",
        tr("&Copy pins"),
        "copy",
        ("Ctrl+Alt+P",),
        exploring.copy_pins,
        tr("Copy the pins with all their values, as text with tabs between"),
        "pins",
    ),
    Action(
        "pins.clear",
        tr("&Delete all pins"),
        "trash",
        (),
        lambda desk: desk.probe.clear(),
        tr("Take all pins out of the picture"),
        "pins",
    ),
    dock("probe", "Ctrl+7", tr("Probe"), "probe"),
    dock("playback", "Ctrl+8", tr("Playback"), "play"),
)

MENU: list[Entry] = [
    "play.toggle",
    "play.previous",
    "play.next",
    "play.whole",
    None,
    "play.fly",
    "play.loop",
    None,
    "pins.add",
    "pins.copy",
    "pins.clear",
    None,
    "dock.probe",
    "dock.playback",
]
