"""Critical points in the scene: a mark of its own shape for each kind, on the surface, found under the pointer, ringed, and cut away."""

from __future__ import annotations

import numpy as np
import pytest

from lossvista.app.scene.camera import Projection
from lossvista.compute.critical import COLORS, color_of, shown
from lossvista.compute.solids import solid
from lossvista.compute.studies.topology import KINDS, POINTS
from lossvista.compute.style import Style


def test_marks_stand_on_the_surface_and_follow_the_look(scene, draw, critical_landscape) -> None:
    bare = Style(view="surface", critical=False)
    scene.show(critical_landscape, bare)
    before = draw()
    scene.show(critical_landscape, bare.replace(critical=True))
    part = scene.critical
    assert (draw() != before).any()
    kinds = [str(part.points.kind[k]) for k in part.drawn if not part.points.rim[k]]
    assert sorted(kinds) == ["minimum", "minimum", "saddle"]
    table = critical_landscape.tables[POINTS]
    at = scene._sheet.at(*part._feet[:, :2].T)
    np.testing.assert_allclose(part._feet[:, 2], at, atol=0.02)
    assert [t.GetInput().strip()[:5] for t in part.labels if t.GetVisibility()] == ["min 1", "min 2", "saddl"]
    scene.show(critical_landscape, bare.replace(critical=True, critical_least=1.0))
    assert part.points.row.tolist() == [0] and table["kind"][0] == "minimum"
    scene.show(critical_landscape, bare)
    np.testing.assert_array_equal(draw(), before)


def test_what_the_threshold_cuts_away_has_no_mark(scene, draw, critical_landscape) -> None:
    scene.show(critical_landscape, Style().relieved(clip=3.0))
    assert scene.critical.points.value[scene.critical.drawn].max() <= 3.0 and len(scene.critical.drawn) == 1


def test_a_mark_is_found_and_ringed(scene, draw, critical_landscape) -> None:
    scene.show(critical_landscape, Style())
    scene.look("top")
    draw()
    part = scene.critical
    for k, (x, y) in enumerate(Projection(scene._renderer).pixels(part._middles)):
        assert scene.critical_at(x + 1, y - 1) == part.points.row[part.drawn[k]]
    assert scene.critical_at(2, 2) is None
    part.brush((1, 2))
    assert part.ring.GetVisibility() and (draw() == [7, 19, 29]).all(axis=2).any()
    for text, k in zip(
        part.labels, part._named, strict=False
    ):  # its name comes first now, and each is over its own mark
        x, _ = Projection(scene._renderer).pixels(part._middles[[k]])[0]
        assert text.GetInput().strip() == part.points.label(int(part.drawn[k])) and abs(text.GetPosition()[0] - x) < 60
    part.brush(())
    assert not part.ring.GetVisibility()


def test_only_the_field_they_are_of_has_marks(critical_landscape) -> None:
    assert shown(critical_landscape, Style().relieved(field="train_accuracy")) is None
    assert shown(critical_landscape, Style(critical=False)) is None
    few = shown(critical_landscape, Style(critical_rim=False, critical_least=0.0))
    assert len(few) == 3 and not few.rim.any() and few.label(0).startswith("min 1  ")


@pytest.mark.parametrize("kind", KINDS)
def test_shapes_are_closed_and_look_outwards(kind) -> None:
    points, faces, normals = solid(kind)
    corners = points[faces]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
    assert volume > 0 and points[:, 2].min() == 0 and np.allclose(np.linalg.norm(normals, axis=1), 1)
    edges = {}
    for a, b, c in np.round(points, 9)[faces].tolist():
        for one in ((a, b), (b, c), (c, a)):
            edges[str(one)] = edges.get(str(one), 0) + 1
            edges[str(one[::-1])] = edges.get(str(one[::-1]), 0) - 1
    assert set(edges.values()) == {0}


def test_the_rims_are_paler_and_an_ink_holds_for_all() -> None:
    style = Style()
    assert color_of("minimum", False, style) == COLORS["minimum"] != color_of("minimum", True, style)
    red = style.restyled(critical_ink_color="#ff0000")
    assert {color_of(kind, False, red) for kind in KINDS} == {"#ff0000"}
