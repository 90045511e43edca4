"""A file that nobody vouches for gives one sentence and nothing else: no wrong number, no other file read, no hang, no crash."""

import gc
import os
import pickle
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from lossvista.compute.errors import LossvistaError
from lossvista.compute.storage import inspect, load, save
from lossvista.compute.storage.digest import digest
from lossvista.compute.storage.seal import SIZE, seal


@pytest.fixture
def good(landscape, tmp_path):
    path = tmp_path / "good.h5"
    save(landscape, path)
    return path


def refusal(path):
    """The message with which a file is refused."""
    with pytest.raises(LossvistaError) as caught:
        load(path)
    assert str(path) in caught.value.message
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


# What it is instead


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


# Damage


def test_cut_off_anywhere(good, landscape):
    data = good.read_bytes()
    image = len(data) - SIZE
    for end in [*range(64), *range(64, image, 97), *range(image, len(data))]:
        good.write_bytes(data[:end])
        if end == image:  # only the seal is gone, as after a change by another program
            assert digest(load(good)) == digest(landscape)
        else:
            assert end == 0 or "cut off" in refusal(good), end


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "changed by others before"])
def test_flipped_bits_never_give_wrong_numbers(sealed, good, landscape):
    """Any landscape that still loads is the one that was saved: the flip hit a byte that means nothing. The second half
    shows that the content's hash guards alone, and that no damage makes the HDF5 library hang."""
    data, whole, random_ = good.read_bytes(), digest(landscape), random.Random(0)
    data = data if sealed else data[:-SIZE]
    refused = 0
    for _ in range(300):
        bad = bytearray(data)
        for _ in range(random_.choice([1, 1, 1, 8])):
            bad[random_.randrange(len(bad))] ^= 1 << random_.randrange(8)
        good.write_bytes(bytes(bad))
        try:
            assert digest(load(good)) == whole
        except LossvistaError:
            refused += 1
    assert refused == 300 if sealed else refused > 50


@pytest.mark.parametrize("forged", [False, True], ids=["changed by others", "sealed anew"])
def test_a_broken_heap_of_texts_is_refused_before_the_library_loops(forged, good):
    data = bytearray(good.read_bytes()[:-SIZE])
    heap = data.index(b"GCOL")
    data[heap + 24 : heap + 32] = (2**64 - 8).to_bytes(8, "little")  # the first text's size
    good.write_bytes(seal(bytes(data)) if forged else bytes(data))
    assert "texts is broken" in refusal(good)


def test_junk_behind_the_end_is_refused(good):
    good.write_bytes(good.read_bytes() + b"junk")
    assert "checksum" in refusal(good)


def test_every_stored_number_is_covered_by_the_hash(good):
    """Change one value of each data set and each attribute of ours in turn, as another program might."""
    with h5py.File(good) as file:
        places = []
        file.visititems(lambda path, thing: places.append(path))
    changed = 0
    data = good.read_bytes()
    for path in places:
        good.write_bytes(data)
        with h5py.File(good, "r+") as file:
            thing = file[path]
            if isinstance(thing, h5py.Group) or not thing.size or path.startswith("rows_"):  # that has no values
                continue
            value = thing[()]
            if value.dtype.kind == "O":
                value.flat[0] = b"other"
            else:
                value.flat[-1] = value.flat[-1] + 1 if value.flat[-1] == value.flat[-1] else 7
            thing[...] = value
        assert "checksum" in refusal(good) or "increasing" in refusal(good), path
        changed += 1
    assert changed > 12
    for path, name, value in [
        ("/", "title", "other"),
        ("/", "created", "other"),
        ("/", "recipe", "{}"),
        ("/", "provenance", "{}"),
        ("fields/train_loss", "units", "bits"),
        ("axes/x", "seed", 4),
        ("axes/x", "ignored", "[]"),
        ("trajectories/run", "folder", "c"),
        ("trust", "cosine", 0.5),
        ("trust", "frozen", False),
        ("trust", "new", 1.0),
    ]:
        good.write_bytes(data)
        with h5py.File(good, "r+") as file:
            file[path].attrs[name] = value
        assert "checksum" in refusal(good), name


# Malice


def hostile(good, change):
    with h5py.File(good, "r+") as file:
        change(file)
    return refusal(good)


def replaced(file, path, **how):
    del file[path]
    return file.create_dataset(path, **how)


def external(file, secret):
    replaced(file, "fields/train_loss", shape=(5, 7), dtype="f8", external=[(secret, 0, 280)])


def virtual(file, secret):
    del file["fields/train_loss"]
    layout = h5py.VirtualLayout((5, 7), "f8")
    layout[...] = h5py.VirtualSource(secret, "x", (5, 7))
    file.create_virtual_dataset("fields/train_loss", layout)


def outside(file, secret):
    del file["fields/train_loss"]
    file["fields/train_loss"] = h5py.ExternalLink(secret, "x")


def soft(file, secret):
    del file["fields/train_loss"]
    file["fields/train_loss"] = h5py.SoftLink("/fields/train_loss")


def soft_group(file, secret):
    del file["grid"]
    file["grid"] = h5py.SoftLink("/axes/../grid")


def unknown_outside(file, secret):
    file["theirs"] = h5py.ExternalLink(secret, "x")


def unknown_virtual(file, secret):
    layout = h5py.VirtualLayout((5, 7), "f8")
    layout[...] = h5py.VirtualSource(secret, "x", (5, 7))
    file.create_virtual_dataset("theirs/deep", layout)


def unknown_storage(file, secret):
    file.create_dataset("theirs", shape=(4,), dtype="f8", external=[(secret, 0, 32)])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (external, "another file"),
        (virtual, "virtual"),
        (outside, "another file"),
        (soft, "soft link"),
        (soft_group, "soft link"),
        (unknown_outside, "another file"),
        (unknown_virtual, "virtual"),
        (unknown_storage, "another file"),
    ],
)
def test_nothing_outside_the_file_is_read(change, words, good, tmp_path):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["x"] = np.ones((5, 7))
    os.utime(secret, (1, 1))
    assert words in hostile(good, lambda file: change(file, str(secret)))
    assert secret.stat().st_atime == 1


def cycle(file):
    file["axes/x/direction/loop"] = file["axes"]


def self_loop(file):
    group = file.create_group("theirs")
    group["me"] = group


def deep(file):
    group = file.create_group("theirs")
    for _ in range(500):
        group = group.create_group("d")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: replaced(f, "fields/train_loss", shape=(2**40, 2**20), dtype="f8", chunks=(1, 64)), "shape"),
        (lambda f: replaced(f, "grid/alpha", shape=(2**40,), dtype="f8", chunks=(64,)), "claims the shape"),
        (lambda f: replaced(f, "fields/train_loss", shape=(5, 7), dtype="f8", chunks=(5, 7)), "holds no values"),
        (lambda f: replaced(f, "fields/train_loss", data=np.zeros((7, 5))), "shape"),
        (lambda f: replaced(f, "fields/train_loss", data=np.zeros(35)), "shape"),
        (lambda f: replaced(f, "fields/train_loss", data=np.zeros((5, 7), "f4")), "float32"),
        (lambda f: replaced(f, "fields/train_loss", data=np.zeros((5, 7), ">f8")), "f8"),
        (lambda f: replaced(f, "fields/train_loss", data=np.zeros((5, 7), [("a", "f8")])), "type"),
        (lambda f: replaced(f, "fields/train_loss", data=np.full((5, 7), "x", h5py.string_dtype())), "type"),
        (lambda f: replaced(f, "fields/train_loss", data=h5py.Empty("f8")), "shape"),
        (lambda f: replaced(f, "evaluated", data=np.zeros((5, 7))), "type"),
        (lambda f: replaced(f, "grid/alpha", data=np.zeros(7)), "increasing"),
        (lambda f: replaced(f, "grid/alpha", data=np.full(7, np.nan)), "increasing"),
        (lambda f: replaced(f, "axes/x/direction/fc.weight", data=np.zeros((2**20,)), compression="gzip"), "checksum"),
        (lambda f: replaced(f, "axes/x/direction/fc.weight", data=np.zeros(2**24), compression="gzip"), "far larger"),
        (lambda f: replaced(f, "axes/x/direction/fc.weight", data=np.array([f.ref], h5py.ref_dtype)), "type"),
        (lambda f: f.__delitem__("samples"), "not a data set"),
        (lambda f: f.__delitem__("grid"), "not a group"),
        (lambda f: (f.__delitem__("grid"), f.__setitem__("grid", np.zeros(3))), "not a group"),
        (lambda f: f.__setitem__("fields/type", np.dtype("f8")), "not a data set"),
        (lambda f: f.create_group("fields/more"), "not a data set"),
        (lambda f: f.attrs.create("title", np.zeros(3)), "no readable attribute"),
        (lambda f: f.attrs.create("title", 3.5), "no text"),
        (lambda f: f.attrs.__delitem__("recipe"), "no readable attribute"),
        (lambda f: f.attrs.create("recipe", "[1, 2]"), "no list of names"),
        (lambda f: f.attrs.create("recipe", "{" * 100), "damaged"),
        (lambda f: f.attrs.create("recipe", "[" * 100_000), "damaged"),
        (lambda f: f["axes/x"].attrs.create("ignored", "{}"), "unperturbed"),
        (lambda f: f["grid"].attrs.create("axes", 1), "increasing"),
        (lambda f: f["fields"].attrs.create("announced", "[1]"), "damaged"),
        (cycle, "not a data set"),
        (deep, "nested"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_check_that_failed(change, words, good):
    assert words in hostile(good, change)


def test_a_loop_among_unknown_groups_does_no_harm(good, landscape):
    with h5py.File(good, "r+") as file:
        self_loop(file)
    back = load(good)
    assert digest(back) == digest(landscape)
    save(back, good)
    assert digest(load(good)) == digest(landscape)


def test_a_forest_of_objects_is_refused(good, monkeypatch):
    monkeypatch.setattr(inspect, "OBJECT_LIMIT", 50)
    with h5py.File(good, "r+") as file:
        group = file.create_group("theirs")
        for k in range(51):
            group[str(k)] = file["evaluated"]
    assert "more than 50 objects" in refusal(good)


def test_nothing_stays_open(good, landscape):
    gc.collect()
    before = h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL)
    assert digest(load(good)) == digest(landscape)
    with h5py.File(good, "r+") as file:
        file["theirs"] = h5py.SoftLink("/nowhere")
    for _ in range(5):
        refusal(good)
    gc.collect()
    assert h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL) <= before


def test_the_looking_half_s_storage_needs_no_torch():
    code = "import sys, lossvista.compute.storage; print(sorted({'torch', 'PySide6', 'vtkmodules'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
