"""The layout of the file: as documented, so that h5py, xarray and ParaView's reader open it without us; what others put in survives."""

import json

import h5py
import numpy as np
import pytest
import xarray

from lossvista.compute.grid import Grid, ticks
from lossvista.compute.landscape import Axis, Landscape
from lossvista.compute.storage import load, save
from lossvista.compute.surface import Surface


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
