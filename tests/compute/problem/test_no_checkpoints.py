"""Files that are no checkpoints, hostile ones and damaged ones: a sentence, and nothing of them runs."""

from __future__ import annotations

import os
import pickle
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.checkpoints import load_weights
from lossvista.compute.problem.models import build_model

STATE = build_model("cnn", (1, 8, 8), 10, seed=5).state_dict()


class Spy:
    """Its pickle, when trusted, makes a file: the proof that code has run."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def same(found: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> bool:
    return found.keys() == wanted.keys() and all(torch.equal(found[name], wanted[name]) for name in wanted)


def saved(value: object, path: Path, legacy: bool = False) -> None:
    torch.save(value, path, _use_new_zipfile_serialization=not legacy)


def with_pickle(path: Path, code: bytes) -> None:
    """A checkpoint of PyTorch's whose pickle is this one."""
    saved({"a": torch.zeros(2)}, path)
    with zipfile.ZipFile(path) as honest:
        entries = {name: honest.read(name) for name in honest.namelist()}
    with zipfile.ZipFile(path, "w") as hostile:
        for name, content in entries.items():
            hostile.writestr(name, code if name.endswith("/data.pkl") else content)


def torchscript(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:  # the layout of torch.jit.save, of which nothing is run
        for name in ("w/data.pkl", "w/code/__torch__.py", "w/constants.pkl", "w/version"):
            archive.writestr(name, b"3")


def cut(path: Path, legacy: bool, share: float) -> None:
    saved(STATE, path, legacy)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])


def arrays(path: Path) -> None:
    with path.open("wb") as file:  # by its name alone NumPy would add a suffix
        np.savez(file, x=np.zeros(2))


def cut_safetensors(path: Path) -> None:
    save_file(STATE, path)
    path.write_bytes(path.read_bytes()[:-1000])


def zip_bomb(path: Path) -> None:
    saved({"a": torch.zeros(2_000_000)}, path)
    with zipfile.ZipFile(path) as honest:
        entries = {name: honest.read(name) for name in honest.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in entries.items():
            bomb.writestr(name, content)


def wide_tuples(levels: int, width: int) -> bytes:
    """Tuples of tuples by reference: few bytes, width^levels objects to whoever hashes it."""
    code = b"\x80\x02})q\x00"
    for level in range(levels):
        code += b"0(" + b"h" + bytes([level])
        code += (b"h" + bytes([level])) * (width - 1) + b"tq" + bytes([level + 1])
    return code + b"K\x01s."


TERABYTES = torch.zeros(1).expand(10**12)


FAULTS = {
    "absent": (lambda p: p.with_name("w2.pt").touch(), "There is no checkpoint.*Did you mean 'w2.pt'"),
    "folder": (lambda p: p.mkdir(), "is a folder, not a checkpoint.*holds no checkpoint file"),
    "folder of files": (lambda p: (p.mkdir(), (p / "a.pth").touch()), "is a folder.*such as .*a.pth"),
    "recording": (lambda p: (p.mkdir(), (p / "recording.json").touch()), "recording of many.*--trajectory"),
    "FIFO": (lambda p: os.mkfifo(p), "is no regular file"),
    "empty": (lambda p: p.touch(), "is empty"),
    "LFS pointer": (
        lambda p: p.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"),
        "Git LFS pointer.*git lfs pull",
    ),
    "HTML": (lambda p: p.write_text("\n<!DOCTYPE html><html>Sign in"), "is a web page"),
    "text": (lambda p: p.write_text("epoch,loss\n1,2\n"), "is not a checkpoint of PyTorch"),
    "Keras": (lambda p: p.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(99)), "is an HDF5 file"),
    "Lua": (lambda p: p.write_bytes(struct.pack("<iii", 4, 1, 3) + b"V 1"), "is a Torch 7"),
    "arrays": (arrays, "zip archive, but not one of PyTorch"),
    "cut": (lambda p: cut(p, False, 0.7), "is cut short"),
    "cut early": (lambda p: cut(p, False, 0.01), "is cut short"),
    "cut, legacy": (lambda p: cut(p, True, 0.9), "is cut short"),
    "cut early, legacy": (lambda p: cut(p, True, 0.02), "is cut short"),
    "cut, safetensors": (cut_safetensors, "is cut short"),
    "TorchScript": (torchscript, r"TorchScript program.*nothing of it was run.*torch\.jit\.load.*state_dict"),
    "whole module": (lambda p: saved(nn.Linear(2, 2), p), r"asks for torch.nn.*weights_only=False.*torch\.save"),
    "whole module, legacy": (lambda p: saved(nn.Linear(2, 2), p, True), r"would run code.*torch\.save.*--trust-pickle"),
    "plain pickle": (lambda p: p.write_bytes(pickle.dumps(STATE)), "torch.save did not write"),
    "no weights": (lambda p: saved({"epoch": 3, "acc": 0.5}, p), "no named weights .it holds: epoch, acc"),
    "one tensor": (lambda p: saved(torch.zeros(3), p), "no named weights .it holds a Tensor"),
    "list": (lambda p: saved([torch.zeros(3)], p), "no named weights .it holds a list"),
    "sparse": (lambda p: saved({"w": torch.eye(3).to_sparse()}, p), "is not a plain tensor|is damaged"),
    "terabytes": (lambda p: saved({"w": TERABYTES}, p), "its tensors claim 4,000,000,000,000"),
    "terabytes, legacy": (lambda p: saved({"w": TERABYTES}, p, True), "its tensors claim 4,000,000,000,000"),
    "terabytes beside": (lambda p: saved({"model": STATE, "x": [(TERABYTES,)]}, p), "its tensors claim"),
    "zip bomb": (zip_bomb, "claims to unpack to 8,"),
    "deep tuples": (lambda p: with_pickle(p, b"\x80\x02})" + b"\x85" * 200_000 + b"K\x01s."), "more than 100 levels"),
    "deep lists": (lambda p: with_pickle(p, b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b"."), "100 levels"),
    "wide tuples": (lambda p: with_pickle(p, wide_tuples(6, 100)), "more than 20,000,000 objects"),
    "nonsense": (lambda p: with_pickle(p, b"\x80\x02h\x07."), "is damaged"),
    "huge header": (lambda p: p.write_bytes(struct.pack("<Q", 2**60) + b"{}"), "is cut short|is damaged"),
}


TRUSTED = {"whole module", "whole module, legacy", "plain pickle"}  # these open then: see below


@pytest.mark.parametrize(
    ("fault", "trust"), [(f, False) for f in FAULTS] + [(f, True) for f in FAULTS if f not in TRUSTED]
)
def test_a_file_that_is_no_checkpoint_says_what_it_is(tmp_path: Path, fault: str, trust: bool):
    make, sentence = FAULTS[fault]
    make(tmp_path / "w.pt")
    with pytest.raises(LossvistaError) as caught:
        load_weights(tmp_path / "w.pt", trust)
    assert re.search(sentence, str(caught.value), re.DOTALL), caught.value
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_pickle_runs_only_when_trusted(tmp_path: Path, legacy: bool):
    mark, path = tmp_path / "ran", tmp_path / "w.pt"
    saved({"state_dict": STATE, "extra": Spy(mark)}, path, legacy)
    with pytest.raises(LossvistaError, match=r"would run code that is stored in it .it asks for posix\.mkdir"):
        load_weights(path)
    assert not mark.exists()
    assert same(load_weights(path, trust=True), STATE)
    assert mark.exists()


def test_trusted_modules_and_plain_pickles_open(tmp_path: Path):
    net = nn.Linear(2, 2)
    saved(net, tmp_path / "module.pt")
    (tmp_path / "plain.pkl").write_bytes(pickle.dumps({"model": net.state_dict()}))
    for name in ("module.pt", "plain.pkl"):
        assert same(load_weights(tmp_path / name, trust=True), net.state_dict())


def test_a_trusted_pickle_that_fails_says_so(tmp_path: Path):
    (tmp_path / "there").mkdir()
    saved({"extra": Spy(tmp_path / "there")}, tmp_path / "w.pt")
    with pytest.raises(LossvistaError, match="failed while it was opened: FileExistsError") as caught:
        load_weights(tmp_path / "w.pt", trust=True)
    assert "Traceback" in caught.value.details


@given(data=st.data(), legacy=st.booleans())
def test_damage_anywhere_is_a_sentence_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, legacy: bool
):
    path = tmp_path_factory.mktemp("damage") / "w.pt"
    saved({"state_dict": {"a.weight": torch.ones(4, 3), "a.bias": torch.zeros(4)}, "epoch": 3}, path, legacy)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        found = load_weights(path)
    except LossvistaError as error:
        assert str(path) in str(error)
    else:
        assert sum(tensor.numel() for tensor in found.values()) < 1000
