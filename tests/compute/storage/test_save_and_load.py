"""What is saved is what is loaded, bit for bit; and other programs can read it without us."""

import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lossvista.compute.errors import LossvistaError
from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.storage import disk, identity_of, load, save
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


def test_the_layout_is_the_documented_one(landscape, tmp_path):
    """DESIGN §5, read by nothing but h5py."""
    save(landscape, tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert file.attrs["format"] == "lossvista-landscape"
        assert file.attrs["format_version"] == 1
        assert file.attrs["title"] == landscape.title
        assert json.loads(file.attrs["provenance"])["versions"] == {"torch": "2.5"}
        assert json.loads(file.attrs["recipe"])["model"] == "cnn"
        np.testing.assert_array_equal(file["grid/alpha"], landscape.surface.grid.alpha)
        loss = file["fields/train_loss"]
        assert (loss.dtype, loss.shape) == (np.float64, (5, 7))
        assert loss[3, 2] == file["grid/alpha"][2] + 10 * file["grid/beta"][3]
        assert {k: loss.attrs[k] for k in ("split", "units", "long_name")} == {
            "split": "train",
            "units": "nats",
            "long_name": "training loss",
        }
        assert file["evaluated"].dtype == np.uint8
        assert file["samples"][0, 0] == 1797
        x = file["axes/x"]
        assert (x.attrs["method"], x.attrs["seed"], x.attrs["normalization"], x.attrs["norm"]) == (
            "pca",
            3,
            "filter",
            2.5,
        )
        assert json.loads(x.attrs["ignored"]) == ["bn.weight", "fc.bias"]
        assert x["direction/conv.weight"].shape == (2, 3, 4)
        assert list(file["trajectories/run"]) == ["alpha", "train_loss"]
        assert dict(file["trust"].attrs)["centre_loss"] == 0.25
        assert file["spectrum/eigenvalue"][1] == -3
        assert [d.label for d in loss.dims] == ["", ""]
        assert loss.dims[0][0] == file["grid/beta"]
        assert loss.dims[1][0] == file["grid/alpha"]


def test_xarray_opens_it(landscape, tmp_path):
    save(landscape, tmp_path / "a.h5")
    with xarray.open_datatree(tmp_path / "a.h5", engine="h5netcdf", phony_dims="access") as tree:
        loss = tree["fields/train_loss"]
        assert loss.dims == ("beta", "alpha")
        at = loss.sel(alpha=tree["alpha"][5], beta=tree["beta"][4]).item()
        assert at == landscape.surface.fields["train_loss"][4, 5]


def test_paraview_s_reader_opens_it(landscape, tmp_path):
    """Invariant 32 in VTK's eyes: x is α, y is β."""
    hdf = pytest.importorskip("vtkmodules.vtkIOHDF")
    save(landscape, tmp_path / "a.h5")
    reader = hdf.vtkHDFReader()
    reader.SetFileName(str(tmp_path / "a.h5"))
    reader.Update()
    image = reader.GetOutput()
    grid = landscape.surface.grid
    assert image.GetDimensions() == (7, 5, 1)
    array = image.GetPointData().GetArray("train_loss")
    for j in range(1, 5):
        for i in range(7):
            flat = j * 7 + i
            np.testing.assert_allclose(image.GetPoint(flat), (grid.alpha[i], grid.beta[j], 0), atol=1e-12)
            assert array.GetValue(flat) == landscape.surface.fields["train_loss"][j, i]
    assert image.GetPointData().HasArray("evaluated")


def test_uneven_grids_are_not_given_to_paraview_as_even(landscape, tmp_path):
    grid = Grid(np.array([0.0, 1.0, 5.0]), np.array([0.0, 1.0]))
    save(Landscape(Surface(grid, {"train_loss": np.zeros((2, 3))})), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert "VTKHDF" not in file
    assert load(tmp_path / "a.h5").surface.grid.alpha.tolist() == [0, 1, 5]


def test_the_vtk_group_costs_no_copy(tmp_path):
    grid = Grid(ticks(-1, 1, 401), ticks(-1, 1, 401))
    save(Landscape(Surface(grid, {"train_loss": np.ones(grid.shape)})), tmp_path / "a.h5")
    assert (tmp_path / "a.h5").stat().st_size < 401 * 401 * (8 + 8 + 1) + 40_000


def test_a_line_has_one_row_and_one_axis(tmp_path):
    grid = Grid(ticks(-1, 1, 5), np.zeros(1), line=True)
    save(Landscape(Surface(grid, {"train_loss": np.ones((1, 5))}), axes=[Axis("δ")]), tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["fields/train_loss"].shape == (1, 5)
        assert list(file["axes"]) == ["x"]
    assert load(tmp_path / "a.h5").surface.grid.line


def test_large_directions_are_left_to_seed_and_recipe(landscape, tmp_path):
    landscape.axes[1].direction["big"] = np.zeros(64 * 2**18 + 1, np.float32)
    save(landscape, tmp_path / "a.h5")
    back = load(tmp_path / "a.h5")
    assert [axis.direction for axis in back.axes] == [{}, {}]
    assert (back.axes[0].seed, back.axes[0].norm) == (3, 2.5)


def test_what_others_put_in_survives(landscape, tmp_path):
    """Groups, data sets and attributes that we do not know, at the top and inside our own groups, of any type."""
    path = tmp_path / "a.h5"
    save(landscape, path)
    with h5py.File(path, "r+") as file:
        file.attrs["lab"] = "Room 3"
        file.attrs["numbers"] = np.arange(3)
        file.attrs["nothing"] = h5py.Empty("f")
        file.attrs["words"] = ["a", "b"]
        file["fields/train_loss"].attrs["comment"] = "as in figure 3"
        file["grid"].attrs["comment"] = "wide"
        file["spectrum"].attrs["tolerance"] = 1e-6
        file["axes/x"].attrs["sign"] = -1
        file["axes/x/notes"] = np.array(["ü"], h5py.string_dtype())
        group = file.create_group("theirs/deep")
        group.attrs["made by"] = "somebody"
        group.create_dataset("packed", data=np.zeros(1000), compression="gzip", chunks=(100,))
        group["pairs"] = np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")])
        group["never written"] = h5py.Empty("f8")
    for _ in range(2):
        save(load(path), path)
    with h5py.File(path) as file:
        assert file.attrs["lab"] == "Room 3"
        assert file.attrs["numbers"].tolist() == [0, 1, 2]
        assert isinstance(file.attrs["nothing"], h5py.Empty)
        assert list(file.attrs["words"]) == ["a", "b"]
        assert file["fields/train_loss"].attrs["comment"] == "as in figure 3"
        assert file["grid"].attrs["comment"] == "wide"
        assert file["spectrum"].attrs["tolerance"] == 1e-6
        assert file["axes/x"].attrs["sign"] == -1
        assert file["axes/x/notes"].asstr()[0] == "ü"
        group = file["theirs/deep"]
        assert group.attrs["made by"] == "somebody"
        assert group["packed"].compression == "gzip"
        assert group["pairs"][0]["b"] == 2.5
        assert group["never written"].shape is None


def test_what_was_on_a_field_goes_with_it(landscape, tmp_path):
    path = tmp_path / "a.h5"
    save(landscape, path)
    with h5py.File(path, "r+") as file:
        file["fields/train_accuracy"].attrs["comment"] = "x"
        file["spectrum"].attrs["comment"] = "y"
    back = load(path)
    del back.surface.fields["train_accuracy"], back.tables["spectrum"]
    save(back, path)
    assert list(load(path).surface.fields) == ["train_loss"]
    with h5py.File(path) as file:
        assert list(file["fields"]) == ["train_loss"]
        assert "spectrum" not in file


@pytest.mark.parametrize(
    "name",
    [
        "with space.h5",
        "grün-日本.h5",
        "#1.h5",
        "-leading.h5",
        "no suffix",
        "a" * 250 + ".h5",
        "per%cent.h5",
        "a.b.c.h5",
    ],
)
def test_odd_file_names_work(name, landscape, tmp_path):
    path = tmp_path / name
    assert save(landscape, path) == path
    assert load(path).title == landscape.title
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_long_path_works(landscape, tmp_path):
    folder = tmp_path / ("x" * 100) / ("y" * 100) / ("z" * 100)
    folder.mkdir(parents=True)
    save(landscape, folder / "a.h5")
    assert load(str(folder / "a.h5")).title == landscape.title


def test_a_link_stays_a_link(landscape, tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.h5"
    link.symlink_to(tmp_path / "real" / "a.h5")
    save(landscape, link)
    assert link.is_symlink()
    assert load(tmp_path / "real" / "a.h5").title == load(link).title


def test_relative_names_work(landscape, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(landscape, "-a.h5")
    assert load("-a.h5").title == landscape.title


def test_new_files_have_the_usual_permissions(landscape, tmp_path):
    (tmp_path / "other").write_text("")
    save(landscape, tmp_path / "a.h5")
    assert (tmp_path / "a.h5").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_a_private_file_stays_private_and_so_is_its_temporary_one(landscape, tmp_path, monkeypatch):
    path, seen = tmp_path / "a.h5", []
    save(landscape, path)
    path.chmod(0o600)
    written = disk.write_whole
    monkeypatch.setattr(
        disk, "write_whole", lambda fd, data: (seen.append(os.fstat(fd).st_mode & 0o777), written(fd, data))
    )
    save(landscape, path)
    assert seen == [0o600] and path.stat().st_mode & 0o777 == 0o600


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
