"""Data by name: digits, image folders and arrays; the choice of samples; normalization; and every way to get it wrong."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem import data as data_module
from lossvista.compute.problem.data import load_data, normalize
from lossvista.compute.problem.models import build_model
from lossvista.compute.problem.networks.cifar_resnet import CIFAR10


def images(folder: Path, per_class: dict[str, int], size: tuple[int, int] = (6, 4)) -> Path:
    """Solid images (width, height), the red value telling which."""
    shade = 0
    for name, count in per_class.items():
        (folder / name).mkdir(parents=True)
        for number in range(count):
            Image.new("RGB", size, (shade, 10, 20)).save(folder / name / f"{number}.png")
            shade += 1
    return folder


# --- Digits ---


def test_digits_split_every_digit_and_lose_none():
    train, test, all_ = (load_data(spec) for spec in ("digits", "digits:test", "digits:all"))
    assert (len(train), len(test), len(all_)) == (1442, 355, 1797)
    assert train.shape == (1, 8, 8) and train.classes == tuple("0123456789")
    assert train.inputs.min() == 0 and train.inputs.max() == 1 and train.inputs.dtype == torch.float32
    both = torch.cat([train.inputs, test.inputs]).flatten(1)
    assert torch.equal(both.sum(0), all_.inputs.flatten(1).sum(0))
    share = torch.bincount(test.targets) / torch.bincount(all_.targets)
    assert ((share > 0.18) & (share < 0.21)).all()


@settings(max_examples=8)
@given(samples=st.integers(1, 355), seed=st.integers(0, 2**63 - 1))
def test_a_subset_is_drawn_by_its_seed_without_replacement_in_order(samples: int, seed: int):
    part, again, whole = (
        load_data("digits:test", samples, seed),
        load_data("digits:test", samples, seed),
        load_data("digits:test"),
    )
    assert len(part) == samples == len(part.ids.unique()) and part.count_all == 355
    assert (part.ids.diff() > 0).all()
    assert torch.equal(part.ids, again.ids) and torch.equal(part.inputs, again.inputs)
    assert torch.equal(part.inputs, whole.inputs[part.ids]) and torch.equal(part.targets, whole.targets[part.ids])


# --- Image folders ---


def test_an_image_folder_gives_rgb_planes_with_sorted_classes(tmp_path: Path):
    data = load_data(f"imagefolder:{images(tmp_path, {'b': 2, 'a': 1})}")
    assert data.classes == ("a", "b") and data.targets.tolist() == [0, 1, 1]
    assert data.shape == (3, 4, 6)  # channels, height, width
    assert torch.equal(data.inputs[:, 0, 0, 0], torch.tensor([2, 0, 1]) / 255)
    assert torch.equal(data.inputs[:, 1:].amax((2, 3)), torch.tensor([[10, 20]] * 3) / 255)


def test_only_the_chosen_images_are_opened(tmp_path: Path):
    folder = images(tmp_path, {"a": 40})
    chosen = load_data(f"imagefolder:{folder}", 5, seed=1).ids.tolist()
    names = sorted(path.name for path in (folder / "a").iterdir())
    for number, name in enumerate(names):
        if number not in chosen and number != 0:  # the first tells the size
            (folder / "a" / name).write_bytes(b"no image")
    assert load_data(f"imagefolder:{folder}", 5, seed=1).ids.tolist() == chosen
    with pytest.raises(LossvistaError, match="cannot be read"):
        load_data(f"imagefolder:{folder}")


def test_a_colon_and_grey_or_transparent_images_do_no_harm(tmp_path: Path):
    folder = tmp_path / "a:b c#ü"
    (folder / "x").mkdir(parents=True)
    Image.new("L", (4, 4), 255).save(folder / "x" / "1.jpg", quality=95)
    Image.new("RGBA", (4, 4), (255, 255, 255, 0)).save(folder / "x" / "2.png")
    (folder / "x" / "notes.txt").write_text("no image")
    assert load_data(f"imagefolder:{folder}").inputs.min() == 1


def break_sizes(folder: Path) -> str:
    images(folder, {"a": 2})
    Image.new("RGB", (5, 5)).save(folder / "a" / "2.png")
    return r"differ in size: '.*2\.png' has 5×5 pixels, '.*0\.png' has 6×4"


def break_image(folder: Path) -> str:
    images(folder, {"a": 2})
    file = folder / "a" / "1.png"
    file.write_bytes(file.read_bytes()[:40])
    return r"image '.*1\.png' cannot be read"


def splits(folder: Path) -> str:
    images(folder / "train", {"a": 1})
    images(folder / "test", {"a": 1})
    return r"holds the parts test, train, not classes.*imagefolder:.*test"


def flat(folder: Path) -> str:
    Image.new("RGB", (5, 5)).save(folder / "2.png")
    return "no images in class folders"


def empty_classes(folder: Path) -> str:
    (folder / "a").mkdir()
    return "no images in class folders"


def bomb(folder: Path) -> str:
    images(folder, {"a": 1})
    head = b"P6 100000 100000 255\n"
    (folder / "a" / "0.png").unlink()
    (folder / "a" / "0.ppm").write_bytes(head + b"\0" * 100)
    return "too large to decode"


@pytest.mark.parametrize("prepare", [break_sizes, break_image, splits, flat, empty_classes, bomb])
def test_a_folder_that_cannot_be_used_says_why(tmp_path: Path, prepare):
    with pytest.raises(LossvistaError) as caught:
        sentence = prepare(tmp_path)
        load_data(f"imagefolder:{tmp_path}")
    assert re.search(sentence, str(caught.value))


# --- Arrays ---


@pytest.mark.parametrize(
    ("x", "shape"),
    [
        (np.full((3, 5, 4), 255, np.uint8), (1, 5, 4)),
        (np.full((3, 5, 4, 3), 255, np.uint8), (3, 5, 4)),
        (np.ones((3, 5, 4, 3), np.float64), (3, 5, 4)),
        (np.ones((3, 3, 5, 4), np.float16), (3, 5, 4)),
        (np.ones((3, 7), np.float32), (7,)),
    ],
)
def test_arrays_come_in_as_images_or_features(tmp_path: Path, x: np.ndarray, shape: tuple[int, ...]):
    np.savez_compressed(tmp_path / "a.npz", x=x, y=np.array([0, 2, 1]))
    data = load_data(f"npz:{tmp_path / 'a.npz'}")
    assert data.shape == shape and len(data.classes) == 3 and data.targets.tolist() == [0, 2, 1]
    assert data.inputs.dtype == torch.float32 and torch.equal(data.inputs, torch.ones(3, *shape))


X, Y = np.zeros((3, 4, 4), np.uint8), np.zeros(3, int)


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"x": X}, "holds no array called 'y'"),
        ({"images": X, "y": Y}, "no array called 'x' .it holds: images, y"),
        ({"x": X, "y": Y[:2]}, "differ in length"),
        ({"x": X, "y": Y - 1}, "class numbers"),
        ({"x": X, "y": Y.astype(float)}, "class numbers"),
        ({"x": X.astype(int), "y": Y}, "uint8 images or floats, not int64"),
        ({"x": X[0, 0], "y": Y}, "differ in length"),
        ({"x": X[..., None, None], "y": Y}, "uint8 images or floats"),
        ({"x": np.full((3, 2), np.nan), "y": Y}, "6 values that are NaN"),
        ({"x": np.array([object()] * 3), "y": Y}, "pickled objects"),
        ({"x": X[:0], "y": Y[:0]}, "holds no samples"),
        ({"x": X, "y": Y + 10**9}, "goes up to 1,000,000,000"),
    ],
)
def test_arrays_that_cannot_be_used_say_why(tmp_path: Path, arrays: dict[str, np.ndarray], sentence: str):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(LossvistaError, match=sentence):
        load_data(f"npz:{tmp_path / 'a.npz'}")


def member(header: str, body: bytes) -> bytes:
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body


@pytest.mark.parametrize(
    ("x", "sentence"),
    [
        (member("{'descr': '|u1', 'fortran_order': False, 'shape': (3, 1000000, 1000000)}", b"12"), "claims a size"),
        (b"\x93NUMPY\x01\x00", "damaged or no .npz"),
        (b"", "damaged or no .npz"),
    ],
    ids=["terabytes", "cut header", "empty"],
)
def test_a_hostile_array_is_refused_before_memory_is_taken(tmp_path: Path, x: bytes, sentence: str):
    y = io.BytesIO()
    np.save(y, Y)
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("y.npy", y.getvalue())
        archive.writestr("x.npy", x)
    with pytest.raises(LossvistaError, match=sentence):
        load_data(f"npz:{tmp_path / 'a.npz'}")


def test_a_cut_array_file_is_said_to_be_damaged(tmp_path: Path):
    file = tmp_path / "a.npz"
    np.savez(file, x=X, y=Y)
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(LossvistaError, match="damaged"):
        load_data(f"npz:{file}")


# --- Names ---


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("digit", "no data source called 'digit'. Did you mean 'digits'"),
        ("", "no data source called ''"),
        ("digits:tset", "no part called 'tset'. Did you mean 'test'"),
        ("imagefolder:", "needs its path"),
        ("npz:", "needs its path"),
        ("imagefolder:nowhere", "'nowhere' does not exist"),
        ("npz:nowhere.npz", "'nowhere.npz' does not exist"),
    ],
)
def test_names_that_lead_nowhere(spec: str, sentence: str):
    with pytest.raises(LossvistaError, match=sentence):
        load_data(spec)


def test_a_bare_path_is_answered_with_the_name_to_write(tmp_path: Path):
    with pytest.raises(LossvistaError, match=f"Write imagefolder:{tmp_path}"):
        load_data(str(tmp_path))


def test_more_samples_than_there_are():
    with pytest.raises(LossvistaError, match="356 samples were asked for, but 'digits:test' holds 355"):
        load_data("digits:test", 356)


def test_what_the_memory_cannot_hold_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros((3, 1000, 1000), np.uint8), y=Y)  # 3 kB that unpack to 3 MB
    monkeypatch.setattr(data_module.os, "sysconf", lambda name: 500)  # a machine of 250 kB
    assert len(load_data("digits:all", 100)) == 100
    for spec in (
        "digits:all",
        f"imagefolder:{images(tmp_path / 'images', {'a': 1}, (300, 300))}",
        f"npz:{tmp_path / 'bomb.npz'}",
    ):
        with pytest.raises(LossvistaError, match=r"needs .* GiB of memory; this machine has 0\.0"):
            load_data(spec)


# --- Normalization ---


def test_a_cifar_resnet_declares_li_et_als_mean_and_deviation():
    x = torch.rand(2, 3, 32, 32)
    model = build_model("resnet20", (3, 32, 32), 10)
    expected = (x * 255 - torch.tensor([125.3, 123.0, 113.9])[:, None, None]) / torch.tensor([63.0, 62.1, 66.7])[
        :, None, None
    ]
    for choice in ("model", "cifar10"):
        torch.testing.assert_close(normalize(x, choice, model), expected)
    assert CIFAR10[0][0] == 125.3 / 255


def test_normalizations_by_name():
    grey, colour = torch.full((1, 1, 2, 2), 0.1307), torch.rand(1, 3, 2, 2)
    assert normalize(grey, "mnist").abs().max() == 0
    assert normalize(torch.ones(1, 3, 1, 1), "imagenet").flatten().tolist() == pytest.approx(
        [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    )
    assert normalize(colour, "none") is colour
    assert torch.equal(normalize(colour, "model", torch.nn.Identity()), colour)  # declares none
    with pytest.raises(
        LossvistaError, match=r"'imagenet' is for images of 3 channels, but a sample of the data is 1×2×2"
    ):
        normalize(grey, "imagenet")
