"""Probe: what is under the pointer, and the pins of the current landscape: put, moved, renamed, chosen and taken out."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, Signal

from ...compute.errors import LossvistaError
from ...compute.levels import number
from ...compute.measure import Measure, measure
from ...compute.pins import MOST, Pin, changed, pinned, without
from ...compute.reading import Reading, read
from ..language import tr
from ..session import Document, Session
from .brush import Brush


class Probe(QObject):
    """Pins belong to the look, so every change of them is an undo step of the session. What is chosen is nobody's look."""

    moved = Signal()  # another point is under the pointer, or none
    chosen_changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.under: tuple[Document, float, float] | None = None  # the pointer: landscape, α, β
        self.chosen: list[int] = []  # places of pins
        self.brush = Brush(session, self)
        session.current_changed.connect(lambda _document: self.choose([]))
        session.closed.connect(self._closed)
        session.style_changed.connect(lambda _document: self.choose(self.chosen))

    # --- what is under the pointer ---

    def point(self, document: Document, alpha: float, beta: float) -> None:
        """The pointer is over (α, β) of a landscape."""
        if self.under != (document, alpha, beta):
            self.under = document, alpha, beta
            self.moved.emit()

    def leave(self) -> None:
        """The pointer is over no landscape."""
        if self.under is not None:
            self.under = None
            self.moved.emit()

    def _closed(self, document: Document) -> None:
        if self.under is not None and self.under[0] is document:
            self.leave()

    @property
    def reading(self) -> Reading | None:
        """What is known under the pointer; where it is over nothing, at the pin that alone is chosen, or the critical point."""
        if self.under is not None:
            document, alpha, beta = self.under
            return read(document.landscape, document.field, alpha, beta)
        if len(self.chosen) == 1 and self.session.current is not None:
            return self.read(self.pins[self.chosen[0]])
        if (spoken := self.brush.place()) is not None:
            document, alpha, beta = spoken
            return read(document.landscape, document.field, alpha, beta)
        return None

    def read(self, pin: Pin) -> Reading | None:
        """What is known of the current landscape at a pin."""
        document = self.session.current
        return None if document is None else read(document.landscape, document.field, pin.alpha, pin.beta)

    # --- pins ---

    @property
    def pins(self) -> tuple[Pin, ...]:
        return self.session.current.style.pins if self.session.current is not None else ()

    def add(self, alpha: float, beta: float = 0.0) -> None:
        """Pin (α, β) of the current landscape. Raises LossvistaError where there are too many pins."""
        if len(self.pins) >= MOST:
            raise LossvistaError(tr("A look can have {most} pins.", most=MOST), tr("Delete some of them first."))
        self.session.restyle(tr("Add pin"), pins=pinned(self.pins, alpha, beta))
        self.choose([len(self.pins) - 1])

    def move(self, at: int, alpha: float, beta: float, *, dragging: bool = False) -> None:
        """Put a pin elsewhere. dragging: in the middle of a gesture, which is one undo step."""
        self.session.restyle(tr("Move pin"), dragging=dragging, pins=changed(self.pins, at, alpha=alpha, beta=beta))

    def rename(self, at: int, text: str) -> None:
        """Give a pin another name; an empty one leaves it as it is. Raises LossvistaError where it is too long."""
        if text.strip() and text.strip() != self.pins[at].text:
            self.session.restyle(tr("Rename pin"), pins=changed(self.pins, at, text=text.strip()))

    def remove(self, places: list[int]) -> None:
        """Take pins out."""
        if places:
            self.session.restyle(
                tr("Delete pins") if len(places) > 1 else tr("Delete pin"), pins=without(self.pins, places)
            )
            self.choose([])

    def clear(self) -> None:
        """Take all out."""
        self.remove(list(range(len(self.pins))))

    def choose(self, places: list[int]) -> None:
        """Choose pins by their places; those that do not exist are left out."""
        places = [k for k in places if k < len(self.pins)]
        if places != self.chosen:
            self.chosen = places
            self._measure_between()
            self.chosen_changed.emit()

    def _measure_between(self) -> None:
        """Two chosen pins measure, in the current landscape and no other."""
        for document in self.session.documents:
            here = document is self.session.current and len(self.chosen) == 2
            two = (self.chosen[0], self.chosen[1]) if here else None
            if two != document.between:
                document.between = two
                self.session.style_changed.emit(document)

    @property
    def measured(self) -> tuple[Pin, Pin] | None:
        """The two pins that are measured between: those chosen, or all there are."""
        document = self.session.current
        return None if document is None else document.measuring(document.style).pair

    def measure(self) -> Measure | None:
        """What lies between them."""
        document = self.session.current
        if document is None or self.measured is None or not document.field:
            return None
        return measure(document.landscape, document.field, *self.measured)

    def text(self) -> str:
        """The pins as a table of text: names, coordinates and all values, with tabs between them and a first line that says what is
        what. Numbers as Python writes them, so that any program reads them."""
        document = self.session.current
        if document is None:
            return ""
        names = list(dict.fromkeys(v.name for pin in self.pins if (r := self.read(pin)) for v in r.values))
        lines = [["name", "alpha", "beta", *names, "how"]]
        for pin in self.pins:
            reading = self.read(pin)
            known = {v.name: v.value for v in reading.values} if reading else {}
            values = [repr(float(known[name])) if math.isfinite(known.get(name, math.nan)) else "" for name in names]
            how = "" if reading is None else "node" if reading.at_node else "bilinear"
            lines.append([plain(pin.text), repr(pin.alpha), repr(pin.beta), *values, how])
        return "\n".join("\t".join(line) for line in lines) + "\n"


def plain(text: str) -> str:
    """A name without what would break a table's line."""
    return " ".join(text.split())


def measured_lines(found: Measure) -> list[tuple[str, str]]:
    """A measurement in words: (quantity, value)."""
    lines = [
        ("Δα", number(found.d_alpha)),
        ("Δβ", number(found.d_beta)),
        (tr("Distance in the plane"), number(found.distance)),
        (tr("Distance in weight space"), number(found.length) if math.isfinite(found.length) else tr("not known")),
        (tr("Difference"), number(found.difference)),
        (tr("Ratio"), number(found.ratio)),
    ]
    least = "" if found.whole else tr("at least ")
    lines.append((tr("Highest on the straight line"), f"{least}{number(found.highest)}"))
    lines.append((tr("… of the way there"), f"{100 * found.at:.0f} %"))
    lines.append((tr("Barrier above the higher end"), f"{least}{number(found.barrier)}"))
    return lines
