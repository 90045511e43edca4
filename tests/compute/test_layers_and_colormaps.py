"""Layers as fields of a style, and colour maps looked at with all eyes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossvista.compute.choices import Choices
from lossvista.compute.colormaps import EYES, catalogue, lab, measure
from lossvista.compute.colors import OURS, SUGGESTED, colormap
from lossvista.compute.errors import LossvistaError
from lossvista.compute.layers import LAYERS
from lossvista.compute.relief import Relief
from lossvista.compute.style import GROUPS, Style


def test_each_layer_is_a_switch_and_an_ink_of_the_style() -> None:
    for layer in LAYERS:
        assert Style.model_fields[layer.switch].default is True
        assert isinstance(getattr(Style(), layer.ink), Choices)
        assert all(name in Style.model_fields for name in layer.fields)
    assert {layer.ink for layer in LAYERS} | {"relief"} == set(GROUPS)


def test_values_of_groups_are_changed_by_their_joined_name() -> None:
    style = Style().restyled(path_ink_width=2.0, path_ink_color="#AA0011", relief_clip=3.0, levels=7, path=False)
    assert (style.path_ink.width, style.path_ink.color, style.relief.clip) == (2.0, "#aa0011", 3.0)
    assert (style.levels, style.path) == (7, False)
    assert [style.part(name) for name in ("path_ink_width", "relief_clip", "levels", "path")] == [2.0, 3.0, 7, False]
    assert Style.model_validate_json(style.model_dump_json(exclude_defaults=True)) == style


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"path_ink_color": "red"}, "#31688e"),
        ({"path_ink_opacity": 1.5}, "between 0 and 1"),
        ({"axes_ink_width": 2.0}, "no setting called 'width'"),
        ({"relief_trim": 30}, "between 0 and 25"),
        ({"shine": 1}, "no setting called 'shine'"),
    ],
)
def test_a_mistake_is_a_sentence(change: dict, says: str) -> None:
    with pytest.raises(LossvistaError, match=says):
        Style().restyled(**change)


@given(st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=200), st.floats(0.5, 25))
def test_a_trimmed_range_lies_within_the_whole_one_and_is_of_values(values: list[float], trim: float) -> None:
    losses = np.array(values)
    whole, part = Relief().resolved(losses), Relief(trim=trim).resolved(losses)
    assert whole.low <= part.low <= part.high <= whole.high
    assert part.low in values and part.high in values
    share = (losses < part.low).mean()
    assert share <= trim / 100 + 1 / len(losses)
    assert Relief(trim=trim, low=0.5, high=0.7).resolved(losses).low == 0.5


def test_what_is_suggested_is_even_and_safe_and_no_rainbow_is() -> None:
    for name in (*SUGGESTED, *OURS):
        assert measure(name, "sequential").good, name
    for name in ("jet", "gnuplot:rainbow", "hsv", "turbo"):
        assert not measure(name, "other").safe, name


def test_the_catalogue_holds_each_map_once_and_all_can_be_drawn() -> None:
    found = catalogue()
    names = [name for name, _ in found]
    assert len(set(names)) == len(names) > 300
    assert [name for name, _ in found[: len(SUGGESTED)]] == list(SUGGESTED)
    assert len({str(colormap(name).name) for name in names[: len(SUGGESTED) + 40]}) == len(SUGGESTED) + 40
    assert {kind for _, kind in found} == {"sequential", "diverging", "cyclic", "other"}


def test_lightness_is_that_of_cie() -> None:
    seen = lab(np.array([[0, 0, 0], [1, 1, 1], [1, 0, 0], [0.5, 0.5, 0.5]], float))
    np.testing.assert_allclose(seen[:, 0], [0, 100, 53.24, 53.39], atol=0.05)
    np.testing.assert_allclose(seen[2, 1:], [80.09, 67.2], atol=0.3)
    for eye in EYES:  # greys look grey to everybody
        np.testing.assert_allclose(lab(np.full((1, 3), 0.6), eye), lab(np.full((1, 3), 0.6)), atol=0.3)
