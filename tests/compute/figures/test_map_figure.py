"""The contour map: what is where, what is blank, what is said, and that nothing stored is touched (invariants 32, 35)."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures import draw, draw_map, save_figure
from lossvista.compute.figures.bars import band_colors, band_edges
from lossvista.compute.figures.path import common_range
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.levels import contour_levels
from lossvista.compute.pins import Pin
from lossvista.compute.relief import Relief
from lossvista.compute.style import Style
from lossvista.compute.surface import Patch, Surface
from lossvista.compute.trajectory import Trajectory

QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking a picture takes minutes
LINEAR = Style(relief=Relief(scale="linear"))


def canvas() -> Figure:
    figure = Figure(figsize=(8, 6), dpi=100)
    FigureCanvasAgg(figure)
    return figure


def pixels(figure: Figure) -> np.ndarray:
    """(h, w, 3) uint8, the first row on top."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]  # type: ignore[attr-defined]


def pixel(figure: Figure, image: np.ndarray, axes, alpha: float, beta: float) -> np.ndarray:
    """The colour drawn at (α, β): the median of a few pixels, so that no thin line decides."""
    x, y = axes.transData.transform((alpha, beta))
    row, column = round(image.shape[0] - y), round(x)
    return np.median(image[row - 2 : row + 3, column - 2 : column + 3].reshape(-1, 3), axis=0)


def texts(figure: Figure) -> str:
    """Everything written in the figure."""
    figure.canvas.draw()
    found = figure.findobj(Text)
    return "\n".join(artist.get_text() for artist in found if artist.get_visible())


def band_color(landscape: Landscape, style: Style, loss: float) -> np.ndarray:
    relief = style.relief.resolved(landscape.surface.values("train_loss"))
    edges = band_edges(relief, style.levels)
    k = int(np.clip(np.searchsorted(edges, float(relief.share(loss))) - 1, 0, len(edges) - 2))
    return band_colors(edges, style)[k] * 255


def test_every_point_of_a_tilted_plane_has_its_band(tilted_landscape: Landscape) -> None:
    figure = canvas()
    axes = draw_map(figure, tilted_landscape, LINEAR)
    image = pixels(figure)
    for alpha, beta in ((-0.7, 0.83), (1.7, 0.83), (1.7, -0.77), (-0.7, -0.77), (0.6, 0.2)):
        expected = band_color(tilted_landscape, LINEAR, 12 + alpha + 10 * beta)
        assert np.abs(pixel(figure, image, axes, alpha, beta) - expected).max() < 12, (alpha, beta)


def test_iso_lines_run_where_the_loss_has_their_level(tilted_landscape: Landscape) -> None:
    figure = canvas()
    axes = draw_map(figure, tilted_landscape, LINEAR)
    lines = next(c for c in axes.collections if isinstance(c, QuadContourSet) and not c.filled)
    expected = contour_levels(LINEAR.relief.resolved(tilted_landscape.surface.values("train_loss")), LINEAR.levels)
    for level, pieces in zip(expected, lines.allsegs, strict=True):
        for piece in pieces:
            assert np.allclose(12 + piece[:, 0] + 10 * piece[:, 1], level)


def test_above_the_threshold_no_band_is_drawn(small_landscape: Landscape) -> None:
    style = Style(relief=Relief(clip=1.0), path=False)
    figure = canvas()
    axes = draw_map(figure, small_landscape, style)
    bands = [c for c in axes.collections if isinstance(c, QuadContourSet) and c.filled and not c.hatches[0]]
    assert len(bands) == 1
    relief = style.relief.resolved(small_landscape.surface.values("train_loss"))
    assert np.isclose(bands[0].levels[-1], float(relief.share(1.0)))
    assert "loss > 1 (cut away)" in texts(figure)
    corner = pixel(figure, pixels(figure), axes, -0.95, -0.95)
    assert corner.min() > 190  # white with a faint hatch


@pytest.mark.parametrize("clip", [1e-6, 0.0, -3.0])
def test_a_threshold_below_everything_says_so(small_landscape: Landscape, clip: float) -> None:
    figure = canvas()
    draw_map(figure, small_landscape, Style(relief=Relief(clip=clip)))
    assert "All of it lies above the threshold" in texts(figure)


def test_holes_are_counted_by_cause(holed_landscape: Landscape) -> None:
    figure = canvas()
    draw_map(figure, holed_landscape, Style())
    assert "NaN: 4 points, +inf: 1 point, −inf: 1 point, ≤ 0 (no logarithm): 2 points" in texts(figure)


def test_a_partly_evaluated_map_says_how_much_is_there(partly_landscape: Landscape) -> None:
    figure = canvas()
    draw_map(figure, partly_landscape, Style())
    assert "40 of 121 points evaluated (dots); pale: interpolated" in texts(figure)


def test_values_not_simply_evaluated_are_marked(bounded_landscape: Landscape) -> None:
    figure = canvas()
    draw_map(figure, bounded_landscape, Style())
    assert "lower bound (17 points)" in texts(figure)


def test_there_is_a_message_in_place_of_an_empty_picture(
    nan_landscape: Landscape, constant_landscape: Landscape, empty_landscape: Landscape
) -> None:
    for landscape, sentence in (
        (nan_landscape, "No value can be drawn.\nNaN: 25 points"),
        (constant_landscape, "Constant: 2.5 at every point evaluated."),
        (empty_landscape, "No point has been evaluated yet."),
    ):
        figure = canvas()
        draw_map(figure, landscape, Style())
        assert sentence in texts(figure)


@pytest.mark.parametrize(("nx", "ny"), [(1, 5), (5, 1), (1, 1)])
def test_a_grid_without_an_area_gets_a_message(nx: int, ny: int) -> None:
    grid = Grid(ticks(-1, 1, nx), ticks(-1, 1, ny))
    surface = Surface(grid)
    surface.add(Patch(np.arange(grid.size), {"train_loss": np.ones(grid.size)}))
    figure = canvas()
    draw_map(figure, Landscape(surface), Style())
    assert f"this grid has {nx} × {ny}" in texts(figure)


def test_labels_title_and_units_are_written(small_landscape: Landscape) -> None:
    small_landscape.axes[0].label, small_landscape.axes[0].explained = "PCA direction 1", 0.935
    figure = canvas()
    draw_map(figure, small_landscape, Style())
    written = texts(figure)
    for text in (
        "A bowl with a path",
        "PCA direction 1  (93.5% of variance)",
        "training loss (nats)",
        "path's true loss",
        "start",
        "end",
    ):
        assert text in written
    draw_map(figure, small_landscape, Style(title=False, colorbar=False, path=False))
    written = texts(figure)
    for text in ("A bowl with a path", "training loss (nats)", "path's true loss", "start"):
        assert text not in written


def test_dark_is_dark_and_light_is_light(small_landscape: Landscape) -> None:
    for theme, bright in (("light", True), ("dark", False)):
        figure = canvas()
        draw_map(figure, small_landscape, Style.of(theme=theme))
        assert (pixels(figure)[2, 2].mean() > 128) == bright


def test_the_path_outside_the_plane_does_not_move_the_limits(small_landscape: Landscape) -> None:
    small_landscape.trajectories["run"].columns["alpha"][0] = -50.0
    figure = canvas()
    axes = draw_map(figure, small_landscape, Style())
    figure.canvas.draw()
    assert axes.get_xlim() == (-1, 1)
    assert axes.get_ylim() == (-1, 1)


def test_odd_paths_are_drawn_or_left_out(small_landscape: Landscape) -> None:
    nan = np.full(3, np.nan)
    for columns in (
        {},
        {"alpha": np.zeros(0), "beta": np.zeros(0)},
        {"alpha": np.zeros(1), "beta": np.zeros(1)},
        {"alpha": nan, "beta": nan, "train_loss": nan},
        {"alpha": np.array([0.1, np.nan, 0.3]), "beta": np.zeros(3), "train_loss": np.array([1.0, np.inf, -1.0])},
    ):
        small_landscape.trajectories["run"] = Trajectory(columns)
        figure = canvas()
        draw_map(figure, small_landscape, Style())
        figure.canvas.draw()
        assert ("start" in texts(figure)) == bool(np.isfinite(columns.get("alpha", nan)).any())


def test_names_of_ends_that_lie_together_are_one(small_landscape: Landscape) -> None:
    path = small_landscape.trajectories["run"]
    path.columns["alpha"], path.columns["beta"] = np.linspace(0.01, 0, 9), np.zeros(9)
    figure = canvas()
    draw_map(figure, small_landscape, Style())
    lines = texts(figure).splitlines()
    assert "start and end" in lines
    assert not {"start", "end"} & set(lines)


def test_an_unknown_field_is_named(small_landscape: Landscape) -> None:
    with pytest.raises(LossvistaError, match="no field called 'test_loss'"):
        draw_map(canvas(), small_landscape, Style(relief=Relief(field="test_loss")))


@settings(max_examples=15, phases=QUICK)
@given(
    losses=arrays(float, (4, 5), elements=st.floats()),
    scale=st.sampled_from(["log", "linear", "symlog"]),
    clip=st.none() | st.floats(-10, 10),
    ends=st.none() | st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)),
)
def test_any_losses_are_drawn_without_a_complaint_and_stay_as_they_are(losses, scale, clip, ends) -> None:
    grid = Grid(ticks(-1, 1, 5), ticks(-1, 1, 4))
    surface = Surface(grid)
    surface.add(Patch(np.arange(grid.size), {"train_loss": losses.ravel()}))
    figure = canvas()
    low, high = ends or (None, None)
    draw_map(figure, Landscape(surface), Style(relief=Relief(scale=scale, clip=clip, low=low, high=high)))
    figure.canvas.draw()
    assert np.array_equal(surface.fields["train_loss"], losses, equal_nan=True)


def test_every_kind_of_landscape_can_be_saved(any_landscape: Landscape, tmp_path) -> None:
    save_figure(any_landscape, Style(), tmp_path / "a.png", (400, 300))
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_pdf_is_one_and_keeps_its_fonts(tilted_landscape: Landscape, tmp_path) -> None:
    save_figure(tilted_landscape, Style(), tmp_path / "a.PDF")
    content = (tmp_path / "a.PDF").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/TrueType" in content or b"/CIDFontType2" in content


def test_text_stays_text_and_the_same_landscape_gives_the_same_bytes(small_landscape: Landscape, tmp_path) -> None:
    for name in ("a.svg", "b.svg"):
        save_figure(small_landscape, Style(), tmp_path / name)
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    written = {"".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"A bowl with a path", "α", "β", "start", "end"} <= written
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_png_has_the_size_that_was_asked_for(small_landscape: Landscape, tmp_path) -> None:
    from PIL import Image

    save_figure(small_landscape, Style(), tmp_path / "a.png", (640, 480))
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (640, 480)


def test_a_place_or_name_that_will_not_do_gets_a_sentence(small_landscape: Landscape, tmp_path) -> None:
    with pytest.raises(LossvistaError, match=r"must end in \.png, \.svg, \.pdf"):
        save_figure(small_landscape, Style(), tmp_path / "a.bmp")
    with pytest.raises(LossvistaError, match="There is no folder"):
        save_figure(small_landscape, Style(), tmp_path / "no" / "such" / "a.png")


def test_draw_replaces_what_was_there(small_landscape: Landscape) -> None:
    figure = canvas()
    draw(figure, small_landscape, Style())
    count = len(figure.findobj())
    draw(figure, small_landscape, Style())
    assert len(figure.axes) == 1
    assert len(figure.findobj()) == count


def test_several_paths_are_named_and_share_one_colour_scale(small_landscape: Landscape) -> None:
    """One bar holds for all: the same true loss has the same colour on every path."""
    first = small_landscape.trajectories.pop("run")
    lower = {**first.columns, "alpha": -first["alpha"], "train_loss": first["train_loss"] / 10}
    small_landscape.trajectories |= {"sgd": first, "adam": Trajectory(lower, {})}
    figure = Figure()
    axes = draw_map(figure, small_landscape, Style())
    assert [text.get_text() for text in axes.texts if text.get_text() in ("sgd", "adam", "end")] == ["sgd", "adam"]
    relief = Style().relief
    span = common_range(small_landscape.trajectories.values(), relief)
    assert span == (first["train_loss"].min() / 10, first["train_loss"].max())
    dots = [c for c in axes.collections if isinstance(c, PathCollection) and len(c.get_offsets()) == 1]
    starts = [dot.get_facecolor()[0] for dot in dots[-4:]]  # start and end of either path
    assert not np.allclose(starts[0], starts[2])  # of sgd and adam, whose losses differ by a factor of ten


def test_pins_are_named_at_their_place_on_map_and_curve(small_landscape, line_landscape) -> None:
    pins = (Pin(alpha=-0.4, beta=0.6, text="here"), Pin(alpha=0.13, beta=0.0, text="$x_1"), Pin(alpha=7.0, text="far"))
    for landscape in (small_landscape, line_landscape):
        figure = Figure(figsize=(8, 6), dpi=100)
        FigureCanvasAgg(figure)
        axes = draw(figure, landscape, Style(pins=pins, path=False))
        figure.canvas.draw()
        told = {text.get_text(): text.xy for text in axes.texts if isinstance(text, Annotation)}
        here, between = (next(t for t in told if t.startswith(name)) for name in ("here", "$x_1"))
        assert "≈" in between and not any(t.startswith("far") for t in told)
        value = landscape.surface.probe(0.13, 0.0, "train_loss")[0]
        assert told[between] == pytest.approx((0.13, value if landscape.surface.grid.line else 0.0))
        assert told[here][0] == -0.4
