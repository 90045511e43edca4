"""What is saved is what is loaded, bit for bit; what a file cannot hold is said, and the old file stays."""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.storage import identity_of, load, save
from lossvista.compute.storage.digest import digest
from lossvista.compute.storage.names import clean, quote, unquote
from lossvista.compute.surface import FieldInfo, Surface
from lossvista.compute.table import Table
from lossvista.compute.trajectory import Trajectory

text = st.text(max_size=12)


number = st.floats(allow_nan=True, allow_infinity=True)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | number | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)


figures = st.dictionaries(text, number | st.booleans() | st.integers(-(2**63), 2**63 - 1) | text, max_size=4)


@st.composite
def landscapes(draw):
    """Any landscape: weird names and titles, any values, one axis or two, with or without everything else."""
    line = draw(st.booleans())
    nx, ny = draw(st.integers(1, 5)), 1 if line else draw(st.integers(1, 4))
    spaced = st.lists(st.floats(-1e9, 1e9), min_size=5, max_size=5, unique_by=lambda v: round(v, 3))
    alpha, beta = (np.sort(np.array(draw(spaced)))[:n] for n in (nx, ny))
    grid = Grid(alpha, np.zeros(1) if line else beta, line)
    values = arrays(np.float64, grid.shape, elements=st.floats(width=64))
    surface = Surface(
        grid,
        draw(st.dictionaries(text, values, max_size=3)),
        draw(arrays(np.uint8, grid.shape, elements=st.integers(0, 5))),
        draw(arrays(np.int64, grid.shape, elements=st.integers(0, 2**62))),
        draw(st.dictionaries(text, st.builds(FieldInfo, text, text, text), max_size=2)),
    )
    kinds = st.sampled_from([np.float16, np.float32, np.float64, np.int64, np.uint8, np.bool_])
    shapes = st.lists(st.integers(0, 3), max_size=4).map(tuple)
    weights = st.dictionaries(
        text, kinds.flatmap(lambda kind: shapes.flatmap(lambda shape: arrays(kind, shape))), max_size=3
    )
    axis = st.builds(
        Axis, text, text, st.integers(0, 2**63 - 1), text, number, number, st.lists(text).map(tuple), weights
    )
    columns = st.integers(0, 4).flatmap(
        lambda n: st.dictionaries(text, arrays(np.float64, n, elements=st.floats(width=64)), max_size=3)
    )
    tables = text.filter(lambda name: name not in {"grid", "alpha", "beta", "fields", "evaluated", "samples", "axes"})
    return Landscape(
        surface,
        draw(text),
        draw(st.lists(axis, max_size=1 if line else 2)),
        draw(st.dictionaries(text, st.builds(Trajectory, columns, figures), max_size=2)),
        draw(st.dictionaries(text, plain, max_size=3)),
        draw(figures),
        draw(st.dictionaries(text, plain, max_size=3)),
        draw(st.dictionaries(tables, st.builds(Table, columns, st.dictionaries(text, plain, max_size=3)), max_size=2)),
        draw(text),
    )


def same(a, b):
    """Equal to the last bit, seen apart from what `digest` thinks."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = np.asarray(a), np.asarray(b)
        assert a.shape == b.shape
        if a.dtype.kind in "OU":
            assert a.tolist() == b.tolist()
        else:
            assert a.dtype == b.dtype
            assert a.tobytes() == b.tobytes()
    elif isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            same(one, other)
    elif isinstance(a, float):
        assert isinstance(b, float)
        assert a == b or (a != a and b != b)
    elif isinstance(a, str):
        assert clean(a) == clean(b)
    elif hasattr(a, "__dict__") and type(a).__module__.startswith("lossvista"):
        assert type(a) is type(b)
        same({k: v for k, v in vars(a).items() if k != "info"}, {k: v for k, v in vars(b).items() if k != "info"})
    else:
        assert type(a) is type(b)
        assert a == b


@given(landscapes())
@settings(deadline=None, max_examples=20)
def test_load_gives_back_what_was_saved(landscape):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.h5"
        save(landscape, path)
        back = load(path)
        save(back, path)
        again = load(path)
    plain_values = replace(
        landscape,
        recipe=json.loads(json.dumps(landscape.recipe)),
        provenance=json.loads(json.dumps(landscape.provenance)),
    )
    same(plain_values, back)
    same(back, again)
    assert digest(landscape) == digest(back) == digest(again)
    known = {name: landscape.surface.info.get(name, FieldInfo()) for name in landscape.surface.fields}
    for name, info in {**landscape.surface.info, **known}.items():
        same(info, back.surface.info[name])


@given(text)
@settings(deadline=None)
def test_any_name_fits_hdf5_and_comes_back(name):
    quoted = quote(name)
    assert unquote(quoted) == name
    assert not set(quoted) & {"/", "\0"}
    assert quoted not in ("", ".")


def test_values_are_kept_bit_for_bit(landscape, tmp_path):
    save(landscape, tmp_path / "a.h5")
    back = load(tmp_path / "a.h5").surface.fields["train_loss"]
    assert back.tobytes() == landscape.surface.fields["train_loss"].tobytes()
    assert back.flat[:6].tolist()[1:] == [np.inf, -np.inf, 0.0, -0.0, 1e300]
    assert np.signbit(back.flat[4])


def test_large_directions_are_left_to_seed_and_recipe(landscape, tmp_path):
    landscape.axes[1].direction["big"] = np.zeros(64 * 2**18 + 1, np.float32)
    save(landscape, tmp_path / "a.h5")
    back = load(tmp_path / "a.h5")
    assert [axis.direction for axis in back.axes] == [{}, {}]
    assert (back.axes[0].seed, back.axes[0].norm) == (3, 2.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.recipe.update(model=object()), "recipe cannot be saved"),
        (lambda s: s.trust.update(bad=[1]), "'bad' of the trust figures"),
        (lambda s: s.trust.update(bad=2**70), "'bad' of the trust figures"),
        (lambda s: s.surface.fields.update(bad=np.zeros((2, 2))), "'bad' does not have the grid's shape"),
        (lambda s: s.tables.update(fields=Table()), "cannot be called 'fields'"),
        (lambda s: s.tables.update(t=Table({"c": np.zeros(2, complex)})), "table 't' cannot be saved"),
        (lambda s: s.axes.append(Axis("third")), "at most two axes"),
    ],
)
def test_what_a_file_cannot_hold_is_said_and_the_old_file_stays(change, words, landscape, tmp_path):
    path = tmp_path / "a.h5"
    path.write_bytes(b"old")
    change(landscape)
    with pytest.raises(LossvistaError, match=words):
        save(landscape, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_identity_of_a_finished_file(landscape, tmp_path):
    assert identity_of(tmp_path / "a.h5") is None
    save(landscape, tmp_path / "a.h5")
    assert identity_of(tmp_path / "a.h5") is None
    landscape.provenance["identity"] = {"seed": 1}
    save(landscape, tmp_path / "a.h5")
    assert identity_of(tmp_path / "a.h5") == {"seed": 1}


def test_the_looking_half_s_storage_needs_no_torch():
    code = "import sys, lossvista.compute.storage; print(sorted({'torch', 'PySide6', 'vtkmodules'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
