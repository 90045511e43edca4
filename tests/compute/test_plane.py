"""Plane: points by the absolute formula and projection by the Gram matrix (invariants 4, 19)."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from lossvista.compute.errors import LossvistaError
from lossvista.compute.plane import Plane
from lossvista.compute.weights import dot

shares = st.floats(-50, 50, allow_nan=False)
seeds = st.integers(0, 2**20)


def drawn(seed: int, scales=(1.0, 1.0), shear: float = 0.0) -> Plane:
    g = torch.Generator().manual_seed(seed)

    def weights() -> dict[str, torch.Tensor]:
        return {"a": torch.randn(4, 3, generator=g).double(), "b": torch.randn(5, generator=g).double()}

    origin, x, y = weights(), weights(), weights()
    first = {k: v * scales[0] for k, v in x.items()}
    second = {k: (v + shear * x[k]) * scales[1] for k, v in y.items()}
    return Plane(origin, [first, second])


@given(seeds, shares, shares, st.sampled_from([1e-4, 1.0, 1e4]), st.floats(-3, 3))
def test_projecting_a_point_of_the_plane_gives_its_coordinates(seed, a, b, scale, shear) -> None:
    plane = drawn(seed, (scale, 1.0), shear)
    assume(abs(plane.cosine) < 0.99)
    coordinates, distance = plane.project(plane.at(a, b))
    assert np.allclose(coordinates, (a, b), rtol=1e-5, atol=1e-5)
    assert distance <= 1e-6 * (1 + plane.norms.max() * (abs(a) + abs(b)))


def test_non_unit_axes_are_not_a_dot_product() -> None:
    """The peers' defect: with axes of length 2, c = ⟨offset, axis⟩ gives (2, −1) in place of (0.5, −0.25)."""
    origin = {"w": torch.zeros(2)}
    plane = Plane(origin, [{"w": torch.tensor([2.0, 0.0])}, {"w": torch.tensor([0.0, 2.0])}])
    coordinates, distance = plane.project({"w": torch.tensor([1.0, -0.5])})
    assert coordinates.tolist() == [0.5, -0.25] and distance == 0


@given(seeds, st.floats(-3, 3))
def test_the_residual_is_orthogonal_and_pythagoras_holds(seed, shear) -> None:
    plane = drawn(seed, (3.0, 0.2), shear)
    assume(abs(plane.cosine) < 0.99)
    point = drawn(seed + 1).origin
    coordinates, distance = plane.project(point)
    foot = plane.at(*coordinates)
    residual = {k: point[k] - foot[k] for k in point}
    assert all(abs(dot(residual, axis)) < 1e-8 * (1 + dot(axis, axis)) for axis in plane.axes)
    offset = {k: point[k] - plane.origin[k] for k in point}
    inside = {k: foot[k] - plane.origin[k] for k in point}
    assert dot(offset, offset) == pytest.approx(dot(inside, inside) + distance**2, rel=1e-9)


def test_parallel_or_zero_axes_cannot_be_projected_onto() -> None:
    axis = {"w": torch.tensor([1.0, 2.0])}
    for other in ({"w": torch.tensor([2.0, 4.0])}, {"w": torch.zeros(2)}):
        with pytest.raises(LossvistaError, match="parallel or zero"):
            Plane(axis, [axis, other]).project(axis)


def test_a_line_projects_too() -> None:
    line = Plane({"w": torch.zeros(3)}, [{"w": torch.tensor([0.0, 2.0, 0.0])}])
    coordinates, distance = line.project({"w": torch.tensor([3.0, 1.0, 4.0])})
    assert coordinates.tolist() == [0.5] and distance == pytest.approx(5) and line.cosine == 0
