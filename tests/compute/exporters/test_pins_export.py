"""Pins in exports, and the way that two of them measure: on the exported surface, cut with it, in every format that holds them."""

from __future__ import annotations

import json

import numpy as np
import pytest
import pyvista
import trimesh

from lossvista.compute.exporters import export, export_series
from lossvista.compute.pins import Pin
from lossvista.compute.style import Style

PINS = (Pin(alpha=-0.63, beta=0.21, text="a"), Pin(alpha=0.6, beta=-0.2, text="b"))
LOOK = Style(pins=PINS, path=False)


def below(mesh: pyvista.PolyData, points: np.ndarray) -> np.ndarray:
    """Heights of a mesh under points, by VTK's own search for where a vertical line meets it."""
    return np.array([mesh.ray_trace([x, y, -50], [x, y, 50], first_point=True)[0][2] for x, y, _ in points])


@pytest.mark.parametrize("suffix", ["vtp", "vtk", "vtkhdf"])
@pytest.mark.parametrize("raw", [False, True])
def test_pins_and_way_lie_on_the_exported_surface(small_landscape, tmp_path, suffix, raw) -> None:
    told = export(small_landscape, tmp_path / f"it.{suffix}", LOOK, raw)
    assert f"What two pins measure is in it-measured.{suffix}." in told
    surface = pyvista.read(tmp_path / f"it.{suffix}").extract_surface(algorithm="dataset_surface")
    pins, way = (pyvista.read(tmp_path / f"it-{name}.{suffix}") for name in ("pins", "measured"))
    for found in (pins, way):
        np.testing.assert_allclose(found.points[:, 2], below(surface, found.points), atol=2e-6 * (5 if raw else 1))
    np.testing.assert_allclose(pins["plane_alpha"], [-0.63, 0.6])
    np.testing.assert_array_equal(pins["pin"], [1, 2])
    np.testing.assert_allclose(
        pins["train_loss"], [small_landscape.surface.probe(p.alpha, p.beta, "train_loss")[0] for p in PINS]
    )
    assert way["share"].min() == 0 and way["share"].max() == 1
    if raw:
        np.testing.assert_allclose(way.points[[0, -1], :2], [[-0.63, 0.21], [0.6, -0.2]], atol=1e-6)


def test_without_two_pins_there_is_no_way_and_without_pins_no_file(small_landscape, tmp_path) -> None:
    export(small_landscape, tmp_path / "one.vtp", LOOK.replace(pins=PINS[:1]))
    assert (tmp_path / "one-pins.vtp").exists() and not (tmp_path / "one-measured.vtp").exists()
    export(small_landscape, tmp_path / "none.vtp", LOOK.replace(pins=()))
    assert not (tmp_path / "none-pins.vtp").exists()
    three = (*PINS, Pin(alpha=0.0, beta=0.9))
    export(small_landscape, tmp_path / "three.vtp", LOOK.replace(pins=three))
    assert not (tmp_path / "three-measured.vtp").exists()
    export(small_landscape, tmp_path / "two.vtp", LOOK.replace(pins=three, measured=(2, 0)), True)
    np.testing.assert_allclose(pyvista.read(tmp_path / "two-measured.vtp").points[0, :2], [0.0, 0.9], atol=1e-6)


def test_what_the_threshold_cuts_away_is_not_exported(small_landscape, tmp_path) -> None:
    far = (Pin(alpha=-1.0, beta=-1.0), Pin(alpha=0.2, beta=-0.2), Pin(alpha=4.0, beta=0.0))
    style = LOOK.replace(pins=far, measured=(0, 1)).relieved(clip=1.0)
    export(small_landscape, tmp_path / "it.vtp", style, True)
    assert pyvista.read(tmp_path / "it-pins.vtp")["pin"].tolist() == [2.0]
    way = pyvista.read(tmp_path / "it-measured.vtp")
    assert way.points[:, 2].max() == 1.0 and way["share"].min() > 0.3
    export(small_landscape, tmp_path / "beside.vtp", style.replace(measured=(1, 2)), True)
    assert not (tmp_path / "beside-measured.vtp").exists()


@pytest.mark.parametrize("suffix", ["glb", "gltf"])
def test_gltf_has_needles_and_a_tube(small_landscape, tmp_path, suffix) -> None:
    export(small_landscape, tmp_path / f"it.{suffix}", LOOK)
    parts = trimesh.load(tmp_path / f"it.{suffix}").geometry
    assert parts["pins"].body_count == 4 and parts["measured"].faces.shape[1] == 3  # two needles, two heads
    low, high = parts["pins"].bounds
    assert high[2] - low[2] > 0.13  # one stands higher than the other
    if suffix == "gltf":
        assert {node["name"] for node in json.loads((tmp_path / "it.gltf").read_text())["nodes"]} >= {
            "pins",
            "measured",
        }


@pytest.mark.parametrize("suffix", ["ply", "obj", "vts", "pvd"])
def test_other_formats_have_them_beside(small_landscape, tmp_path, suffix) -> None:
    style = LOOK.replace(path=True)
    told = export(small_landscape, tmp_path / f"it.{suffix}", style, paraview=suffix != "obj")
    if suffix == "pvd":
        assert {file.name for file in (tmp_path / "it-series").iterdir()} >= {"pins.vtp", "measured.vtp"}
    else:
        beside = ".vtp" if suffix == "vts" else f".{suffix}"
        assert (tmp_path / f"it-pins{beside}").exists() and (tmp_path / f"it-measured{beside}").exists()
        assert any("pins" in sentence for sentence in told)


def test_a_series_has_them_in_each_step(small_landscape, tilted_landscape, tmp_path) -> None:
    export_series([small_landscape, tilted_landscape], tmp_path / "it.pvd", LOOK)
    names = {file.name for file in (tmp_path / "it-series").iterdir()}
    assert {"pins-0000.vtp", "measured-0000.vtp", "pins-0001.vtp", "measured-0001.vtp"} <= names


def test_a_curve_has_its_pins_too(line_landscape, tmp_path) -> None:
    export(line_landscape, tmp_path / "it.vtp", Style(pins=(Pin(alpha=-0.5, beta=7.0), Pin(alpha=0.5))), True)
    way, pins = (pyvista.read(tmp_path / f"it-{name}.vtp") for name in ("measured", "pins"))
    np.testing.assert_allclose(pins.points[:, :2], [[-0.5, 0], [0.5, 0]], atol=1e-7)
    expected = [line_landscape.surface.probe(a, 0.0, "train_loss")[0] for a in way["plane_alpha"]]
    np.testing.assert_allclose(way.points[:, 2], expected, atol=1e-6)
