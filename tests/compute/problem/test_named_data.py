"""Data that comes by name with words or from torchvision, and data as users hand it over."""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset, TensorDataset
from torchvision import datasets

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.data import load_data
from lossvista.compute.problem.problem import Problem
from lossvista.compute.problem.samples import Samples, read_samples
from lossvista.compute.problem.sources.text import LENGTH, sentences, tokenized, words
from lossvista.compute.problem.tokens import VOCABULARY

# --- Text ---


def test_the_text_is_whole_sentences_with_both_labels_and_no_word_that_tells() -> None:
    train, test, every = (load_data(f"text{part}") for part in ("", ":test", ":all"))
    assert (len(train), len(test), len(every)) == (960, 240, 1200) and train.shape == (LENGTH,)
    assert train.inputs.dtype == torch.int64 and train.inputs.max() < VOCABULARY and train.inputs.min() == 0
    assert train.classes == ("bad", "good") and 0.4 < train.targets.double().mean() < 0.6
    written = sentences()
    assert written == sentences() and len({sentence for sentence, _ in written}) == 1200
    labels = dict(written)
    for word in {w for sentence in labels for w in sentence.split()}:
        own = [label for sentence, label in labels.items() if word in sentence.split()]
        assert 0.15 < np.mean(own) < 0.85, word  # it needs its neighbours
    with pytest.raises(LossvistaError, match=r"no part called 'tset'. Did you mean 'test'?"):
        load_data("text:tset")


def test_words_and_numbers_are_inverse() -> None:
    for sentence, _ in sentences()[:50]:
        assert words(tokenized(sentence)) == sentence
    assert words(tokenized("The zork, was GOOD!")) == "the ? was good" and len(tokenized("a " * 99)) == LENGTH


# --- torchvision's ---


def idx(array: np.ndarray) -> bytes:
    """MNIST's format: magic number, sizes, bytes."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    for name, kind in (("MNIST", 0), ("FashionMNIST", 1)):
        raw = tmp_path / name / "raw"
        raw.mkdir(parents=True)
        for part, count in (("train", 12), ("t10k", 5)):
            images = np.full((count, 28, 28), 51 * (kind + 1))
            (raw / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
            (raw / f"{part}-labels-idx1-ubyte").write_bytes(idx(np.arange(count) % 10))
    return tmp_path


@pytest.mark.parametrize(("name", "shade"), [("mnist", 0.2), ("fashion-mnist", 0.4)])
def test_mnist_is_read_from_its_folder(mnist: Path, name: str, shade: float) -> None:
    train, test = load_data(f"{name}:{mnist}"), load_data(f"{name}:{mnist}:test", 4, seed=1)
    assert train.shape == (1, 28, 28) and len(train) == 12 and train.inputs.unique().tolist() == pytest.approx([shade])
    assert (len(test), test.count_all) == (4, 5) and train.targets.tolist() == [k % 10 for k in range(12)]
    inside = load_data(f"{name}:{mnist / ('MNIST' if name == 'mnist' else 'FashionMNIST')}")
    assert len(inside) == 12 and len(inside.classes) == 10


def test_cifar_is_read_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of its format with other images; their check sums are entered in place of the true ones."""
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    lists: dict[str, list[list[str]]] = {"train_list": [], "test_list": []}
    for name in ("data_batch_1", "test_batch"):
        entry = {"data": np.repeat(np.arange(3, dtype=np.uint8) * 51, 1024)[None].repeat(2, 0), "labels": [3, 9]}
        (folder / name).write_bytes(pickle.dumps(entry))
        lists["train_list" if "data" in name else "test_list"].append(
            [name, datasets.utils.calculate_md5(folder / name)]
        )
    (folder / "batches.meta").write_bytes(pickle.dumps({"label_names": list("abcdefghij")}))
    for which, entries in lists.items():
        monkeypatch.setattr(datasets.CIFAR10, which, entries)
    meta = {**datasets.CIFAR10.meta, "md5": datasets.utils.calculate_md5(folder / "batches.meta")}
    monkeypatch.setattr(datasets.CIFAR10, "meta", meta)
    for spec in (f"cifar10:{tmp_path}", f"cifar10:{folder}:test"):
        data = load_data(spec)
        assert data.shape == (3, 32, 32) and data.targets.tolist() == [3, 9] and data.classes == tuple("abcdefghij")
        assert data.inputs[0, :, 5, 5].tolist() == pytest.approx([0, 0.2, 0.4])
    (folder / "data_batch_1").write_bytes(b"cut")
    with pytest.raises(LossvistaError, match="no complete cifar10 data in"):
        load_data(f"cifar10:{tmp_path}")


@pytest.mark.parametrize("name", ["cifar10", "cifar100", "mnist", "fashion-mnist"])
def test_what_is_not_there_is_not_fetched_unasked(tmp_path: Path, name: str) -> None:
    with pytest.raises(LossvistaError, match=rf"no complete {name} data in .*--download"):
        load_data(f"{name}:{tmp_path}")
    assert not list(tmp_path.iterdir())
    with pytest.raises(LossvistaError, match=f"needs its folder. Write {name}:DIR"):
        load_data(name)
    with pytest.raises(LossvistaError, match=r"no part called 'tset'. Did you mean 'test'?"):
        load_data(f"{name}:{tmp_path}:tset")


def test_a_fetch_that_fails_says_so(tmp_path: Path) -> None:
    """Fault 17: the folder is a file, which fails before any network is asked."""
    (tmp_path / "MNIST").write_text("in the way")
    with pytest.raises(LossvistaError, match=r"could not be fetched .* needs no network") as caught:
        load_data(f"mnist:{tmp_path}", download=True)
    assert "Error" in caught.value.details


# --- As users hand it over ---

X, Y = torch.arange(20.0).view(10, 2), torch.arange(10)


class Named(Dataset):
    """Samples as dicts, with a text that no network takes."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, k: int) -> dict[str, object]:
        return {"values": X[k], "name": f"{k}.png", "label": int(Y[k])}


class Plain:
    """Neither a Dataset nor a list, but with a length and samples by number."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, k: int) -> tuple[np.ndarray, int]:
        return X[k].numpy(), int(Y[k])


GIVEN = {
    "tensors": (X, Y),
    "arrays": (X.numpy(), Y.numpy()),
    "TensorDataset": TensorDataset(X, Y),
    "Subset": Subset(TensorDataset(torch.cat([X, X]), torch.cat([Y, Y])), range(10)),
    "loader": DataLoader(TensorDataset(X, Y), batch_size=3, shuffle=True),
    "list": [(X[k], Y[k]) for k in range(10)],
    "own": Plain(),
    "samples": Samples(X, Y, torch.arange(10), 10),
}


@pytest.mark.parametrize("kind", GIVEN)
def test_all_ways_to_hand_over_samples_are_one(kind: str) -> None:
    read = read_samples(GIVEN[kind], "training", torch.float64)
    assert torch.equal(read.inputs, X.double()) and torch.equal(read.targets, Y) and read.available == 10
    if kind != "samples":  # they are chosen already
        part, again = (read_samples(GIVEN[kind], "training", torch.float32, 4, 7) for _ in range(2))
        assert len(part) == 4 and torch.equal(part.inputs, X[part.ids]) and torch.equal(part.ids, again.ids)
        assert len(read_samples(GIVEN[kind], "test", torch.float32, 99, at_most=True)) == 10


def test_dicts_several_inputs_and_lone_tensors() -> None:
    named = read_samples(Named(), "training", torch.float32)
    assert named.inputs.keys() == {"values"} and torch.equal(named.targets, Y)
    whole = read_samples({"a": X, "mask": X > 3, "targets": Y}, "training", torch.float32, 3)
    assert whole.inputs.keys() == {"a", "mask"} and whole.inputs["mask"].dtype == torch.bool and len(whole) == 3
    several = read_samples([(X[k], X[k], Y[k]) for k in range(10)], "training", torch.float32)
    assert len(several.inputs) == 2 and torch.equal(several.inputs[1], X)
    lone = read_samples([X[k] for k in range(10)], "training", torch.float32)
    assert torch.equal(lone.targets, X) and torch.equal(read_samples(X, "training", torch.float32).targets, X)


def test_a_loader_that_pads_is_asked_to_collate() -> None:
    rows = [(torch.ones(k + 1), k) for k in range(5)]

    def pad(batch: list[tuple[torch.Tensor, int]]) -> dict[str, torch.Tensor]:
        padded = nn.utils.rnn.pad_sequence([x for x, _ in batch], batch_first=True)
        return OrderedDict(x=padded, labels=torch.tensor([y for _, y in batch]))

    read = read_samples(DataLoader(rows, 2, collate_fn=pad), "training", torch.float32)  # type: ignore[arg-type]
    assert read.inputs["x"].shape == (5, 5) and read.inputs["x"].sum() == 15 and type(read.inputs) is dict
    with pytest.raises(LossvistaError, match=r"differ in shape.*Pad or crop"):
        read_samples(rows, "training", torch.float32)


class Stream(IterableDataset):
    def __iter__(self):
        return iter([(X[0], Y[0])])


WRONG = {
    "a stream": (Stream(), "is a Stream, which has no length"),
    "a number": (3, "is a int, which has no length"),
    "nothing": ([], "data set is empty"),
    "no tensors": ([(object(), 1)], "a sample holds a object, which is no tensor"),
    "lengths": ((X, Y[:4]), "10 inputs but 4 targets"),
    "parts": ({"a": X, "b": X[:3], "y": Y}, "differ in number: a 10, b 3"),
    "too few": (None, "99 samples were asked for, but the training data holds 10"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_data_that_cannot_be_used_says_why(mistake: str) -> None:
    given, sentence = WRONG[mistake]
    with pytest.raises(LossvistaError, match=sentence):
        read_samples((X, Y) if given is None else given, "training", torch.float32, 0 if given is not None else 99)


def test_a_problem_says_what_it_wants() -> None:
    with pytest.raises(LossvistaError, match=r"is a torch.nn.Module, not a type"):
        Problem(nn.Linear, train=(X, Y))  # type: ignore[arg-type]
    with pytest.raises(LossvistaError, match=r"is a function of .outputs, targets., not a str"):
        Problem(nn.Linear(2, 2), train=(X, Y), loss="mse")  # type: ignore[arg-type]
    with pytest.raises(LossvistaError, match="needs its training data once"):
        Problem(nn.Linear(2, 2))
