"""Checkpoints as libraries write them: averages, Lightning, Hugging Face, compiled networks."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from lossvista.compute.errors import LossvistaError
from lossvista.compute.problem.checkpoints import load_weights
from lossvista.compute.problem.fitting import fit_weights
from lossvista.compute.problem.models import build_model

STATE = build_model("cnn", (1, 8, 8), 10, seed=5).state_dict()


def same(found: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> bool:
    return found.keys() == wanted.keys() and all(torch.equal(found[name], wanted[name]) for name in wanted)


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
