"""GLB: glTF 2.0 with colours, binary or as one text file, for Blender, browsers and headsets, by trimesh."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from trimesh.exchange.gltf import export_glb

from ..storage.disk import put
from .critical import solids_of
from .needles import needles_of
from .ply import single
from .seen import Seen
from .shape import Shape
from .tubes import RADIUS, tubes

CURVE = 0.006  # of a landscape with one axis
UP = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]], float)  # z is up here, y in glTF


def write(seen: Seen, target: Path) -> list[str]:
    """One scene of named meshes, `surface` and what is beside it (`path`, `contours`, `axes` …), with vertex colours (linear, as glTF
    wants them) and the values as vertex attributes `_NAME` in single precision. Lines are tubes, because most programs show glTF's lines
    one pixel wide."""
    shape = seen.shape
    size = (
        float(np.ptp(shape.points, axis=0)[:2].max()) / 2 or 1.0
    )  # raw coordinates have another scale than the scene's
    parts = {"surface": shape if shape.cells.shape[1] == 3 else tubes(shape, CURVE * size)}
    parts |= {name: body(lines, name, size) for name, lines in seen.beside.items()}
    scene = trimesh.Scene()
    for name, part in parts.items():
        scene.add_geometry(_mesh(part), node_name=name, geom_name=name, transform=UP)
    data = export_glb(scene, include_normals=True, tree_postprocessor=_matt)
    put(target, as_text(data) if target.suffix.lower() == ".gltf" else data)
    return ["glTF keeps coordinates and values in single precision (7 digits); lines are tubes in it."]


def as_text(glb: bytes) -> bytes:
    """The same file as JSON, its numbers in base64. After a header of 12 bytes come chunks: length, kind, data (glTF 2.0, §4.4)."""
    (length,) = struct.unpack_from("<I", glb, 12)
    tree, numbers = json.loads(glb[20 : 20 + length]), glb[28 + length :]
    held = numbers[: tree["buffers"][0]["byteLength"]]
    tree["buffers"][0]["uri"] = "data:application/octet-stream;base64," + base64.b64encode(held).decode()
    return json.dumps(tree).encode()


def body(shape: Shape, name: str, size: float) -> Shape:
    """A part beside the surface as triangles: tubes, solids of critical points, needles; size: half of the plane's longer side."""
    if shape.cells.shape[1] == 2:
        return tubes(shape, RADIUS[name] * size)
    return (needles_of if name == "pins" else solids_of)(shape, size)


def _mesh(shape: Shape) -> trimesh.Trimesh:
    values: dict[str, Any] = {f"_{name}": _single(array) for name, array in shape.data.items()}
    return trimesh.Trimesh(
        single(shape.points, "GLB"),
        shape.cells,
        process=False,
        validate=False,
        vertex_attributes=values,
        vertex_colors=_linear(shape.colors),
    )


def _single(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def _linear(colors: np.ndarray) -> np.ndarray:
    """sRGB bytes → linear ones (IEC 61966-2-1); opacity as it is."""
    share = colors[:, :3] / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.c_[np.round(linear * 255), colors[:, 3]].astype(np.uint8)


def _matt(tree: dict[str, Any]) -> None:
    """A matt material seen from both sides: what has none is metal in glTF, and black from below."""
    tree["materials"] = [
        {"name": "matt", "doubleSided": True, "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.75}}
    ]
    for mesh in tree["meshes"]:
        for primitive in mesh["primitives"]:
            primitive["material"] = 0
