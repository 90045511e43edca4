"""Checkpoints as people have them, and every file that is none: nothing runs, and the cause is named."""

from __future__ import annotations

import argparse
import json
import os
import pickle
import re
import struct
import sys
import types
import zipfile
from collections import OrderedDict
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
from lossvista.compute.problem.fitting import fit_weights
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


# --- As people have them ---

WRAPPINGS = {
    "plain": lambda s: s,
    "state_dict": lambda s: {"state_dict": s, "acc": 93.66, "epoch": 300},
    "model": lambda s: {"model": s, "optimizer": {"state": {0: {"step": 3}}, "param_groups": [{"lr": 0.1}]}},
    "lightning": lambda s: {"epoch": 3, "state_dict": s, "hyper_parameters": {"lr": 0.1}, "loops": {}},
    "with a tensor beside": lambda s: {"best_acc": torch.tensor(93.0), "net": s},
    "numbers among them": lambda s: OrderedDict(s, epoch=7),
    "unknown place": lambda s: {"my_network": s, "epoch": 7},
    "two levels": lambda s: {"model": {"state_dict": s}},
    "numpy and arguments": lambda s: {"state_dict": s, "acc": np.float64(9), "args": argparse.Namespace(lr=0.1)},
    "DataParallel": lambda s: {"state_dict": {f"module.{n}": t for n, t in s.items()}},
    "compiled": lambda s: {f"_orig_mod.{n}": t for n, t in s.items()},
    "both": lambda s: {f"module._orig_mod.{n}": t for n, t in s.items()},
    "parameters": lambda s: {n: nn.Parameter(t, requires_grad=t.is_floating_point()) for n, t in s.items()},
}


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_weights_are_found_wherever_they_are(tmp_path: Path, wrapping: str, legacy: bool):
    state = {n: t for n, t in STATE.items() if wrapping != "parameters" or t.is_floating_point()}
    torch.save(WRAPPINGS[wrapping](state), tmp_path / "w.t7", _use_new_zipfile_serialization=not legacy)
    found = load_weights(tmp_path / "w.t7")
    assert same(found, state)
    assert not any(tensor.requires_grad for tensor in found.values())


@pytest.mark.parametrize("name", ["w.safetensors", "w.bin"])
def test_safetensors_are_known_by_their_bytes(tmp_path: Path, name: str):
    save_file(STATE, tmp_path / name)
    assert same(load_weights(tmp_path / name), STATE)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_becomes_single(tmp_path: Path, kind: torch.dtype):
    torch.save({"w": torch.tensor([1.5, -2.0], dtype=kind), "n": torch.tensor(3)}, tmp_path / "w.pt")
    found = load_weights(tmp_path / "w.pt")
    assert found["w"].dtype == torch.float32 and found["w"].tolist() == [1.5, -2.0] and found["n"].dtype == torch.int64


def test_tied_weights_keep_both_names(tmp_path: Path):
    shared = torch.randn(3, 2)
    torch.save({"embed": shared, "head": shared}, tmp_path / "w.pt")
    assert torch.equal(load_weights(tmp_path / "w.pt")["head"], shared)


@pytest.mark.parametrize("name", ["with space.pt", "ünïcode ☃.pt", "#hash.pt", "-dash.pt", "n" * 240 + ".pt"])
def test_odd_names_and_links(tmp_path: Path, name: str):
    torch.save(STATE, tmp_path / "real.pt")
    (tmp_path / name).symlink_to("real.pt")
    assert same(load_weights(tmp_path / name), STATE)


# --- As libraries write them ---


def test_averages_beside_the_weights_are_taken_by_name(tmp_path: Path):
    average = {name: tensor + 1 for name, tensor in STATE.items()}
    for place in ("state_dict_ema", "model_ema", "ema"):
        torch.save({"state_dict": STATE, place: average, "epoch": 3}, tmp_path / "both.pt")
        assert same(load_weights(tmp_path / "both.pt"), STATE)
        assert same(load_weights(tmp_path / f"both.pt:{place}"), average)
        torch.save({place: average, "optimizer": {"state": {}}}, tmp_path / "one.pt")
        assert same(load_weights(tmp_path / "one.pt"), average)
    with pytest.raises(LossvistaError, match=r"no part called 'emma'. Did you mean 'ema'?"):
        load_weights(tmp_path / "both.pt:emma")
    torch.save(STATE, tmp_path / "a:ema")
    assert same(load_weights(tmp_path / "a:ema"), STATE)  # a file of that very name


def test_torchs_averaged_model(tmp_path: Path):
    averaged = torch.optim.swa_utils.AveragedModel(build_model("cnn", (1, 8, 8), 10, seed=5))
    torch.save({"model": averaged.state_dict()}, tmp_path / "w.pt")
    assert same(load_weights(tmp_path / "w.pt"), STATE)


def test_two_networks_in_one_file_need_a_choice(tmp_path: Path):
    both = {f"{kind}.{n}": t + k for k, kind in enumerate(("online_model", "ema_model")) for n, t in STATE.items()}
    torch.save({"model": {**both, "initted": torch.tensor(True)}}, tmp_path / "w.pt")
    with pytest.raises(LossvistaError, match=r"two networks, online_model and ema_model. Say which: .*w.pt:ema_model"):
        load_weights(tmp_path / "w.pt")
    assert same(load_weights(tmp_path / "w.pt:ema_model"), {n: t + 1 for n, t in STATE.items()})


def test_lightnings_checkpoints_open_without_lightning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Its hyper-parameters are a class of its own, which is not imported: it is read as a dict."""
    module = types.ModuleType("lightning.fabric.utilities.data")
    exec("class AttributeDict(dict): pass", vars(module))
    parameters = module.AttributeDict(lr=0.1, folder=Path("runs"), layers=[1, 2])
    with monkeypatch.context() as there:
        for depth in range(1, 5):
            there.setitem(sys.modules, ".".join(module.__name__.split(".")[:depth]), module)
        checkpoint = {"state_dict": {f"net.{n}": t for n, t in STATE.items()}, "pytorch-lightning_version": "2.5"}
        torch.save({**checkpoint, "hyper_parameters": parameters, "callbacks": {}, "epoch": 9}, tmp_path / "w.ckpt")
    found = load_weights(tmp_path / "w.ckpt")
    assert same(fit_weights(build_model("cnn", (1, 8, 8), 10), found, "w.ckpt"), STATE)


def shards(folder: Path, kind: str) -> None:
    """Two files and their index, as save_pretrained writes large networks."""
    names = list(STATE)
    stem = "model" if kind == "safetensors" else "pytorch_model"
    index = {}
    for number, part in enumerate((names[: len(names) // 2], names[len(names) // 2 :]), 1):
        file = f"{stem}-0000{number}-of-00002.{kind}"
        tensors = {name: STATE[name] for name in part}
        save_file(tensors, folder / file) if kind == "safetensors" else torch.save(tensors, folder / file)
        index |= dict.fromkeys(part, file)
    (folder / f"{stem}.{kind}.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))


@pytest.mark.parametrize("kind", ["safetensors", "bin"])
def test_folders_of_hugging_faces(tmp_path: Path, kind: str):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder in (whole, parts):
        folder.mkdir()
        (folder / "config.json").write_text("{}")
    torch.save(STATE, whole / "pytorch_model.bin") if kind == "bin" else save_file(STATE, whole / "model.safetensors")
    shards(parts, kind)
    assert same(load_weights(whole), STATE)
    found = load_weights(parts)
    assert found.keys() == STATE.keys() and all(torch.equal(found[name], STATE[name]) for name in STATE)
    next(parts.glob("*-00002-of-*")).unlink()
    with pytest.raises(LossvistaError, match=r"Of the 2 parts of the checkpoint .* 1 are missing"):
        load_weights(parts)


@pytest.mark.parametrize(
    ("index", "sentence"),
    [
        ('{"weight_map": {"a": "../secret.bin"}}', "outside its folder: '../secret.bin'"),
        ('{"weight_map": {"a": 3}}', "is damaged|outside its folder"),
        ('{"weight_map": 3}', "is damaged"),
        ("[", "is damaged"),
    ],
)
def test_a_hostile_index_leads_nowhere(tmp_path: Path, index: str, sentence: str):
    (tmp_path / "model.safetensors.index.json").write_text(index)
    with pytest.raises(LossvistaError, match=sentence):
        load_weights(tmp_path)


def test_a_folder_of_trainers_checkpoints_names_the_last(tmp_path: Path):
    for step in (100, 200):
        (tmp_path / f"checkpoint-{step}").mkdir()
    with pytest.raises(LossvistaError, match=r"several checkpoints. Give one of them: .*checkpoint-200"):
        load_weights(tmp_path)


def test_tied_tensors_may_be_stored_once(tmp_path: Path):
    """As .safetensors of transformers are."""

    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.head = nn.Embedding(5, 3), nn.Linear(3, 5, bias=False)
            self.head.weight = self.embed.weight

    state = {"embed.weight": torch.randn(5, 3)}
    save_file(state, tmp_path / "w.safetensors")
    fitted = fit_weights(Tied(), load_weights(tmp_path / "w.safetensors"), "w")
    assert torch.equal(fitted["head.weight"], state["embed.weight"]) and len(fitted) == 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_compiled_networks_state_dict(tmp_path: Path):
    compiled = torch.compile(build_model("cnn", (1, 8, 8), 10, seed=5), backend="eager")
    torch.save(compiled.state_dict(), tmp_path / "w.pt")
    assert all(name.startswith("_orig_mod.") for name in compiled.state_dict())
    assert same(load_weights(tmp_path / "w.pt"), STATE)


# --- What is none ---


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


# --- Real files ---


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "tensors", "skips"), [("li2018-resnet56", 287, True), ("li2018-resnet56-noshort", 277, False)]
)
def test_li_et_als_networks_open(real_data: Path, file: str, tensors: int, skips: bool):
    found = load_weights(real_data / f"{file}.t7")
    assert len(found) == tensors and ("layer2.0.shortcut.0.weight" in found) == skips
    assert json.dumps(list(found["linear.weight"].shape)) == "[10, 64]"
