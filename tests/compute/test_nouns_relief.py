"""Relief, levels and colours: how values become heights and colours, without touching them (invariants 35, 37)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.colors import SUGGESTED, colormap, pale, rgb
from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.levels import contour_levels, number, tick_losses
from lossvista.compute.relief import Relief, place, to_scene
from lossvista.compute.style import Style

SCALES = st.sampled_from(["log", "linear", "symlog"])
LOSSES = arrays(float, 12, elements=st.floats())


@given(scale=SCALES, value=st.floats(1e-6, 1e6))
def test_inverse_undoes_transform(scale, value: float) -> None:
    relief = Relief(scale=scale)
    assert np.isclose(relief.inverse(relief.transform(value)), value, rtol=1e-9)
    if scale != "log":
        assert np.isclose(relief.inverse(relief.transform(-value)), -value, rtol=1e-9)


@given(scale=SCALES, losses=LOSSES)
def test_what_cannot_be_drawn_is_a_hole_and_counted_and_the_rest_is_not(scale, losses: np.ndarray) -> None:
    relief, before = Relief(scale=scale), losses.tobytes()
    holes = np.isnan(relief.transform(losses))
    expected = ~np.isfinite(losses) | ((losses <= 0) if scale == "log" else np.zeros(12, bool))
    assert np.array_equal(holes, expected)
    assert sum(relief.holes(losses).values()) == holes.sum()
    assert all(relief.holes(losses).values())
    assert losses.tobytes() == before


@given(scale=SCALES, losses=LOSSES, height=st.floats(0, 10))
def test_heights_rise_with_the_loss_and_stay_in_the_box(scale, losses: np.ndarray, height: float) -> None:
    relief = Relief(scale=scale, height=height).resolved(losses)
    heights = relief.heights(losses)
    shown = relief.transform(losses)
    drawn = np.isfinite(shown)
    assert np.array_equal(np.isfinite(heights), drawn)
    order = np.argsort(shown[drawn])
    assert (np.diff(heights[drawn][order]) >= 0).all()
    assert (heights[drawn] >= -1e-9).all()
    assert (heights[drawn] <= 1.15 * height + 1e-9).all()


@given(value=st.floats(1e-3, 1e3), scale=SCALES)
def test_a_constant_surface_is_flat_and_nothing_divides_by_zero(value: float, scale) -> None:
    losses = np.full(9, value)
    relief = Relief(scale=scale).resolved(losses)
    assert (relief.heights(losses) == 0).all()
    assert not len(contour_levels(relief, 10))
    assert len(tick_losses(relief)[0]) == 1


def test_nothing_finite_gives_a_range_all_the_same() -> None:
    relief = Relief().resolved(np.full(4, np.nan))
    assert (relief.low, relief.high) == (0.0, 1.0)
    assert np.isnan(relief.heights(np.full(4, np.nan))).all()


def test_the_range_is_exactly_that_of_the_drawable_values_unless_it_is_given() -> None:
    losses = np.array([np.nan, -1.0, 0.3, 7.0, np.inf])
    relief = Relief().resolved(losses)
    assert (relief.low, relief.high) == (0.3, 7.0)
    assert (Relief(low=0.1).resolved(losses).low, Relief(low=0.1).resolved(losses).high) == (0.1, 7.0)
    fixed = Relief(low=1.0, high=2.0)
    assert fixed.resolved(losses) is fixed


@given(scale=SCALES, low=st.floats(1e-3, 10), factor=st.floats(1.01, 1e4), count=st.integers(2, 60), data=st.data())
def test_levels_lie_inside_the_range_evenly_and_below_the_threshold(scale, low, factor, count, data) -> None:
    relief = Relief(scale=scale, low=low, high=low * factor)
    levels = contour_levels(relief, count)
    shown = relief.transform(levels)
    assert len(levels) == count
    assert (np.diff(levels) > 0).all()
    assert low < levels[0] < levels[-1] < low * factor
    assert np.allclose(np.diff(shown), (relief.span[1] - relief.span[0]) / count)
    clip = data.draw(st.floats(low, low * factor))
    below = contour_levels(relief.replace(clip=clip), count)
    assert np.array_equal(below, levels[levels < clip])


@given(scale=SCALES, low=st.floats(1e-6, 1e6), factor=st.floats(1.0, 1e6), count=st.integers(3, 8))
def test_ticks_lie_inside_the_range_and_are_few(scale, low: float, factor: float, count: int) -> None:
    assume(factor == 1.0 or factor > 1.001)
    relief = Relief(scale=scale, low=low, high=low * factor)
    losses, texts = tick_losses(relief, count)
    assert len(losses) == len(texts)
    assert 1 <= len(losses) <= 2 * count
    assert (losses >= low * (1 - 1e-6)).all()
    assert (losses <= low * factor * (1 + 1e-6)).all()


def test_ticks_are_the_numbers_people_expect() -> None:
    assert tick_losses(Relief(low=0.004, high=20.0))[1] == ["10⁻²", "10⁻¹", "10⁰", "10¹"]
    assert tick_losses(Relief(low=0.45, high=21.0))[1] == ["0.5", "1", "2", "5", "10", "20"]
    assert tick_losses(Relief(low=0.0, high=10.0, scale="linear"))[1] == ["0", "2", "4", "6", "8", "10"]


def test_a_huge_linear_range_is_ticked_without_huge_memory() -> None:
    for high in (3e9, 1e300, 1.7e308):
        assert len(tick_losses(Relief(low=-1.0, high=high, scale="linear"))[0]) <= 12


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 4, "0"),
        (-1.5, 4, "−1.5"),
        (12345.0, 4, "12345"),
        (113.4, 2, "113"),
        (0.073412, 2, "0.073"),
        (10.0, 4, "10"),
        (99.999, 2, "100"),
        (2.5e-7, 4, "2.5·10⁻⁷"),
        (1e-7, 4, "1·10⁻⁷"),
        (-1.25e9, 4, "−1.25·10⁹"),
        (1e300, 4, "1·10³⁰⁰"),
        (np.nan, 4, "NaN"),
        (np.inf, 4, "∞"),
        (-np.inf, 4, "−∞"),
    ],
)
def test_numbers_for_people(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


@given(value=st.floats(1e-300, 1e300), digits=st.integers(2, 6))
def test_a_number_for_people_is_that_number(value: float, digits: int) -> None:
    text = number(value, digits)
    mantissa, _, exponent = text.partition("·10")
    raised = int(exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    assert np.isclose(float(f"{mantissa}e{raised}"), value, rtol=10.0 ** (1 - max(digits - 1, 2)))


@given(width=st.floats(0.01, 100), depth=st.floats(0.01, 100))
def test_the_plane_is_placed_in_its_proportions_with_the_longer_side_two(width: float, depth: float) -> None:
    x, y = place(Grid(ticks(0, width, 3), ticks(-depth, 0, 4)))
    assert np.isclose(max(x[-1] - x[0], y[-1] - y[0]), 2)
    assert np.isclose(min(x[-1] - x[0], y[-1] - y[0]) / 2, max(min(width / depth, depth / width), 0.6))
    assert np.allclose([x[0] + x[-1], y[0] + y[-1]], 0)


def test_a_side_of_one_point_is_placed_without_dividing_by_zero() -> None:
    x, y = place(Grid(ticks(-1, 1, 3), np.zeros(1)))
    assert np.isfinite(x).all()
    assert np.isfinite(y).all()
    assert np.isfinite(to_scene(np.array([0.0]), np.zeros(1), 1.0)).all()


@given(
    share=arrays(float, (3, 2), elements=st.floats(allow_subnormal=False)),
    name=st.sampled_from([*SUGGESTED, "lossvista:ember"]),
)
def test_any_share_has_a_color_and_what_is_not_finite_is_grey(share: np.ndarray, name: str) -> None:
    colors = rgb(name, share)
    assert colors.shape == (3, 2, 3)
    assert colors.dtype == np.uint8
    assert (colors[~np.isfinite(share)] == 128).all()


def test_reversed_colors_run_the_other_way() -> None:
    share = np.array([0.0, 0.25, 1.0])
    assert np.abs(rgb("viridis", share, True).astype(int) - rgb("viridis", 1 - share)).max() <= 3


def test_pale_colors_move_toward_the_background() -> None:
    full, light = colormap("viridis").lut(8)[:, :3] * 255, pale("viridis", count=8)
    assert light.shape == (8, 4)
    assert (light[:, :3] >= np.floor(full)).all()
    assert (pale("viridis", amount=1.0, count=4)[:, :3] == 255).all()


def test_an_unknown_color_map_is_a_sentence() -> None:
    with pytest.raises(LossvistaError, match=r"no colour map called 'no such map'\. For example: viridis"):
        colormap("no such map")


def test_every_suggested_color_map_exists_and_styles_reject_nonsense() -> None:
    for name in SUGGESTED:
        assert rgb(name, np.array([0.5])).shape == (1, 3)
    style = Style().relieved(clip=5.0, scale="linear")
    assert (style.relief.clip, style.relief.scale, Style().relief.clip) == (5.0, "linear", None)
    assert Style.model_validate_json(style.model_dump_json()) == style
    with pytest.raises(LossvistaError, match="Levels"):
        Style.of(levels=0)
    with pytest.raises(LossvistaError, match="Height"):
        Style().relieved(height=float("nan"))
