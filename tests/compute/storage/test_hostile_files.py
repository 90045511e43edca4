"""Hostile files: links out, loops, huge claims and forests of objects give one sentence; no other file is read, and nothing hangs."""

import gc
import os

import h5py
import numpy as np
import pytest
from refusals import refusal

from lossvista.compute.storage import inspect, load, save
from lossvista.compute.storage.digest import digest


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
