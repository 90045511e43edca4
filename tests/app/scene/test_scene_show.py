"""Scene: applies only what differs, keeps the camera, survives degenerate landscapes, and leaves nothing behind."""

from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np
import pytest
import pyvista
from vtkmodules.vtkCommonCore import vtkObjectBase
from vtkmodules.vtkRenderingOpenGL2 import vtkGenericOpenGLRenderWindow, vtkOpenGLRenderer

from lossvista.app.scene.camera import Projection
from lossvista.app.scene.scene import Scene
from lossvista.app.scene.words import below
from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Landscape
from lossvista.compute.style import Camera, Style
from lossvista.compute.surface import Mark, Patch, Surface
from lossvista.compute.trajectory import CURVE

Draw = Callable[[], np.ndarray]


def rebuilt(scene: Scene, landscape: Landscape, style: Style) -> set[str]:
    """What showing this rebuilds."""
    scene.rebuilt.clear()
    scene.show(landscape, style)
    return set(scene.rebuilt)


def test_a_style_change_rebuilds_only_what_it_touches(scene: Scene, small_landscape: Landscape) -> None:
    style = Style()
    assert {"sheet", "surface.geometry", "contours.geometry", "path.geometry"} <= rebuilt(scene, small_landscape, style)
    assert rebuilt(scene, small_landscape, style) == set()
    assert rebuilt(scene, small_landscape, style.replace(colormap="magma")) == {
        "surface.colors",
        "contours.colors",
        "floor.colors",
    }
    scene.show(small_landscape, style)
    assert rebuilt(scene, small_landscape, style.replace(stems=False)) == {"path.visible"}
    scene.show(small_landscape, style)
    assert rebuilt(scene, small_landscape, style.replace(levels=7)) == {
        "contours.geometry",
        "floor.lines",
        "floor.colors",
    }
    assert {"sheet", "surface.geometry"} <= rebuilt(scene, small_landscape, style.relieved(scale="linear"))


def test_the_threshold_moves_a_plane_and_leaves_the_mesh_alone(scene: Scene, small_landscape: Landscape) -> None:
    style = Style()
    scene.show(small_landscape, style.relieved(clip=3.0))
    moved = rebuilt(scene, small_landscape, style.relieved(clip=2.0))
    assert moved == {"threshold", "contours.rim", "words.ends", "words.text"}


def test_a_draft_swaps_the_triangles_only(scene: Scene, small_landscape: Landscape) -> None:
    scene.show(small_landscape, Style())
    scene.rebuilt.clear()
    scene.draft = True
    assert set(scene.rebuilt) == {"surface.draft"}
    scene.rebuilt.clear()
    scene.draft = False
    assert set(scene.rebuilt) == {"surface.draft"}
    scene.draft = False
    assert set(scene.rebuilt) == {"surface.draft"}


def test_nothing_above_the_threshold_is_drawn(scene: Scene, draw: Draw, small_landscape: Landscape) -> None:
    bare = Style(view="surface", floor=False, path=False, axes=False, colorbar=False, title=False)
    scene.show(small_landscape, bare)
    scene.look("front")
    sheet = scene._sheet
    assert sheet is not None
    cut = sheet.cut(1.0)
    assert cut is not None
    # Seen from the front, whatever is drawn above this row lies above the threshold for sure: the rear rim is lower.
    rear = np.array([[x, y, cut + 0.03] for x in (-1.0, 1.0) for y in (-1.0, 1.0)])
    row = 200 - int(Projection(scene._renderer).pixels(rear)[:, 1].max()) - 1
    assert (draw()[:row] < 250).any()
    scene.show(small_landscape, bare.relieved(clip=1.0))
    picture = draw()
    assert (picture[:row] > 250).all()
    assert (picture[row:] < 250).any()


def test_the_floor_map_is_cut_along_the_same_line(scene: Scene, draw: Draw, small_landscape: Landscape) -> None:
    bare = Style(view="lines", path=False, axes=False, colorbar=False, title=False, levels=2)
    scene.show(small_landscape, bare.relieved(clip=1.0))
    scene.look("top")
    picture = draw()
    sheet = scene._sheet
    assert sheet is not None
    seen = Projection(scene._renderer)
    for j in range(1, 10):
        for i in range(1, 10):
            x, y = seen.pixels(np.array([[sheet.x[i], sheet.y[j], -0.5]]))[0]
            loss = small_landscape.surface.fields["train_loss"][j, i]
            painted = (picture[199 - int(y), int(x)] < 250).any()
            if not 0.8 < loss < 1.25:  # nearer to the line, a pixel may lie on either side
                assert painted == (loss < 1.0)


def test_the_camera_stays_when_the_look_changes(scene: Scene, draw: Draw, small_landscape: Landscape) -> None:
    scene.show(small_landscape, Style())
    camera = Camera(position=(3.0, -4.0, 2.0), focus=(0.1, 0.0, 0.2))
    scene.look(camera)
    draw()
    assert scene.camera == camera
    for style in (Style(view="lines"), Style().relieved(scale="linear", height=2.0), Style(theme="dark")):
        scene.show(small_landscape, style)
        draw()
        assert scene.camera == camera
    other = camera.replace(position=(4.0, 0.0, 2.0))
    scene.show(small_landscape, Style(camera=other))
    assert scene.camera == other


@pytest.mark.parametrize("preset", ["iso", "front", "right", "top"])
def test_presets_bring_everything_into_the_picture(scene: Scene, small_landscape: Landscape, preset: str) -> None:
    scene.show(small_landscape, Style())
    scene.look(preset)  # type: ignore[arg-type]
    sheet = scene._sheet
    assert sheet is not None
    corners = np.array([[x, y, -0.5] for x in (-1, 1) for y in (-1, 1)])
    pixels = Projection(scene._renderer).pixels(np.concatenate([sheet.points, corners]))
    assert (pixels >= 0).all()
    assert (pixels <= [300, 200]).all()
    filled = np.ptp(pixels, axis=0) / [300, 200]
    assert filled.max() > 0.5


def test_a_fitted_scene_stays_fitted_when_the_window_grows(
    scene: Scene, draw: Draw, small_landscape: Landscape
) -> None:
    scene.show(small_landscape, Style())
    draw()
    before = scene.camera
    scene._plotter.window_size = [200, 300]
    draw()
    fitted = scene.camera
    assert fitted != before
    pixels = Projection(scene._renderer).pixels(scene._sheet.points)  # type: ignore[union-attr]
    assert (pixels >= 0).all()
    assert (pixels <= [200, 300]).all()
    turned = fitted.replace(position=(3.0, 3.0, 3.0))
    scene.look(turned)
    scene._plotter.window_size = [300, 200]
    draw()
    assert scene.camera == turned


def test_views_leave_the_stored_values_alone(scene: Scene, draw: Draw, any_landscape: Landscape) -> None:
    before = {name: values.copy() for name, values in any_landscape.surface.fields.items()}
    marks = any_landscape.surface.evaluated.copy()
    for view in ("surface", "contours", "wireframe", "lines", "map"):
        scene.show(any_landscape, Style(view=view, theme="dark", colormap="magma").relieved(clip=2.0, height=2.0))
    draw()
    for name, values in before.items():
        np.testing.assert_array_equal(any_landscape.surface.fields[name], values)
    np.testing.assert_array_equal(any_landscape.surface.evaluated, marks)


def grid_of(nx: int, ny: int, value: float) -> Landscape:
    surface = Surface(Grid(ticks(-1, 1, nx), ticks(-1, 1, ny)))
    surface.add(Patch(np.arange(nx * ny), {"train_loss": np.full(nx * ny, value)}, samples=1))
    return Landscape(surface)


@pytest.mark.parametrize(
    ("case", "says"),
    [
        (grid_of(1, 1, 0.7), "single point"),
        (grid_of(7, 1, 0.7), "one axis"),
        (grid_of(1, 7, 0.7), "one axis"),
        (grid_of(5, 5, np.nan), "25 × NaN"),
        (grid_of(5, 5, -1.0), "≤ 0"),
        (grid_of(2, 2, np.inf), "+inf"),
        (Landscape(Surface(Grid(ticks(-1, 1, 5), ticks(-1, 1, 5)))), "No point"),
    ],
    ids=["point", "row", "column", "nan", "negative", "inf", "empty"],
)
def test_where_there_is_nothing_to_draw_a_sentence_says_why(
    scene: Scene, draw: Draw, case: Landscape, says: str
) -> None:
    scene.show(case, Style())
    assert says in scene.message
    assert scene.pick(150, 100) is None
    assert (draw()[60:140] < 128).any()  # the sentence itself
    scene.show(case, Style().relieved(clip=1.0))
    assert scene.message


def test_a_constant_surface_is_flat_and_says_so(scene: Scene, draw: Draw, constant_landscape: Landscape) -> None:
    scene.show(constant_landscape, Style())
    assert scene.message == ""
    assert scene._sheet is not None
    assert np.ptp(scene._sheet.points[:, 2]) == 0
    assert "2.5" in scene._sheet.note
    draw()


def test_a_threshold_below_everything_is_said(scene: Scene, small_landscape: Landscape) -> None:
    for clip in (1e-6, 0.0, -3.0):
        scene.show(small_landscape, Style().relieved(clip=clip))
        assert "below the threshold" in scene.message
    scene.show(small_landscape, Style())
    assert scene.message == ""


def test_an_empty_scene_comes_and_goes(scene: Scene, draw: Draw, small_landscape: Landscape) -> None:
    scene.show(None, Style(theme="dark"))
    assert (draw() == [0x10, 0x14, 0x1B]).all()
    scene.show(small_landscape, Style(theme="dark"))
    assert (draw() != [0x10, 0x14, 0x1B]).any()
    scene.show(None, Style())
    assert (draw() == 255).all()


def test_patches_make_the_surface_grow(scene: Scene, draw: Draw, partly_landscape: Landscape) -> None:
    scene.show(partly_landscape, Style(path=False))
    surface = partly_landscape.surface
    before = scene._sheet
    assert before is not None
    draw()
    rest = np.flatnonzero(surface.evaluated.ravel() == Mark.NOT_YET)
    surface.add(Patch(rest, {"train_loss": np.full(len(rest), 1.0)}, samples=60))
    scene.refresh()
    assert scene._sheet is not None
    assert len(scene._sheet.solid) > len(before.solid)
    assert len(scene._sheet.ghost) == 0


def test_an_unknown_field_or_colour_map_is_a_sentence(scene: Scene, small_landscape: Landscape) -> None:
    with pytest.raises(LossvistaError, match="hessian"):
        scene.show(small_landscape, Style().relieved(field="hessian"))
    with pytest.raises(LossvistaError, match="jetlag"):
        scene.show(small_landscape, Style(colormap="jetlag"))
    scene.show(small_landscape, Style())
    assert scene.message == ""


def test_paths_with_gaps_and_single_points_are_drawn(scene: Scene, draw: Draw, small_landscape: Landscape) -> None:
    columns = small_landscape.trajectories["run"].columns
    columns["train_loss"][3], columns["alpha"][5], columns["slice_loss"][1] = np.nan, np.nan, 0.0
    scene.show(small_landscape, Style())
    draw()
    for name in columns:
        columns[name] = columns[name][:1]
    scene.refresh()
    draw()
    for name in columns:
        columns[name] = np.full(4, np.nan)
    scene.refresh()
    draw()
    assert scene.message == ""


def test_a_window_that_has_no_size_yet_can_be_filled(small_landscape: Landscape) -> None:
    class Hidden:
        """What the scene uses of a plotter, round a renderer whose window was never shown."""

        def __init__(self) -> None:
            self.renderer, self.window = vtkOpenGLRenderer(), vtkGenericOpenGLRenderWindow()
            self.window.SetSize(0, 0)
            self.window.AddRenderer(self.renderer)

        def render(self) -> None:
            pass

    scene = Scene(Hidden())
    scene.show(small_landscape, Style())
    assert np.isfinite(scene.camera.position).all()
    scene.close()


def test_nothing_of_vtk_survives_a_closed_scene(small_landscape: Landscape) -> None:
    def once() -> None:
        plotter = pyvista.Plotter(off_screen=True, window_size=[120, 90], lighting="none")
        scene = Scene(plotter)
        scene.show(small_landscape, Style())
        plotter.screenshot(return_img=True)
        scene.show(small_landscape, Style(view="wireframe").relieved(clip=2.0))
        scene.close()
        assert plotter.renderer.GetViewProps().GetNumberOfItems() == 0
        plotter.close()

    def alive() -> int:
        gc.collect()
        return sum(issubclass(type(thing), vtkObjectBase) for thing in gc.get_objects())

    once()
    before = alive()
    for _ in range(3):
        once()
    assert alive() <= before


def test_drops_of_the_learning_rate_are_red_balls_with_the_rates(
    scene: Scene, small_landscape: Landscape, draw: Draw
) -> None:
    part, words = scene._parts[3], scene._words
    scene.show(small_landscape, Style())
    assert part._drops.GetNumberOfPoints() == 0
    run = small_landscape.trajectories["run"]
    run.columns["learning_rate"] = np.array([0.1] * 4 + [0.01] * 5)
    scene.refresh()
    points = pyvista.wrap(part._drops).points
    assert np.allclose(points.mean(axis=0), scene._sheet.route(run)[0][3], atol=1e-3)
    assert part.drops.GetVisibility() and np.allclose(part.drops.GetProperty().GetColor(), (0.89, 0, 0.17), atol=0.01)
    draw()
    assert [text.GetInput() for text in words.rates if text.GetVisibility()] == [" rate 0.1 → 0.01 "]
    scene.show(small_landscape, Style(path=False))
    assert not part.drops.GetVisibility() and not any(text.GetVisibility() for text in words.rates)


def test_a_plane_from_the_initialization_says_so(scene: Scene, small_landscape: Landscape, draw: Draw) -> None:
    for axis in small_landscape.axes:
        axis.method = "init"
    scene.show(small_landscape, Style())
    draw()
    assert scene._words.note.GetVisibility()
    assert "a picture that misleads" in " ".join(scene._words.note.GetInput().split())


def test_the_view_says_which_values_were_not_simply_computed(
    scene: Scene, bounded_landscape: Landscape, draw: Draw
) -> None:
    surface = bounded_landscape.surface
    bounds = int((surface.evaluated == Mark.BOUND).sum())
    surface.evaluated[5, 5:7] = Mark.ESTIMATED
    scene.show(bounded_landscape, Style())
    draw()
    assert scene._words.note.GetVisibility()
    told = " ".join(scene._words.note.GetInput().split())
    assert told == f"Of 121 points, 2 are estimated from a part of the samples, {bounds} are known as lower bounds."


def test_a_rate_goes_below_the_end_and_its_name_where_they_meet(
    scene: Scene, small_landscape: Landscape, draw: Draw
) -> None:
    run = small_landscape.trajectories["run"]
    run.columns["learning_rate"] = np.array([0.1] * 8 + [0.01])  # lowered right before the end
    scene.show(small_landscape, Style())
    draw()
    words = scene._words
    rate, end = words.rates[0], words.ends[1]
    marker = Projection(scene._renderer).pixels(words._marks[1:])[0]
    assert rate.GetVisibility() and end.GetVisibility()
    assert rate.GetPosition()[1] < min(marker[1], end.GetPosition()[1])  # the rate's top, the end's foot


@pytest.mark.parametrize(("top", "place"), [(50.0, 50.0), (12.0, -13.0), (31.0, -13.0)])
def test_boxes_go_down_until_they_are_clear(top: float, place: float) -> None:
    taken = [(0.0, 0.0, 20.0, 10.0), (0.0, -10.0, 20.0, -2.0)]
    assert below(5.0, top, 10.0, 20.0, taken, 3.0) == (5.0, place - 20.0, 15.0, place)


def test_several_paths_are_named_at_their_ends(scene: Scene, small_landscape: Landscape, draw: Draw) -> None:
    run = small_landscape.trajectories.pop("run")
    columns = {name: values.copy() for name, values in run.columns.items()}
    columns["alpha"] = columns["alpha"] * 0.5
    small_landscape.trajectories |= {"sgd": run, "adam": type(run)(columns, dict(run.how))}
    scene.show(small_landscape, Style())
    draw()
    words = scene._words
    assert [text.GetInput() for text in words.ends if text.GetVisibility()] == [" sgd ", " adam "]
    routes = [scene._sheet.route(path)[0] for path in small_landscape.trajectories.values()]
    assert np.allclose(words._marks, [route[-1] for route in routes], atol=1e-6)


def test_the_strip_beside_the_bar_says_what_it_is_of(scene, draw, small_landscape) -> None:
    found = []
    for how in ({}, {CURVE: "bezier"}):
        for path in small_landscape.trajectories.values():
            path.how.clear()
            path.how.update(how)
        scene.show(small_landscape, Style(view="surface"))
        draw()
        found += [p.strip.GetInput() for p in scene._parts if hasattr(p, "strip")]
    assert found == ["path", "curve"]
