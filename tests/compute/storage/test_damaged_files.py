"""Damaged files: cut, with flipped bits or changed by others, they give one sentence and never a wrong number."""

import random

import h5py
import pytest
from refusals import refusal

from lossvista.compute.errors import LossvistaError
from lossvista.compute.storage import load
from lossvista.compute.storage.digest import digest
from lossvista.compute.storage.seal import SIZE, seal


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
