"""Surface: masks instead of sentinels, values as they came, probe and preview that change nothing (invariants 8, 32, 35)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.surface import Mark, Patch, Surface
from lossvista.compute.trajectory import Trajectory

SHARE = st.floats(0, 1)


def grid(nx: int = 5, ny: int = 4) -> Grid:
    return Grid(ticks(-1, 2, nx), ticks(-3, 5, ny))


@given(losses=arrays(float, 20, elements=st.floats()), order=st.permutations(range(20)), cut=st.integers(0, 20))
def test_any_value_is_kept_bit_for_bit_and_the_mask_alone_says_what_is_there(losses, order, cut) -> None:
    surface = Surface(grid())
    index = np.array(order[:cut], int)
    surface.add(Patch(index, {"train_loss": losses[index]}, samples=7))
    known = surface.evaluated.ravel() == Mark.EVALUATED
    assert np.array_equal(np.flatnonzero(known), np.sort(index))
    assert surface.fields["train_loss"].ravel()[known].tobytes() == losses[known].tobytes()
    assert np.array_equal(surface.samples.ravel(), np.where(known, 7, 0))
    assert surface.complete == (cut == 20)
    assert set(surface.missing) == set(order[cut:])


def test_missing_points_come_coarse_to_fine() -> None:
    surface = Surface(grid())
    order = surface.grid.coarse_to_fine()
    surface.add(Patch(order[:3], {"train_loss": np.zeros(3)}))
    assert np.array_equal(surface.missing, order[3:])


def test_a_field_that_comes_later_is_nan_where_it_is_not_known() -> None:
    surface = Surface(grid())
    surface.add(Patch(np.array([0, 1]), {"train_loss": np.array([1.0, 2.0])}))
    surface.add(Patch(np.array([1, 2]), {"test_loss": np.array([3.0, 4.0])}, mark=Mark.ESTIMATED))
    assert np.isnan(surface.fields["test_loss"].flat[0])
    assert surface.fields["test_loss"].flat[1] == 3.0
    assert surface.evaluated.flat[:4].tolist() == [Mark.EVALUATED, Mark.ESTIMATED, Mark.ESTIMATED, Mark.NOT_YET]


@given(i=st.integers(0, 4), j=st.integers(0, 3), losses=arrays(float, (4, 5), elements=st.floats(-1e9, 1e9)))
def test_a_probe_at_a_node_reads_the_stored_value(i: int, j: int, losses: np.ndarray) -> None:
    surface = Surface(grid(), {"train_loss": losses})
    value, at_node = surface.probe(surface.grid.alpha[i], surface.grid.beta[j], "train_loss")
    assert value == losses[j, i]
    assert at_node


@given(
    i=st.integers(0, 3), j=st.integers(0, 2), u=SHARE, v=SHARE, losses=arrays(float, (4, 5), elements=st.floats(-9, 9))
)
def test_a_probe_between_nodes_is_bilinear_and_says_so(i: int, j: int, u: float, v: float, losses: np.ndarray) -> None:
    surface = Surface(grid(), {"train_loss": losses})
    a, b = surface.grid.alpha, surface.grid.beta
    at = (a[i] + u * (a[i + 1] - a[i]), b[j] + v * (b[j + 1] - b[j]))
    value, at_node = surface.probe(*at, "train_loss")
    four = losses[j : j + 2, i : i + 2]
    assert np.isclose(value, [1 - v, v] @ four @ [1 - u, u], atol=1e-9)
    assert at_node == (at[0] in a and at[1] in b)


def test_a_probe_next_to_a_nan_is_nan_but_on_the_far_edge_is_not() -> None:
    losses = np.ones((4, 5))
    losses[0, 0] = np.nan
    surface = Surface(grid(), {"train_loss": losses})
    a, b = surface.grid.alpha, surface.grid.beta
    assert np.isnan(surface.probe((a[0] + a[1]) / 2, (b[0] + b[1]) / 2, "train_loss")[0])
    assert surface.probe(a[1], (b[0] + b[1]) / 2, "train_loss")[0] == 1.0


def test_a_probe_outside_is_clamped_to_the_edge() -> None:
    surface = Surface(grid(), {"train_loss": np.arange(20.0).reshape(4, 5)})
    assert surface.probe(99.0, -99.0, "train_loss") == (4.0, True)


def test_a_line_is_probed_along_its_axis() -> None:
    line = Grid(ticks(-1, 1, 3), np.zeros(1), line=True)
    surface = Surface(line, {"train_loss": np.array([[1.0, 3.0, 5.0]])})
    assert surface.probe(0.5, 0.7, "train_loss") == (4.0, False)
    assert surface.probe(0.0, 0.0, "train_loss") == (3.0, True)


@given(count=st.integers(0, 63), nx=st.integers(1, 9), ny=st.integers(1, 7))
def test_a_preview_keeps_what_is_known_and_stores_nothing(count: int, nx: int, ny: int) -> None:
    plane = grid(nx, ny)
    losses = (2 + plane.alpha[None, :] + 10 * plane.beta[:, None]).ravel()
    order = plane.coarse_to_fine()[:count]
    surface = Surface(plane, {"train_loss": np.full(plane.shape, np.nan)})
    surface.add(Patch(order, {"train_loss": losses[order]}))
    before = surface.fields["train_loss"].tobytes()
    shown = surface.preview("train_loss")
    assert surface.fields["train_loss"].tobytes() == before
    assert np.array_equal(shown.ravel()[order], losses[order])
    if count >= min(4, plane.size) and min(nx, ny) > 1:  # the corners are there: a plane is interpolated exactly
        assert np.allclose(shown.ravel(), losses)


def test_the_main_field_is_the_train_loss_or_the_first() -> None:
    surface = Surface(grid())
    with pytest.raises(LossvistaError, match="holds no evaluated field yet"):
        _ = surface.main
    surface.fields = {"curvature": np.zeros((4, 5))}
    assert surface.main == "curvature"
    surface.fields["train_loss"] = np.zeros((4, 5))
    assert surface.main == "train_loss"
    with pytest.raises(LossvistaError, match=r"no field called 'loss'\. It has: curvature, train_loss"):
        surface.values("loss")


def test_a_landscape_enters_patches_where_they_belong() -> None:
    landscape = Landscape(Surface(grid()), trajectories={"run": Trajectory({"alpha": np.full(3, np.nan)})})
    landscape.add(Patch(np.array([2]), {"alpha": np.array([5.0]), "train_loss": np.array([0.5])}, where="run"))
    landscape.add(Patch(np.array([7]), {"train_loss": np.array([0.25])}))
    assert landscape.trajectories["run"]["alpha"].tolist()[2] == 5.0
    assert np.isnan(landscape.trajectories["run"]["train_loss"][:2]).all()
    assert np.isnan(landscape.trajectories["run"]["distance"]).all()
    assert landscape.surface.evaluated.flat[7] == Mark.EVALUATED
    assert len(landscape.trajectories["run"]) == 3
    assert len(Trajectory()) == 0


def test_labels_carry_the_explained_share() -> None:
    surface = Surface(grid())
    assert Landscape(surface).labels == ("α", "β")
    assert Landscape(surface, axes=[Axis("PCA direction 1", explained=0.935)]).labels == (
        "PCA direction 1  (93.5% of variance)",
        "β",
    )
