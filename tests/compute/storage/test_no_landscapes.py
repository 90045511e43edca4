"""No landscapes: what is something else, a folder, a pipe, too large or of a version that we do not know is said to be that."""

import os
import pickle
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from refusals import refusal

from lossvista.compute.errors import LossvistaError
from lossvista.compute.storage import load


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n", "Git LFS pointer"),
        (b"\n<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b"<HTML><head>", "web page"),
        (b"\x89HDF\r\n", "cut off after 6 bytes"),
        (b"\x89HDF\r\n\x1a\n", "cut off"),
        (pickle.dumps({"a": 1}), "pickle"),
        (b"\x89PNG\r\n\x1a\n0000", "PNG picture"),
        (b"ply\nformat ascii 1.0\n", "PLY mesh"),
        (b"\0" * 5000, "not a landscape"),
        (b"hello", "not a landscape"),
    ],
)
def test_what_it_is_instead_is_said(content, words, tmp_path):
    path = tmp_path / "file.h5"
    path.write_bytes(content)
    assert words in refusal(path)


def test_a_checkpoint_is_recognized(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("data.pkl", b"x")
    assert "PyTorch checkpoint" in refusal(tmp_path / "model.pt")


def test_missing_folder_and_unreadable(tmp_path):
    assert "There is no file" in refusal(tmp_path / "missing.h5")
    assert "is a folder" in refusal(tmp_path)
    with pytest.raises(LossvistaError, match="not a file name"):
        load("a\0b.h5")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    assert "not a regular file" in refusal(tmp_path / "pipe.h5")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_an_endless_device_is_refused():
    with pytest.raises(LossvistaError, match="not a regular file"):
        load("/dev/zero")


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "huge.h5").open("wb") as file:
        file.truncate(3 * 2**30)  # sparse: takes no room
    assert "too large" in refusal(tmp_path / "huge.h5")


def test_hdf5_of_somebody_else(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["train_loss"] = np.zeros((3, 3))
    assert "not a landscape" in refusal(tmp_path / "a.h5")


@pytest.mark.parametrize("version", [2, 10**9])
def test_a_newer_version_is_refused_before_anything_else(version, good):
    with h5py.File(good, "r+") as file:
        file.attrs["format_version"] = version
        del file["grid"]
    assert "newer version" in refusal(good)


@pytest.mark.parametrize("version", [0, -1, "1", 1.5, [1, 2]])
def test_a_version_that_never_was(version, good):
    with h5py.File(good, "r+") as file:
        del file.attrs["format_version"]
        file.attrs["format_version"] = version
    assert "damaged" in refusal(good)
