"""Checkpoints as people have them, and every file that is none: nothing runs, and the cause is named."""

from __future__ import annotations

import argparse
import json
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from lossvista.compute.problem.checkpoints import load_weights
from lossvista.compute.problem.models import build_model

STATE = build_model("cnn", (1, 8, 8), 10, seed=5).state_dict()


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


# --- Real files ---


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("file", "tensors", "skips"), [("li2018-resnet56", 287, True), ("li2018-resnet56-noshort", 277, False)]
)
def test_li_et_als_networks_open(real_data: Path, file: str, tensors: int, skips: bool):
    found = load_weights(real_data / f"{file}.t7")
    assert len(found) == tensors and ("layer2.0.shortcut.0.weight" in found) == skips
    assert json.dumps(list(found["linear.weight"].shape)) == "[10, 64]"
