"""Sharing: what landscapes beside one another have in common, so that their pictures can be compared (invariant 37)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..compute.difference import is_difference
from ..compute.relief import Relief
from ..compute.style import Style
from ..compute.surface import Mark
from ..compute.tint import painted
from .document import Document

RELIEF = ("scale", "clip", "clip_style", "height", "low", "high", "trim")
STYLE = ("levels", "colormap", "reverse", "path_colormap")
TINT = ("color_field", "color_low", "color_high")

Span = tuple[float, float]  # lowest and highest loss


def alike(one: Document, other: Document) -> bool:
    """Whether the other can follow: both are planes, or lines, and it has the field that the one shows."""
    planes = one.landscape.surface.grid.line == other.landscape.surface.grid.line
    return planes and bool(one.field) and one.field in other.landscape.surface.fields


def derived(document: Document) -> bool:
    """Whether it is made from others, as a difference is."""
    return is_difference(document.landscape)


def joined(document: Document, leader: Document) -> Style:
    """A document's style with what it shares with the leader's: one background at least."""
    style = document.style.model_copy(update={"theme": leader.style.theme})
    if not alike(leader, document):
        return style
    relief = {name: getattr(leader.style.relief, name) for name in RELIEF}
    relief["field"] = style.relief.field if document.field == leader.field else leader.field
    rest = {name: getattr(leader.style, name) for name in STYLE}
    if leader.style.color_field in ("", *document.landscape.surface.fields):  # else its own colours stay
        rest |= {name: getattr(leader.style, name) for name in TINT}
    return style.model_copy(update={**rest, "relief": style.relief.model_copy(update=relief)})


def followers(leader: Document, others: Iterable[Document]) -> list[tuple[Document, Style]]:
    """Who of the others must change to share with the leader, and how they look then."""
    wanted = ((one, joined(one, leader)) for one in others if one is not leader)
    return [(one, style) for one, style in wanted if style != one.style]


class Ranges:
    """The lowest and highest values of documents, each looked for once for all that it shows."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[object, Span | None, Span | None]] = {}
        self._tints: dict[int, tuple[object, Span | None]] = {}

    def seen(self, style: Style, document: Document, others: Sequence[Document]) -> Style:
        """The document's look, the range of its surface and of its path's colours those of all beside it that show the same
        field; of another field's colours, those of all that are coloured by it."""
        style = self._tinted(style, document, others)
        group = [document, *(one for one in others if one is not document and _same(one, document))]
        if len(group) < 2:
            return style
        own = style.relief
        found = [self._spans(one, own) for one in group]
        low, high = joint([surface for surface, _ in found]) or (own.low, own.high)
        relief = own.model_copy(
            update={"low": low if own.low is None else own.low, "high": high if own.high is None else own.high}
        )
        return style.model_copy(update={"relief": relief, "path_span": joint([path for _, path in found])})

    def _tinted(self, style: Style, document: Document, others: Sequence[Document]) -> Style:
        """With one range of the field that the colours show, where several show it."""
        field = painted(document.landscape, style)
        group = [
            document,
            *(one for one in others if one is not document and field == painted(one.landscape, one.style)),
        ]
        group = [one for one in group if field in one.landscape.surface.fields]
        span = joint([self._tint(one, field) for one in group])
        if len(group) < 2 or span is None:
            return style
        ends = {"color_low": style.color_low, "color_high": style.color_high}
        shared = {name: own if own is not None else end for (name, own), end in zip(ends.items(), span, strict=True)}
        return style.model_copy(update=shared)

    def _tint(self, document: Document, field: str) -> Span | None:
        """The range of a field that colours show."""
        of = (id(document.landscape), document.revision, field)
        kept = self._tints.get(document.key)
        if kept is None or kept[0] != of:
            found = _span(Relief(scale="linear"), document.landscape.surface.values(field))
            self._tints[document.key] = kept = of, found
        return kept[1]

    def _spans(self, document: Document, relief: Relief) -> tuple[Span | None, Span | None]:
        """Of the surface, and of all its paths."""
        surface = document.landscape.surface
        of = (id(document.landscape), document.revision, document.field, relief.scale, relief.trim)
        kept = self._kept.get(document.key)
        if kept is None or kept[0] != of:
            values = surface.values(document.field)[surface.evaluated != Mark.NOT_YET]
            losses = [path["train_loss"] for path in document.landscape.trajectories.values()]
            whole = relief.model_copy(update={"low": None, "high": None})
            paths = _span(whole.model_copy(update={"trim": 0.0}), np.concatenate([*losses, np.zeros(0)]))
            self._kept[document.key] = kept = of, _span(whole, values), paths
        return kept[1:]

    def forget(self, document: Document) -> None:
        """The document is closed."""
        self._kept.pop(document.key, None)
        self._tints.pop(document.key, None)


def _same(one: Document, other: Document) -> bool:
    return alike(one, other) and one.field == other.field and one.style.relief.scale == other.style.relief.scale


def _span(relief: Relief, losses: np.ndarray) -> Span | None:
    """The range of what can be drawn of losses; None where that is nothing."""
    if not np.isfinite(relief.transform(losses)).any():
        return None
    found = relief.resolved(losses)
    return float(found.low), float(found.high)  # type: ignore[arg-type]


def joint(spans: Sequence[Span | None]) -> Span | None:
    """The range that holds all of these."""
    known = [span for span in spans if span is not None]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else None
