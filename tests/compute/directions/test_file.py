"""Directions from a file: ours come back bit for bit, Li et al.'s in the order of parameters; others are refused."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from torch import nn

from lossvista.compute.directions.file import file_directions
from lossvista.compute.directions.request import DirectionRequest
from lossvista.compute.errors import LossvistaError
from lossvista.compute.prepare import plane_of, prepare
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.training.recipe import Training
from lossvista.compute.training.train import train
from lossvista.compute.weights import units, weights_of


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Flatten(), nn.Linear(108, 4)).eval()


def request(path: Path, count: int = 2, **changes) -> DirectionRequest:
    net = network()
    origin = weights_of(net)
    problem = Problem(net, torch.rand(6, 1, 8, 8), torch.arange(6) % 4)
    return DirectionRequest(
        problem,
        origin,
        changes.pop("names", list(origin)),
        units(net),
        count,
        normalization=changes.pop("normalization", "none"),
        argument=str(path),
    )


def li_file(path: Path, tensors: dict[str, list[np.ndarray]]) -> Path:
    """As their code writes it: a group a direction, data sets 0, 1, …"""
    with h5py.File(path, "w") as file:
        for group, values in tensors.items():
            for place, value in enumerate(values):
                file.create_dataset(f"{group}/{place}", data=value)
    return path


def drawn(seed: int, like: dict[str, torch.Tensor]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=tuple(t.shape)).astype(np.float32) for t in like.values()]


@pytest.mark.parametrize("kind", ["weights", "states"])
def test_li_et_als_files_are_read_in_their_order(tmp_path: Path, kind: str) -> None:
    net = network()
    like = weights_of(net)
    if kind == "states":
        like = {k: v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
    x, y = drawn(1, like), drawn(2, like)
    found = file_directions(request(li_file(tmp_path / "D.h5", {"xdirection": x, "ydirection": y})))
    for axis, values in zip(found.axes, (x, y), strict=True):
        wanted = dict(zip(like, values, strict=True))
        assert all(np.array_equal(axis[name].numpy(), wanted[name]) for name in axis)
    assert set(found.axes[0]) == set(weights_of(net))


def test_a_recipe_takes_them_with_normalization_and_a_choice_of_parameters(tmp_path: Path) -> None:
    path = li_file(tmp_path / "D.h5", {"xdirection": drawn(1, weights_of(network()))})
    asked = request(path, 1, names=["0.weight"], normalization="filter")
    (axis,) = file_directions(asked).axes
    for d, w in zip(axis["0.weight"], asked.origin["0.weight"], strict=True):
        assert float(d.norm()) == pytest.approx(float(w.norm()), rel=1e-6)
    assert not axis["4.weight"].any()
    with pytest.raises(LossvistaError, match="one direction"):
        file_directions(request(path, 2))


def test_the_directions_of_a_landscape_come_back_bit_for_bit(tmp_path: Path) -> None:
    recording = drain(train(Training(model="mlp", epochs=1, samples=100), str(tmp_path / "run")))
    first = Recipe(trajectory=recording, resolution=3, samples=50)
    out = str(tmp_path / "first.h5")
    landscape = drain(run(first, out))
    again = Recipe(trajectory=recording, resolution=3, samples=50, directions=f"file:{out}")
    prepared = prepare(again)
    plane, _ = plane_of(prepared)
    for mine, theirs in zip(plane.axes, plane_of(prepare(first))[0].axes, strict=True):
        assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
    same = drain(run(again))
    assert np.array_equal(same.surface.values("train_loss"), landscape.surface.values("train_loss"))
    assert same.axes[0].method == "file" and "directions_hash" in prepared.identity
    assert out not in str(prepared.identity)


def test_what_is_no_direction_file_is_said(tmp_path: Path) -> None:
    net = weights_of(network())
    (tmp_path / "text.h5").write_text("no")
    wrong = [value[:1] for value in drawn(1, net)]
    cases = {
        "There is no file": tmp_path / "missing.h5",
        "not an HDF5 file": tmp_path / "text.h5",
        "holds no direction": li_file(tmp_path / "empty.h5", {"other": drawn(1, net)}),
        "holds 2 tensors": li_file(tmp_path / "few.h5", {"xdirection": drawn(1, net)[:2]}),
        "of the shape": li_file(tmp_path / "shape.h5", {"xdirection": wrong}),
    }
    for words, path in cases.items():
        with pytest.raises(LossvistaError, match=words):
            file_directions(request(path, 1))
    (tmp_path / "values").write_bytes(np.zeros(27, np.float32).tobytes())
    with h5py.File(tmp_path / "outside.h5", "w") as file:  # values kept in another file
        for place, value in enumerate(drawn(1, net)):
            external = [(str(tmp_path / "values"), 0, h5py.h5f.UNLIMITED)]
            file.create_dataset(f"xdirection/{place}", value.shape, "f4", external=external)
    with pytest.raises(LossvistaError, match="in another file"):
        file_directions(request(tmp_path / "outside.h5", 1))
    for bad in ("file", "random:3"):
        with pytest.raises(LossvistaError, match=r"colon|write file"):
            Recipe.of(directions=bad)
    with pytest.raises(LossvistaError, match="cannot be read"):
        prepare(Recipe(model="mlp", directions=f"file:{tmp_path}/no.h5", weights=(str(_checkpoint(tmp_path)),)))


def _checkpoint(folder: Path) -> Path:
    recording = drain(train(Training(model="mlp", epochs=1, samples=50), str(folder / "run")))
    return Path(recording) / "final.safetensors"
