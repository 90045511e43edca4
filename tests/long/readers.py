"""Readers: every reader of files that nobody vouches for, with whole files to change and what to do with them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path[:0] = [
    str(Path(__file__).parents[1]),
    str(Path(__file__).parent),
    str(Path(__file__).parents[1] / "compute" / "storage"),
]
import variants as v  # noqa: E402

XML = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "secret">]><VTKFile type="PolyData">&e;</VTKFile>',
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + k, b"&%c;" % (97 + k) * 10) for k in range(12)) + b"]><VTKFile>&m;</VTKFile>",
)  # fmt: skip
OBJ = (
    b"mtllib secret\nusemtl x\n",
    b"mtllib ../secret.mtl\n",
    b"f 1/1/1 2/2/2 99999999/1/1\n",
    b"f -1 -2 -3\n",
    b"call secret\n",
)
PLY_TEXTURE = b"ply\ncomment TextureFile secret\n"


@dataclass
class Reader:
    """One reader. name: of the file that is read. seeds(folder): whole files' bytes. read: path → what was read, of which the
    fingerprint tells whether it is as it was; raises LossvistaError. changes: of bytes; forging: with fitting checksums.
    checked: "damage" where checksums tell it, "all" where they tell of forged ones too: then nothing but what was written may be
    read. apart: it reads in a child process, so
    that a crash is a sentence."""

    name: str
    seeds: Callable[[Path], list[bytes]]
    read: Callable[[Path], Any]
    changes: tuple[v.Change, ...]
    forging: tuple[v.Change, ...] = ()
    checked: str = ""
    apart: bool = False
    beside: dict[str, bytes] = field(default_factory=dict)
    names_others: bool = False  # it is there to say which other files shall be opened


def fingerprint(found: Any) -> str:
    """Of anything made of arrays, numbers, texts, lists and dicts."""
    hashed = hashlib.sha256()

    def feed(value: Any) -> None:
        if isinstance(value, dict):
            for key in sorted(value, key=repr):
                feed((str(key), value[key]))
        elif isinstance(value, (list, tuple)):
            for item in value:
                feed(item)
        elif isinstance(value, np.ndarray):
            hashed.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
        else:
            hashed.update(repr(value).encode("utf-8", "surrogatepass") + b";")

    feed(found)
    return hashed.hexdigest()


# --- our own files ---


def _landscapes(folder: Path) -> list[bytes]:
    from conftest import holed, line, square

    from lossvista.compute.storage.image import encode

    return [encode(make()) for make in (square, line, holed)]


def _load(path: Path) -> Any:
    from lossvista.compute.storage import load
    from lossvista.compute.storage.digest import digest

    return digest(load(path))


def _tell(path: Path) -> Any:
    """All that `info` tells of it, with whatever was forged in it."""
    from lossvista.compute.info import describe, judgements, summary
    from lossvista.compute.storage import load

    landscape = load(path)
    return [json.dumps(summary(landscape)), describe(landscape), list(judgements(landscape, whole=True, utf8=True))]


def forged_landscape(data: bytes, draw: Any) -> bytes:
    """A whole, sealed landscape that says strange things."""
    from lossvista.compute.errors import LossvistaError
    from lossvista.compute.storage.image import encode
    from lossvista.compute.storage.reader import decode
    from lossvista.compute.trajectory import Trajectory

    landscape = decode(data, "")
    for _ in range(draw.choice((1, 2, 4))):
        odd = draw.choice(
            ["", "x" * 5000, "\0", "[red]", 0, -1, 1e308, float("nan"), float("inf"), True, 2**62, "<b>", "nan"]
        )
        how = draw.randrange(8)
        if how == 0:
            landscape.trust[
                draw.choice(
                    [
                        *landscape.trust,
                        "samples",
                        "cosine",
                        "batch_norm",
                        "center_loss",
                        "centre_loss",
                        "checkpoint_loss",
                        "precision",
                        "precision_error",
                        "unit_norm_gap",
                        "samples_available",
                        "weight_norm",
                    ]
                )
            ] = odd
        elif how == 1:
            try:
                recipe = json.loads(v.jsoned(json.dumps(landscape.recipe or {"a": 1}).encode(), draw))
            except (ValueError, RecursionError):
                recipe = {"model": odd, "seed": odd, "weights": [odd]}
            landscape.recipe = recipe if isinstance(recipe, dict) else {"a": odd}
        elif how == 2:
            landscape.provenance[draw.choice(["versions", "identity", "device", "imported_from", "evaluation"])] = (
                draw.choice([odd, [odd], {"a": odd}])
            )
        elif how == 3:
            landscape.trajectories[draw.choice(["run", "", "\0", "x" * 300])] = Trajectory(
                {
                    name: np.full(draw.choice([0, 1, 3]), draw.choice([0.0, np.nan, np.inf, 1e308]))
                    for name in draw.sample(["alpha", "beta", "train_loss", "distance", "epoch", "\n"], 3)
                },
                {"recording": odd, "optimizer": odd},
            )
        elif how == 4:
            landscape.title = str(odd)
        elif how == 5:
            landscape.surface.fields[draw.choice(["train_loss", "", "x" * 500, "\n"])] = np.full(
                landscape.surface.grid.shape, draw.choice([np.nan, np.inf, -1e308, 0.0])
            )
        elif how == 6:
            landscape.surface.evaluated[:] = draw.choice([0, 3, 4, 5, 200, 255])
        else:
            landscape.surface.samples[:] = draw.choice([-1, 2**62, 0])
    try:
        return encode(landscape)
    except (LossvistaError, ValueError, UnicodeError, TypeError):
        return data


def _journals(folder: Path) -> list[bytes]:
    from job_to_store import IDENTITY, Journal, patch, start

    with Journal.create(folder / "a.h5", start(), IDENTITY) as journal:
        for k in range(0, 20, 4):
            journal.add(patch(k, 4))
    data = (folder / "a.h5.journal").read_bytes()
    (folder / "a.h5.journal").unlink()
    return [data]


def _resume(path: Path) -> Any:
    """The points that are there, of which each must have its value; so a part of them is as good as all."""
    from job_to_store import IDENTITY, Journal

    journal = Journal.resume(path.with_suffix(""), IDENTITY)
    assert journal is not None
    with journal:
        surface = journal.landscape.surface
        there = np.flatnonzero(surface.evaluated)
        right = len(there) == 0 or bool((surface.fields["train_loss"].ravel()[there] == there + 0.5).all())
        return "right" if right else "wrong"


def _style(path: Path) -> Any:
    from lossvista.app.looks import read_style

    return read_style(str(path.parent / "a.h5"))


def _preset(path: Path) -> Any:
    from lossvista.app.shelf import Shelf

    shelf = Shelf(path.parent)
    shelf.all()
    return shelf.take(str(path)).style


def _flag(path: Path) -> Any:
    from lossvista.compute.picture import read_style

    return read_style(path)


def _styles(folder: Path) -> list[bytes]:
    from lossvista.compute.pins import Pin
    from lossvista.compute.style import Camera, Style

    whole = Style(
        levels=9, colormap="magma", pins=(Pin(alpha=0.5, text="here"),), camera=Camera.model_construct()
    ).relieved(clip=3.0)
    written = [
        Style(levels=7),
        Style(pins=(Pin(alpha=0.1, beta=1.0, text="é"),)).relieved(scale="symlog", low=0.1),
        whole,
    ]
    return [one.model_dump_json().encode() for one in written[:2]] + [
        written[2].model_dump_json(exclude={"camera"}, exclude_defaults=True).encode()
    ]


def _settings(path: Path) -> Any:
    from lossvista.app.settings import Settings

    settings = Settings(path.parent)
    settings.update(toured=True)
    return [settings.values.model_dump(exclude={"toured"}), settings.style]


def _settings_files(folder: Path) -> list[bytes]:
    kept = {
        "theme": "dark", "recent": ["/a/b.h5", "/c.h5"], "folder": "/a", "look": {"levels": 9, "relief": {"clip": 2.0}},
        "recipe": {"model": "cnn"}, "views": {}, "parallel_jobs": 2, "used": ["file.open"],
        "unfinished": [{"target": "lossvista.compute.run:run", "recipe": {"model": "cnn"}, "out": "/a.h5", "waiting": True}],
    }  # fmt: skip
    return [json.dumps(kept).encode()]


def _bookmark(path: Path) -> Any:
    from lossvista.app.reopening.bookmark import read, write
    from lossvista.compute.there import is_file

    kept, _ = read(path)
    found = [(leaf.path, leaf.name, leaf.changed(), leaf.style, is_file(leaf.path)) for leaf in kept.leaves]
    write(path.with_name("again.json"), kept)
    return [kept.model_dump(), found]


def _bookmarks(folder: Path) -> list[bytes]:
    leaf = {"path": "/a/b.h5", "seal": "ab", "look": {"levels": 9, "relief": {"clip": 2.0}}}
    panes = [{"leaf": 0, "view": "map"}, {"leaf": 1}]
    kept = {
        "leaves": [leaf, {"example": "bowl"}, {"copy_name": "x"}],
        "current": 1,
        "shape": [1, 2],
        "panes": panes,
        "ended": False,
    }
    return [json.dumps(kept).encode()]


# --- recordings and weights ---


def _tensors() -> dict[str, Any]:
    import torch

    draw = torch.Generator().manual_seed(0)
    return {"conv.weight": torch.randn(2, 3, 2, generator=draw), "fc.bias": torch.arange(5.0), "n": torch.tensor(7)}


def _saved(**how: Any) -> bytes:
    import torch

    made = io.BytesIO()
    torch.save({"state_dict": _tensors(), "epoch": 3, "args": {"lr": 0.1}}, made, **how)
    return made.getvalue()


def _safetensors(folder: Path) -> list[bytes]:
    from safetensors.torch import save

    return [save(_tensors())]


def _weights(path: Path) -> Any:
    from lossvista.compute.problem.checkpoints import load_weights

    return {name: tensor.numpy() for name, tensor in load_weights(path).items()}


def _recording(path: Path) -> Any:
    from lossvista.app.training.recording import told
    from lossvista.compute.training.recording import Recording

    told(str(path.parent))
    return Recording(path.parent).steps


def _curves(path: Path) -> Any:
    from lossvista.app.training.follower import from_steps
    from lossvista.compute.training.curves import Curves, read_curves

    shutil.copy(path, path.with_name("steps.jsonl"))
    from_steps(str(path.parent), Curves())
    return {name: column.tolist() for name, column in read_curves(path.parent).epochs.items()}


def _lines(folder: Path) -> list[bytes]:
    from lossvista.compute.training.curve_lines import curve_line

    return [
        b"".join(
            curve_line(kind, step=k, epoch=k / 2, train_loss=1 / (k + 1), loss=0.5)
            for k in range(6)
            for kind in ("epoch", "iteration")
        )
    ]


def _steps(folder: Path) -> list[bytes]:
    return [
        b"".join(
            json.dumps({"step": k, "epoch": k / 2, "learning_rate": 0.1, "train_loss": 1 / (k + 1)}).encode() + b"\n"
            for k in range(6)
        )
    ]


META = json.dumps(
    {"format": "lossvista-recording", "version": 1, "finished": True, "model": "cnn", "training": {"epochs": 2}}
).encode()


PARTS = json.dumps({"metadata": {}, "weight_map": {"a": "a.safetensors", "b": "b.safetensors"}}).encode()


def _index(path: Path) -> Any:
    from lossvista.compute.problem.checkpoint_kind import parts_in

    return [file.name for file in parts_in(path.parent)]


# --- other programs' files ---


def _imported(path: Path) -> Any:
    from lossvista.compute.doors import find
    from lossvista.compute.importers import IMPORTERS
    from lossvista.compute.storage.digest import digest

    made = find("format to import", IMPORTERS, path.suffix)(path)
    assert made.landscape.surface.fields
    made.landscape.provenance, made.landscape.title = {}, ""
    return digest(made.landscape)


def _body(path: Path) -> Any:
    from lossvista.compute.importers.body import body_job
    from lossvista.compute.progress import drain

    made = drain(body_job(os.fspath(path)))
    return [made.points, made.triangles, made.values]


def _exported(suffix: str, ascii: bool | None = None) -> Callable[[Path], list[bytes]]:
    def seeds(folder: Path) -> list[bytes]:
        from conftest import square

        from lossvista.compute.exporters import export
        from lossvista.compute.style import Style

        made = []
        for text in (False, True) if ascii is None else (ascii,):
            path = folder / f"seed{suffix}"
            export(square(), path, Style(view="surface", path=False), ascii=text)
            made.append(path.read_bytes())
        return made

    return seeds


def _stl(folder: Path) -> list[bytes]:
    import trimesh

    from lossvista.compute.mesh import triangulate

    x, y = np.meshgrid(np.linspace(-1, 1, 6), np.linspace(-1, 1, 5))
    sheet = trimesh.Trimesh(
        np.stack([x, y, x + 10 * y], axis=-1).reshape(-1, 3), triangulate(x + 10 * y), process=False
    )
    return [sheet.export(file_type="stl"), sheet.export(file_type="stl_ascii").encode()]


def _li(folder: Path) -> list[bytes]:
    import h5py

    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        file["dir_file"] = "nets/direction.h5"
        file["xcoordinates"], file["ycoordinates"] = np.linspace(-1, 1, 5), np.linspace(-1, 1, 7)
        file["train_loss"], file["train_acc"] = np.arange(35.0).reshape(5, 7), np.full((5, 7), 50.0)
    return [made.getvalue()]


def _data(path: Path) -> Any:
    from lossvista.compute.problem.sources.npz import npz

    source = npz(os.fspath(path))
    return source.read(np.arange(len(source.targets))) if hasattr(source, "read") else repr(source)


def _arrays(folder: Path) -> list[bytes]:
    made = io.BytesIO()
    np.savez(made, x=np.arange(4 * 25, dtype=np.uint8).reshape(4, 5, 5), y=np.arange(4))
    return [made.getvalue()]


def _wrapped(parts: tuple[bytes, ...]) -> v.Change:
    return lambda data, draw: draw.choice((draw.choice(parts), draw.choice(parts) + data))


def _meshed(suffix: str, *more: v.Change, read: Callable[[Path], Any] = _imported) -> Reader:
    return Reader(
        f"a{suffix}", _exported(suffix), read, (*v.BYTES, v.in_head, v.in_head, v.worded, v.lined, *more), apart=True
    )


JSON = (v.jsoned, v.jsoned, v.jsoned, *v.TEXT)
READERS: dict[str, Reader] = {
    "landscape": Reader("a.h5", _landscapes, _load, v.BYTES, (v.sealed_again, v.unsealed, v.restructured), checked="all"),
    "landscape, forged": Reader("a.h5", _landscapes, _tell, (forged_landscape,)),
    "journal": Reader("a.h5.journal", _journals, _resume, v.BYTES, (v.framed,), checked="damage"),
    "checkpoint": Reader("a.pt", lambda _: [_saved()], _weights, (*v.BYTES, *[v.zipped(v.checkpointed)] * 6)),
    "checkpoint before 1.6": Reader("a.pth", lambda _: [_saved(_use_new_zipfile_serialization=False)], _weights,
                                    (*v.BYTES, *[v.pickled] * 6)),
    "safetensors": Reader("a.safetensors", _safetensors, _weights, (*v.BYTES, *[v.headed] * 6)),
    "index of weights": Reader("model.safetensors.index.json", lambda _: [PARTS], _index, JSON,
                               beside={"a.safetensors": b"x", "b.safetensors": b"x"}),
    "recording.json": Reader("recording.json", lambda _: [META], _recording, JSON, beside={"steps.jsonl": _steps(Path())[0]}),
    "steps.jsonl": Reader("steps.jsonl", _steps, _recording, JSON, beside={"recording.json": META}),
    "curves.jsonl": Reader("curves.jsonl", _lines, _curves, JSON),
    "PLY": _meshed(".ply", _wrapped((PLY_TEXTURE,))),
    "VTP": _meshed(".vtp", _wrapped(XML)),
    "VTS": _meshed(".vts", _wrapped(XML)),
    "VTK": _meshed(".vtk"),
    "VTKHDF": Reader("a.vtkhdf", _exported(".vtkhdf", False), _imported, (*v.BYTES, v.restructured, v.restructured), apart=True),
    "OBJ": Reader("a.obj", _exported(".obj", False), _imported, (*v.TEXT, _wrapped(OBJ)), apart=True),
    "STL": Reader("a.stl", _stl, _imported, (*v.BYTES, v.in_head, v.worded, v.lined), apart=True),
    "PLY as a body": _meshed(".ply", _wrapped((PLY_TEXTURE,)), read=_body),
    "VTP as a body": _meshed(".vtp", _wrapped(XML), read=_body),
    "OBJ as a body": Reader("a.obj", _exported(".obj", False), _body, (*v.TEXT, _wrapped(OBJ)), apart=True),
    "NPZ": Reader("a.npz", _exported(".npz", False), _imported, (*v.BYTES, *[v.zipped(v.npy)] * 6), apart=True),
    "NPZ of data": Reader("a.npz", _arrays, _data, (*v.BYTES, *[v.zipped(v.npy)] * 6)),
    "CSV": Reader("a.csv", _exported(".csv", False), _imported, (*v.TEXT, *v.BYTES), apart=True),
    "HDF5 of Li et al.": Reader("a.h5", _li, _imported, (*v.BYTES, *[v.restructured] * 4), apart=True),
    "settings": Reader("settings.json", _settings_files, _settings, JSON),
    "bookmark": Reader("session.json", _bookmarks, _bookmark, JSON, names_others=True),
    "look": Reader("a.style.json", _styles, _style, JSON),
    "look preset": Reader("mine.style.json", _styles, _preset, JSON),
    "style of a flag": Reader("a.json", _styles, _flag, JSON),
}  # fmt: skip
