"""Paning: what the actions of the panes do. Each is a function of the desk."""

from __future__ import annotations

from collections.abc import Callable

from .desk import Desk


def arrange(rows: int, columns: int) -> Callable[[Desk], None]:
    """A verb that splits the centre into so many panes."""
    return lambda desk: desk.session.places.arrange(rows, columns)


def shown(rows: int, columns: int) -> Callable[[Desk], bool]:
    """Whether the centre is split so."""
    return lambda desk: desk.session.places.shape == (rows, columns)


def step(desk: Desk) -> None:
    """Make the next pane the active one."""
    desk.session.places.step(1)


def enlarge(desk: Desk) -> None:
    """Show the active pane alone, or all again."""
    desk.session.places.enlarge()


def link_cameras(desk: Desk) -> None:
    """See all panes from one camera, or each from its own."""
    places = desk.session.places
    places.link(cameras=not places.linked)


def share_scale(desk: Desk) -> None:
    """One scale, threshold, range, levels and colours for what is compared, or each its own."""
    places = desk.session.places
    places.link(scale=not places.shared)
