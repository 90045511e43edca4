"""Several landscapes in one figure: mean and band of draws, twin axes, identical levels, colours and limits (invariant 37)."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import FillBetweenPolyCollection, LineCollection
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures import draw_comparison, draw_montage, draw_overlay, save_comparison
from lossvista.compute.figures.montage import columns_for
from lossvista.compute.figures.overlay import band, grouped
from lossvista.compute.figures.pins import COLOR as PIN
from lossvista.compute.figures.shared import shared_relief
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.pins import Pin
from lossvista.compute.relief import Relief
from lossvista.compute.style import Style
from lossvista.compute.surface import FieldInfo, Mark, Surface


def canvas(width: float = 9, height: float = 5) -> Figure:
    figure = Figure(figsize=(width, height), dpi=100)
    FigureCanvasAgg(figure)
    return figure


def texts(figure: Figure) -> str:
    figure.canvas.draw()
    return "\n".join(artist.get_text() for artist in figure.findobj(Text) if artist.get_visible())


def draws(line: Landscape, count: int) -> list[Landscape]:
    """The same recipe along other directions: other losses."""
    line.provenance, line.recipe = {"weights_hash": "w"}, {"model": "cnn", "seed": 0, "repeat": 0}
    made = []
    for k in range(count):
        one = deepcopy(line)
        one.recipe["repeat"] = k
        one.surface.fields["train_loss"] = one.surface.fields["train_loss"] * (1 + k)
        made.append(one)
    return made


# --- overlay ---


def test_draws_of_one_recipe_get_their_mean_and_band(line_landscape: Landscape) -> None:
    several = draws(line_landscape, 4)
    figure = canvas()
    axes = draw_overlay(figure, several, Style())
    logs = np.log([one.surface.fields["train_loss"][0] for one in several])
    thickest = max(axes.lines, key=lambda line: line.get_linewidth())
    assert np.allclose(thickest.get_ydata(), np.exp(logs.mean(axis=0)))
    (filled,) = (c for c in axes.collections if isinstance(c, FillBetweenPolyCollection))
    edge = filled.get_paths()[0].vertices
    assert np.isclose(edge[:, 1].max(), np.exp(logs.mean(0) + logs.std(0, ddof=1)).max())
    assert sum(len(line.get_xdata()) == 21 for line in axes.lines) == 5  # four draws and their mean
    assert len(figure.axes) == 1
    assert "A line through a bowl: mean of 4 draws" in texts(figure)
    assert "± standard deviation of the log loss" in texts(figure)


def test_two_groups_have_a_colour_and_a_mean_each_and_are_named_once(line_landscape: Landscape) -> None:
    first, second = draws(line_landscape, 3), draws(deepcopy(line_landscape), 3)
    for one in second:
        one.title, one.provenance = "another network", {"weights_hash": "x"}
        one.trust["samples"] = 7
    figure = canvas()
    axes = draw_overlay(figure, [*first, *second], Style())
    means = [line for line in axes.lines if line.get_linewidth() > 2.5]
    assert len(means) == 2 == len({line.get_color() for line in means})
    shown = texts(figure)
    assert shown.count("± standard deviation of the log loss") == 1
    assert "samples: not known (A line through a bowl), 7 (another network)" in " ".join(shown.split())


def test_a_linear_scale_has_the_plain_mean(line_landscape: Landscape) -> None:
    several = draws(line_landscape, 3)
    figure = canvas()
    axes = draw_overlay(figure, several, Style(relief=Relief(scale="linear")))
    losses = np.array([one.surface.fields["train_loss"][0] for one in several])
    thickest = max(axes.lines, key=lambda line: line.get_linewidth())
    assert np.allclose(thickest.get_ydata(), losses.mean(axis=0))
    assert "± standard deviation\n" in texts(figure) + "\n"


@given(arrays(float, (4, 6), elements=st.floats(1e-3, 1e3)))
def test_the_band_holds_the_mean_and_closes_where_all_agree(curves: np.ndarray) -> None:
    for relief in (None, Relief(), Relief(scale="symlog")):
        low, mean, high = band(list(curves), relief)
        assert (low <= mean * (1 + 1e-9) + 1e-9).all() and (mean <= high * (1 + 1e-9) + 1e-9).all()
        same = band([curves[0]] * 4, relief)
        assert np.allclose(same, curves[0])


def test_the_band_is_unknown_where_one_curve_is() -> None:
    curves = [np.array([1.0, 2.0]), np.array([3.0, np.nan]), np.array([2.0, 2.0])]
    assert np.isnan(band(curves, None)[1]).tolist() == [False, True]


def test_two_networks_show_loss_and_accuracy_of_both_splits_on_twin_axes(line_landscape: Landscape) -> None:
    several = [line_landscape, deepcopy(line_landscape)]
    for one, name in zip(several, ("batch size 16", "batch size 512"), strict=True):
        one.title = name
        surface = one.surface
        for of in ("loss", "accuracy"):
            surface.fields[f"test_{of}"] = surface.fields[f"train_{of}"] * 0.9
            surface.info[f"test_{of}"] = FieldInfo("test", "nats", f"test {of}")
        surface.fields["weight_decay_penalty"] = np.ones(surface.grid.shape)
    figure = canvas()
    axes = draw_overlay(figure, several, Style())
    (twin,) = (other for other in figure.axes if other is not axes)
    curves = [[line for line in side.lines if len(line.get_xdata()) == 21] for side in (axes, twin)]
    assert [len(side) for side in curves] == [4, 4]
    assert len({line.get_color() for line in curves[0]}) == 2 == len({line.get_linestyle() for line in curves[0]})
    shown = texts(figure)
    for text in ("batch size 16", "batch size 512", "training loss", "test loss", "test accuracy", "loss (nats)"):
        assert text in shown
    assert "penalty" not in shown


def test_a_chosen_field_is_shown_alone(line_landscape: Landscape) -> None:
    several = [line_landscape, deepcopy(line_landscape)]
    for name, label in (("train_accuracy", "training accuracy"), ("train_loss", "training loss (nats)")):
        figure = canvas()
        axes = draw_overlay(figure, several, Style(relief=Relief(field=name)))
        assert len(figure.axes) == 1
        assert axes.get_ylabel() == label
        assert np.array_equal(axes.lines[0].get_ydata(), several[0].surface.fields[name][0])


def test_unlike_recipes_are_no_draws_of_one(line_landscape: Landscape) -> None:
    several = draws(line_landscape, 3)
    assert [len(group) for group in grouped(several)] == [3]
    several[1].recipe["samples"] = 100
    several[2].provenance["weights_hash"] = "x"
    assert [len(group) for group in grouped(several)] == [1, 1, 1]
    for one in several:
        one.provenance = {}
    assert [len(group) for group in grouped(several)] == [1, 1, 1]  # nobody knows


def test_what_is_missing_or_cannot_be_drawn_is_a_gap(line_landscape: Landscape) -> None:
    other = deepcopy(line_landscape)
    other.surface.fields["train_loss"][0, 3] = np.nan
    other.surface.evaluated[0, 5] = Mark.NOT_YET
    other.surface.evaluated[0, 7] = Mark.FAILED
    figure = canvas()
    axes = draw_overlay(figure, [line_landscape, other], Style())
    curves = [line for line in axes.lines if len(line.get_xdata()) == 21]
    assert np.flatnonzero(np.isnan(curves[1].get_ydata())).tolist() == [3, 5]
    shown = texts(figure)
    assert "gaps where NaN: 1 point" in shown
    assert "A line through a bowl (2): failed (1 point)" in shown
    assert "Not a fair comparison: points: all computed" in shown.replace("\n", " ")


# --- montage ---


def bands(panel) -> QuadContourSet:
    return next(c for c in panel.collections if isinstance(c, QuadContourSet) and c.filled and not c.hatches[0])


def lines(panel) -> QuadContourSet:
    return next(c for c in panel.collections if isinstance(c, QuadContourSet) and not c.filled)


def test_panels_share_levels_colours_and_limits(small_landscape: Landscape) -> None:
    steep = deepcopy(small_landscape)
    steep.surface.fields["train_loss"] *= 7
    figure = canvas()
    panels = draw_montage(figure, [small_landscape, steep], Style(path=False))
    figure.canvas.draw()
    values = [one.surface.fields["train_loss"] for one in (small_landscape, steep)]
    relief = shared_relief([small_landscape, steep], Style())
    assert (relief.low, relief.high) == (np.min(values), np.max(values))
    colors = [bands(panel).get_facecolor() for panel in panels]
    assert np.array_equal(*colors)
    assert np.allclose(bands(panels[0]).levels[1:-1], bands(panels[1]).levels[1:-1])
    shared = set(np.round(lines(panels[0]).levels, 9)) | set(np.round(lines(panels[1]).levels, 9))
    assert len(shared) <= Style().levels
    assert panels[0].get_xlim() == panels[1].get_xlim() and panels[0].get_ylim() == panels[1].get_ylim()
    sizes = [panel.get_window_extent().size for panel in panels]
    assert np.allclose(*sizes, atol=1)


def test_one_scale_for_another_reach_and_the_sentence_for_it(small_landscape: Landscape) -> None:
    wide = deepcopy(small_landscape)
    wide.surface.grid = Grid(ticks(-2, 2, 11), ticks(-2, 2, 11))
    figure = canvas()
    panels = draw_montage(figure, [small_landscape, wide], Style())
    assert [panel.get_xlim() for panel in panels] == [(-2, 2), (-2, 2)]
    assert "Not a fair comparison: reach: ±1 (a), ±2 (b)." in texts(figure)


def test_coordinates_of_another_kind_keep_their_own_limits(small_landscape: Landscape) -> None:
    pca = deepcopy(small_landscape)
    pca.surface.grid = Grid(ticks(-20, 5, 11), ticks(-3, 3, 11))
    for axis in pca.axes:
        axis.method, axis.normalization = "pca", "none"
    figure = canvas()
    panels = draw_montage(figure, [small_landscape, pca], Style())
    assert [panel.get_xlim() for panel in panels] == [(-1, 1), (-20, 5)]
    assert "kind of directions: random (a), pca (b)" in texts(figure)


def test_path_colours_are_of_one_range(small_landscape: Landscape) -> None:
    other = deepcopy(small_landscape)
    other.trajectories["run"].columns["train_loss"] *= 100
    figure = canvas()
    panels = draw_montage(figure, [small_landscape, other], Style())
    first, second = (
        next(c for c in panel.collections if isinstance(c, LineCollection) and len(c.get_segments()) > 10)
        for panel in panels
    )
    assert not np.allclose(first.get_colors()[0], second.get_colors()[0])  # each starts at its own highest loss
    assert "path's true loss" in texts(figure)


def test_a_threshold_is_one_for_all_and_named_once(small_landscape: Landscape) -> None:
    figure = canvas()
    draw_montage(figure, [small_landscape, deepcopy(small_landscape)], Style(relief=Relief(clip=2.0)))
    assert texts(figure).count("loss > 2 (cut away)") == 1


def test_every_kind_of_plane_can_stand_beside_another(small_landscape: Landscape, any_landscape: Landscape) -> None:
    pair = [small_landscape, any_landscape]
    if any_landscape.surface.grid.line:
        with pytest.raises(LossvistaError, match="has one axis, A bowl with a path has two"):
            draw_comparison(canvas(), pair, Style())
        return
    figure = canvas()
    assert len(draw_comparison(figure, pair, Style(levels=6))) == 2
    figure.canvas.draw()


@given(st.integers(1, 40), st.floats(3, 30), st.floats(3, 30))
def test_panels_fill_the_figure_as_well_as_they_can(count: int, width: float, height: float) -> None:
    columns = columns_for(count, width, height)
    assert 1 <= columns <= count

    def side(n: int) -> float:
        return min((width - 0.95) / n, height / -(-count // n))

    assert side(columns) >= max(side(n) for n in range(1, count + 1)) - 1e-5


# --- both ---


def test_what_cannot_be_compared_gets_a_sentence(small_landscape: Landscape, empty_landscape: Landscape) -> None:
    for several, sentence in (
        ([small_landscape], "at least two"),
        ([small_landscape] * 65, "65 planes are too many"),
        ([small_landscape, empty_landscape], "no evaluated point yet"),
    ):
        with pytest.raises(LossvistaError, match=sentence):
            draw_comparison(canvas(), several, Style())
    other = deepcopy(small_landscape)
    with pytest.raises(LossvistaError, match="no field called 'nothing'"):
        draw_comparison(canvas(), [small_landscape, other], Style(relief=Relief(field="nothing")))
    other.surface = Surface(other.surface.grid, {"curvature": np.ones((11, 11))}, np.ones((11, 11), np.uint8))
    with pytest.raises(LossvistaError, match="no field in common"):
        draw_comparison(canvas(), [small_landscape, other], Style())


def test_stored_values_stay_as_they_are(small_landscape: Landscape, holed_landscape: Landscape) -> None:
    before = deepcopy((small_landscape.surface.fields, holed_landscape.surface.fields))
    draw_comparison(canvas(), [small_landscape, holed_landscape], Style(relief=Relief(clip=1.0)))
    for old, one in zip(before, (small_landscape, holed_landscape), strict=True):
        assert all(np.array_equal(old[name], one.surface.fields[name], equal_nan=True) for name in old)


def test_files(line_landscape: Landscape, tmp_path: Path) -> None:
    several = draws(line_landscape, 3)
    save_comparison(several, Style(), tmp_path / "a.png", (300, 200))
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (300, 200)
    save_comparison(several, Style(), tmp_path / "a.svg")
    words = " ".join(ElementTree.parse(tmp_path / "a.svg").getroot().itertext())
    assert "mean of 3 draws" in words  # text stays text
    save_comparison(several, Style(theme="dark"), tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(LossvistaError, match=r"cannot be saved as 'a\.bmp'"):
        save_comparison(several, Style(), tmp_path / "a.bmp")


def test_pins_stand_on_each_curve_of_an_overlay(line_landscape: Landscape) -> None:
    other = deepcopy(line_landscape)
    other.surface.fields["train_loss"][...] = 2 * line_landscape.surface.values("train_loss")
    at = float(line_landscape.surface.grid.alpha[2])
    style = Style(pins=(Pin(alpha=at, text="here"), Pin(alpha=99.0, text="beside")))
    axes = draw_overlay(canvas(), [line_landscape, other], style)
    beads = [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o" and line.get_color() == PIN]
    low = float(line_landscape.surface.values("train_loss")[0, 2])
    assert beads == pytest.approx([low, 2 * low])
    named = [text for text in axes.texts if "here" in text.get_text()]
    assert [text.xy for text in named] == [pytest.approx((at, 2 * low))]
    assert not any("beside" in text.get_text() for text in axes.texts)
