"""Still: pictures without a display, the same each time, of every view; the font that draws our numbers."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from matplotlib.ft2font import FT2Font
from PIL import Image
from vtkmodules.vtkCommonCore import vtkObjectBase

from lossvista.app.scene.still import render
from lossvista.app.scene.text import extent, font, words
from lossvista.compute.errors import LossvistaError
from lossvista.compute.landscape import Landscape
from lossvista.compute.style import Style

SIZE = (160, 120)


def test_a_picture_is_the_same_each_time_and_is_what_is_written(small_landscape: Landscape, tmp_path: Path) -> None:
    first = render(small_landscape, Style(), SIZE, tmp_path / "α still.png")
    assert first.shape == (120, 160, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, render(small_landscape, Style(), SIZE))
    np.testing.assert_array_equal(first, np.asarray(Image.open(tmp_path / "α still.png")))


def test_each_view_and_theme_gives_another_picture(small_landscape: Landscape) -> None:
    styles = [Style(view=view) for view in ("surface", "contours", "wireframe", "lines", "map", "curves")]
    styles += [Style(theme="dark", colormap="magma").relieved(clip=1.0)]
    pictures = [render(small_landscape, style, SIZE).tobytes() for style in styles]
    assert len(set(pictures)) == len(pictures)


def test_a_picture_of_anything_can_be_made(any_landscape: Landscape) -> None:
    picture = render(any_landscape, Style(), SIZE)
    assert picture.shape == (120, 160, 3)
    assert (picture != picture[0, 0]).any()


def test_a_size_or_a_suffix_that_cannot_be_is_a_sentence(small_landscape: Landscape, tmp_path: Path) -> None:
    with pytest.raises(LossvistaError, match="0 × 120"):
        render(small_landscape, Style(), (0, 120))
    with pytest.raises(LossvistaError, match="suffix"):
        render(small_landscape, Style(), SIZE, tmp_path / "still.xyz")


def test_nothing_of_vtk_survives_a_picture(small_landscape: Landscape) -> None:
    def alive() -> int:
        gc.collect()
        return sum(issubclass(type(thing), vtkObjectBase) for thing in gc.get_objects())

    render(small_landscape, Style(), SIZE)
    before = alive()
    for _ in range(2):
        render(small_landscape, Style(), SIZE)
    assert alive() <= before


def test_the_shipped_font_raises_exponents_and_knows_greek() -> None:
    assert {ord(sign) for sign in "αβθδη⁻⁰¹²³⁴⁵⁶⁷⁸⁹−·×∞≤…"} <= set(FT2Font(font()).get_charmap())

    def width(text: str) -> float:
        made = words(40)
        made.SetInput(text)
        return extent(made, 72)[0]

    assert width("10⁻²") < width("10−2")  # raised figures are smaller


def test_a_still_without_a_background(small_landscape):
    """What is drawn is as it was; the rest is nothing at all, and edges are neither."""
    whole = render(small_landscape, Style(), (240, 180))
    clear = render(small_landscape, Style(), (240, 180), transparent=True)
    assert clear.shape == (180, 240, 4) and clear[0, 0].tolist() == [0, 0, 0, 0]
    solid = clear[..., 3] == 255
    assert 0.1 < solid.mean() < 0.9 and ((clear[..., 3] > 0) & ~solid).any()
    assert np.abs(clear[solid][:, :3].astype(int) - whole[solid]).mean() < 2
