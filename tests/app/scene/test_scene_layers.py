"""Layers in 3-D: each switch and each ink shows, the plateau stays below the threshold, marks and colours say what they claim."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lossvista.app.scene.camera import Projection
from lossvista.app.scene.centre import cross
from lossvista.app.scene.certainty import SHAPES, outlines
from lossvista.app.scene.scene import Scene
from lossvista.app.scene.sheet import Sheet
from lossvista.compute.colors import ONE, SEVERAL
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.layers import LAYERS, MOST_MARKS
from lossvista.compute.progress import drain
from lossvista.compute.relief import Relief
from lossvista.compute.studies.critical import critical
from lossvista.compute.studies.topology import TopologyChoices
from lossvista.compute.style import Style
from lossvista.compute.surface import Mark, Patch, Surface
from lossvista.compute.trajectory import Trajectory

Draw = Callable[[], np.ndarray]
BARE = Style(view="surface", floor=False, path=False, axes=False, colorbar=False, title=False, centre=False)
OTHER = {"color": "#ff0080", "width": 3.0, "opacity": 0.3, "size": 2.0}


@pytest.fixture
def landscape(bounded_landscape: Landscape) -> Landscape:
    """With all that layers show: a path, drops of its learning rate, estimates, bounds, critical points."""
    bounded_landscape.surface.evaluated[5, 3:6] = Mark.ESTIMATED
    bounded_landscape.trajectories["run"].columns["learning_rate"] = np.array([0.1] * 4 + [0.01] * 5)
    drain(critical(bounded_landscape, TopologyChoices())).into(bounded_landscape)
    return bounded_landscape


@pytest.mark.parametrize("layer", [layer for layer in LAYERS if layer.solid], ids=lambda layer: layer.switch)
def test_each_switch_and_each_ink_shows(scene: Scene, draw: Draw, landscape: Landscape, layer) -> None:
    style = Style()
    scene.show(landscape, style)
    seen = draw()
    others = [style.replace(**{layer.switch: False})]
    ink = getattr(style, layer.ink)
    # A surface and its lines are as wide as they are; a wireframe's wires have a width.
    names = [n for n in type(ink).model_fields if not (layer.switch == "surface" and n == "width")]
    others += [style.restyled(**{f"{layer.ink}_{name}": OTHER[name]}) for name in names if name != "color"]
    others += [style.restyled(**{f"{layer.ink}_color": OTHER["color"]})] if "color" in names else []
    for other in others:
        if layer.switch == "path" and other.path_ink.color:
            other = other.replace(path_color="one")
        scene.show(landscape, other)
        assert (draw() != seen).any(), other
        scene.show(landscape, style)
        assert (draw() == seen).all(), "the look does not come back"


def test_wires_have_a_width(scene: Scene, draw: Draw, landscape: Landscape) -> None:
    scene.show(landscape, BARE.replace(view="wireframe"))
    thin = (draw() < 250).any(axis=2).sum()
    scene.show(landscape, BARE.replace(view="wireframe").restyled(surface_ink_width=3.0))
    assert (draw() < 250).any(axis=2).sum() > 1.3 * thin


@pytest.mark.parametrize("kind", ["cap", "hatch"])
def test_the_plateau_is_at_the_threshold_and_where_the_loss_is_higher(
    scene: Scene, draw: Draw, small_landscape: Landscape, kind: str
) -> None:
    style = BARE.relieved(clip=1.0, clip_style=kind)
    scene.show(small_landscape, style)
    scene.look("top")
    picture, sheet = draw(), scene._sheet
    seen = Projection(scene._renderer)
    cut = sheet.cut(1.0)
    losses = small_landscape.surface.fields["train_loss"]
    above = [(j, i) for j in range(1, 10) for i in range(1, 10) if losses[j, i] > 1.4]
    assert above
    for j, i in above:
        x, y = seen.pixels(np.array([[sheet.x[i], sheet.y[j], cut]]))[0]
        assert (picture[199 - int(y), int(x)] < 252).any(), (j, i)
    scene.show(small_landscape, style.relieved(clip_style="remove"))
    bare = draw()
    for j, i in above:
        x, y = seen.pixels(np.array([[sheet.x[i], sheet.y[j], cut]]))[0]
        assert (bare[199 - int(y), int(x)] == 255).all(), (j, i)
    scene.show(small_landscape, style)
    scene.look("front")
    rear = np.array([[x, y, cut + 0.03] for x in (-1.0, 1.0) for y in (-1.0, 1.0)])
    row = 200 - int(Projection(scene._renderer).pixels(rear)[:, 1].max()) - 1
    assert (draw()[:row] > 250).all()


def test_a_threshold_above_everything_has_no_plateau(scene: Scene, draw: Draw, small_landscape: Landscape) -> None:
    scene.show(small_landscape, BARE)
    before = draw()
    scene.show(small_landscape, BARE.relieved(clip=1e6, clip_style="cap"))
    assert (draw() == before).all()


def test_each_point_that_was_not_computed_has_its_shape_on_the_surface(landscape: Landscape) -> None:
    sheet = Sheet(landscape, Relief())
    shapes = dict(zip(SHAPES, outlines(sheet), strict=True))
    for mark, made in shapes.items():
        assert len(made) == (landscape.surface.evaluated == mark).sum()
        assert made.shape[1:] == (len(SHAPES[mark]), 3)
    j, i = np.nonzero(landscape.surface.evaluated == Mark.ESTIMATED)
    centres = shapes[Mark.ESTIMATED][:, :-1].mean(axis=1)
    np.testing.assert_allclose(centres, np.stack([sheet.x[i], sheet.y[j], sheet.heights[j, i]], axis=1), atol=1e-6)


def test_marks_of_a_fine_grid_do_not_run_together() -> None:
    grid = Grid(ticks(-1, 1, 301), ticks(-1, 1, 301))
    surface = Surface(grid)
    surface.add(Patch(np.arange(grid.size), {"train_loss": np.ones(grid.size)}, mark=Mark.ESTIMATED))
    (made, *_) = outlines(Sheet(Landscape(surface), Relief()))
    assert len(made) == MOST_MARKS**2


def test_the_centre_is_marked_on_the_surface_where_the_plane_holds_it(
    small_landscape: Landscape, scene: Scene, draw: Draw
) -> None:
    sheet = Sheet(small_landscape, Relief())
    points = cross(sheet)
    assert (np.abs(points[:, :2]).min(axis=0) < 1e-9).all()
    np.testing.assert_allclose(points[:, 2], sheet.at(points[:, 0], points[:, 1]))
    away = Landscape(Surface(Grid(ticks(1, 2, 5), ticks(-1, 1, 5))))
    away.surface.add(Patch(np.arange(25), {"train_loss": np.arange(25.0) + 1}))
    assert len(cross(Sheet(away, Relief()))) == 0
    scene.show(away, Style())
    draw()


def test_bilinear_heights_are_those_of_the_nodes_and_nothing_beside_them(partly_landscape: Landscape) -> None:
    sheet = Sheet(partly_landscape, Relief())
    x, y = np.broadcast_arrays(sheet.x[None, :], sheet.y[:, None])
    at = sheet.at(x, y)
    assert np.isnan(at[~sheet.known]).all()
    known = np.isfinite(at)
    np.testing.assert_allclose(at[known], sheet.heights[known])
    assert np.isnan(sheet.at(np.array([1.01, -1.5]), np.zeros(2))).all()


def two_paths(landscape: Landscape) -> Landscape:
    """Its path twice, as a and mirrored as b."""
    run = landscape.trajectories["run"]
    landscape.trajectories = {"a": Trajectory(run.columns), "b": Trajectory({**run.columns, "beta": -run["beta"]})}
    return landscape


def colors_of(part) -> set[str]:
    """The colours in which a path's tube is drawn."""
    table, scalars = part.tube.GetMapper().GetLookupTable(), part._tube.GetPointData().GetScalars()
    found, color = set(), [0.0, 0.0, 0.0]
    for k in range(scalars.GetNumberOfTuples()):
        table.GetColor(scalars.GetTuple1(k), color)
        found.add("#" + "".join(f"{round(255 * share):02x}" for share in color))
    return found


@pytest.mark.parametrize("shape", ["tube", "line"])
def test_paths_are_coloured_by_name_optimizer_or_alike(scene: Scene, small_landscape: Landscape, shape: str) -> None:
    part = next(part for part in scene._parts if part.name == "path")
    landscape, style = two_paths(small_landscape), Style(path_shape=shape)
    scene.show(landscape, style)
    assert len(colors_of(part)) > 2
    scene.show(landscape, style.replace(path_color="name"))
    assert colors_of(part) == set(SEVERAL[:2])
    scene.show(landscape, style.replace(path_color="one"))
    assert colors_of(part) == {ONE}
    scene.show(landscape, style.replace(path_color="one").restyled(path_ink_color="#112233"))
    assert colors_of(part) == {"#112233"}
    for path in landscape.trajectories.values():
        path.how["optimizer"] = "adam"
    scene.show(landscape, style.replace(path_color="name"))
    assert colors_of(part) == set(SEVERAL[:2])  # one optimizer tells nothing: each path has its own
    landscape.trajectories["c"] = Trajectory(landscape.trajectories["a"].columns, {"optimizer": "sgd"})
    scene.refresh()
    assert colors_of(part) == set(SEVERAL[:2])  # a and b are one optimizer's, c another's


def test_a_translucent_surface_lets_the_floor_through(scene: Scene, draw: Draw, small_landscape: Landscape) -> None:
    scene.show(small_landscape, BARE.replace(floor=True))
    scene.look("top")
    solid = draw()
    scene.show(small_landscape, BARE.replace(floor=True).restyled(surface_ink_opacity=0.2))
    assert (draw().astype(int) - solid.astype(int)).max() > 20
