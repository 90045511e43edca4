"""Prints: vector figures of a width in mm, and pictures without a background."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from PIL import Image

from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures import draw, save_figure
from lossvista.compute.figures.shrink import shrink
from lossvista.compute.style import Style

MAP = Style(view="map")


@pytest.mark.parametrize("width", [85.0, 175.0])
@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".eps"])
def test_a_print_has_its_width(small_landscape, tmp_path, width, suffix):
    path = tmp_path / f"a{suffix}"
    save_figure(small_landscape, MAP, path, (1200, 800), width=width)
    data = path.read_bytes()
    if suffix == ".pdf":
        points = [float(v) for v in re.search(rb"/MediaBox \[ ([\d. ]+) \]", data)[1].split()]
    elif suffix == ".svg":
        box = ElementTree.fromstring(data)
        points = [0, 0, *(float(box.get(side).removesuffix("pt")) for side in ("width", "height"))]
    else:
        points = [float(v) for v in re.search(rb"%%HiResBoundingBox: ([\d. ]+)", data)[1].split()]
    assert points[2] == pytest.approx(width / 25.4 * 72, abs=0.1)
    assert points[3] == pytest.approx(points[2] * 2 / 3, abs=0.1)


def test_text_stays_text(small_landscape, tmp_path):
    save_figure(small_landscape, MAP, tmp_path / "a.svg", width=85)
    words = " ".join(ElementTree.parse(tmp_path / "a.svg").getroot().itertext())
    assert "loss" in words


def test_all_that_is_in_points_shrinks(small_landscape):
    figures = [Figure(figsize=(6, 4)) for _ in range(2)]
    for figure in figures:
        draw(figure, small_landscape, MAP)
    shrink(figures[1], 0.5)
    assert figures[1].get_size_inches().tolist() == [3, 2]
    for kind, size in ((Text, Text.get_fontsize), (Line2D, Line2D.get_linewidth), (Line2D, Line2D.get_markersize)):
        whole, half = ([size(one) for one in figure.findobj(kind)] for figure in figures)
        np.testing.assert_allclose(half, np.array(whole) / 2)


@pytest.mark.parametrize("width", [0.0, -3.0, 1e6])
def test_a_width_that_cannot_be_is_a_sentence(small_landscape, tmp_path, width):
    with pytest.raises(LossvistaError, match="mm wide cannot be made"):
        save_figure(small_landscape, MAP, tmp_path / "a.pdf", width=width)
    assert not list(tmp_path.iterdir())


def test_a_flat_picture_without_a_background(small_landscape, tmp_path):
    save_figure(small_landscape, MAP, tmp_path / "a.png", (300, 200), transparent=True)
    pixels = np.asarray(Image.open(tmp_path / "a.png"))
    assert pixels.shape == (200, 300, 4) and pixels[0, 0, 3] == 0 and (pixels[..., 3] == 255).mean() > 0.3
