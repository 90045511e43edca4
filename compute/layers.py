"""Layers: what a picture consists of, each with a switch and the ink that it is drawn with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from .choices import Choices, choice


def _color(text: str) -> str:
    """A colour as it is written in a style: "" or #rrggbb."""
    if text and not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("must be a colour like #31688e, or empty")
    return text.lower()


MOST_MARKS = 101  # of uncertain points, each way of a plane: more would run together
Color = Annotated[str, AfterValidator(_color)]


class Shade(Choices):
    """Of what has its colours from the loss."""

    opacity: float = choice(1.0, "Opacity", "1 hides what is behind, 0 is not there.", low=0.0, high=1.0)


class Stroke(Shade):
    """Of lines and marks."""

    color: Color = choice("", "Colour", "One colour for all of it; empty = the usual one.")
    width: float = choice(1.0, "Width", "Times the usual one.", low=0.2, high=5.0)


class Letters(Choices):
    """Of words and numbers."""

    color: Color = choice("", "Colour", "Of words, numbers and ticks; empty = the background's own.")
    size: float = choice(1.0, "Size", "Times the usual one.", low=0.5, high=3.0)


@dataclass(frozen=True)
class Layer:
    """switch: the field of Style that shows it. ink: the field with its ink, "" where there is none. fields: of Style, what
    else belongs to it. solid, flat, curve: whether it is part of 3-D views, of the map, of curves."""

    switch: str
    ink: str
    fields: tuple[str, ...] = ()
    solid: bool = True
    flat: bool = True
    curve: bool = False


# From what lies deepest to what stands in front.
LAYERS = (
    Layer("surface", "surface_ink"),
    Layer("isolines", "isolines_ink", ("levels",)),
    Layer("certainty", "certainty_ink", curve=True),
    Layer("floor", "floor_ink", flat=False),
    Layer("path", "path_ink", ("path_color", "path_colormap", "path_shape", "path_ends", "path_drops"), curve=True),
    Layer("stems", "stems_ink", flat=False),
    Layer("critical", "critical_ink", ("critical_least", "critical_rim", "critical_names"), curve=True),
    Layer("centre", "centre_ink", curve=True),
    Layer("axes", "axes_ink", curve=True),
    Layer("colorbar", "colorbar_ink"),
    Layer("title", "title_ink", curve=True),
)
