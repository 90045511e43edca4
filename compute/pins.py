"""Pin: a point (α, β) that the person has marked and named. Pins are part of a look, so they are undone and saved with it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from .choices import Choices

MOST = 64  # pins of one look


class Pin(Choices):
    """alpha, beta: coordinates in the plane (beta is 0 on a line). text: its name; a number until it gets another."""

    alpha: float = Field(title="α")
    beta: float = Field(0.0, title="β")
    text: str = Field("", title="Name", max_length=80)


def pinned(pins: Sequence[Pin], alpha: float, beta: float = 0.0) -> tuple[Pin, ...]:
    """These pins and one more at (α, β), named by the smallest number that is free. With `MOST` pins, as they are."""
    if len(pins) >= MOST:
        return tuple(pins)
    taken = {pin.text for pin in pins}
    number = next(k for k in range(1, MOST + 1) if str(k) not in taken)
    return (*pins, Pin(alpha=alpha, beta=beta, text=str(number)))


def changed(pins: Sequence[Pin], at: int, **values: object) -> tuple[Pin, ...]:
    """These pins with other values of the one at place `at`. Raises LossvistaError where a value is not valid."""
    return tuple(pin.replace(**values) if k == at else pin for k, pin in enumerate(pins))


def measuring(pins: Sequence[Pin], chosen: Sequence[int] | None = None) -> tuple[int, ...]:
    """Places of the two pins that are measured between: those chosen; without a choice all pins, if these are two. () where none are."""
    places = range(len(pins)) if chosen is None else [k for k in chosen if 0 <= k < len(pins)]
    return tuple(places) if len(places) == 2 else ()


def pair(pins: Sequence[Pin], chosen: Sequence[int] | None = None) -> tuple[Pin, Pin] | None:
    """The two pins that are measured between, in their order; see `measuring`."""
    places = measuring(pins, chosen)
    return (pins[places[0]], pins[places[1]]) if places else None


def without(pins: Sequence[Pin], places: Sequence[int]) -> tuple[Pin, ...]:
    """These pins but for those at some places."""
    return tuple(pin for k, pin in enumerate(pins) if k not in set(places))
