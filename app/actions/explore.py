"""Explore: pins, and the playback of paths."""

from __future__ import annotations

from .. import exploring
from .action import Action, Entry, dock

ACTIONS = (
    Action(
        "play.toggle",
        "&Play the path",
        "play",
        ("Space",),
        lambda desk: desk.playback.toggle(),
        "Play the descent path, or pause",
        "path",
        lambda desk: desk.playback.playing,
    ),
    Action(
        "play.next",
        "&Next checkpoint",
        "step-forward",
        (".",),
        lambda desk: desk.playback.step(1),
        "Show the path up to its next checkpoint",
        "path",
    ),
    Action(
        "play.previous",
        "P&revious checkpoint",
        "step-back",
        (",",),
        lambda desk: desk.playback.step(-1),
        "Show the path up to the checkpoint before",
        "path",
    ),
    Action(
        "play.whole",
        "&Whole path",
        "whole",
        ("Shift+Space",),
        lambda desk: desk.playback.rest(),
        "End the playback: show the whole path",
        "path",
    ),
    Action(
        "play.fly",
        "&Fly along",
        "fly",
        ("Shift+F",),
        lambda desk: desk.playback.choose(fly=not desk.playback.fly),
        "The camera goes with the ball",
        "path",
        lambda desk: desk.playback.fly,
    ),
    Action(
        "play.loop",
        "&Loop",
        "loop",
        (),
        lambda desk: desk.playback.choose(loop=not desk.playback.loop),
        "Begin again at the end of the path",
        "path",
        lambda desk: desk.playback.loop,
    ),
    Action(
        "pins.copy",
        "&Copy pins",
        "copy",
        ("Ctrl+Alt+P",),
        exploring.copy_pins,
        "Copy the pins with all their values, as text with tabs between",
        "pins",
    ),
    Action(
        "pins.clear",
        "&Delete all pins",
        "trash",
        (),
        lambda desk: desk.probe.clear(),
        "Take all pins out of the picture",
        "pins",
    ),
    dock("probe", "Ctrl+7", "Probe", "probe"),
    dock("playback", "Ctrl+8", "Playback", "play"),
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
    "pins.copy",
    "pins.clear",
    None,
    "dock.probe",
    "dock.playback",
]
