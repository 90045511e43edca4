"""Ensembles: the cyclical rates of the sources, which networks they take, what they say together, and one study of all of them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from lossvista.compute import cli
from lossvista.compute.curves.averaged import Averaged
from lossvista.compute.curves.cycling import training_of
from lossvista.compute.curves.ensemble import ensemble
from lossvista.compute.curves.ensemble_choices import Ensemble
from lossvista.compute.curves.ensemble_told import lines, rows_of, summary
from lossvista.compute.curves.fge import even_cycle, fge_rate, fge_takes, members_at, snapshot_rate, swa_rate
from lossvista.compute.errors import LossvistaError
from lossvista.compute.figures.studies import save_study
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.storage import load
from lossvista.compute.timeline import Timeline
from lossvista.compute.training.recording import Recording

CYCLES = st.integers(1, 200).map(lambda half: 2 * half)


@given(CYCLES, st.integers(1, 2000), st.floats(0.01, 1), st.floats(0, 0.01))
def test_the_rate_of_fast_geometric_ensembling_is_the_sources(cycle, step, high, low) -> None:
    """Low in the middle of each cycle, high at its end, straight between, and the same in each cycle."""
    rate = fge_rate(step, cycle, high, low)
    t = ((step - 1) % cycle + 1) / cycle  # as the source writes it
    assert rate == pytest.approx(
        (1 - 2 * t) * high + 2 * t * low if t <= 0.5 else (2 - 2 * t) * low + (2 * t - 1) * high
    )
    assert min(low, high) - 1e-12 <= rate <= max(low, high) + 1e-12
    assert fge_rate(step + cycle, cycle, high, low) == pytest.approx(rate)
    assert fge_rate(cycle // 2, cycle, high, low) == pytest.approx(low)
    assert fge_rate(cycle, cycle, high, low) == pytest.approx(high)


@given(CYCLES, st.integers(1, 6))
def test_members_are_taken_where_the_rate_is_lowest(cycle, members) -> None:
    total = members * cycle
    steps = members_at("fge", cycle, total, members)
    assert steps == [step for step in range(1, total + 1) if fge_takes(step, cycle)] and len(steps) == members
    rates = [fge_rate(step, cycle, 0.5, 0.001) for step in range(1, total + 1)]
    assert all(rates[step - 1] == pytest.approx(min(rates)) for step in steps)
    assert members_at("swa", cycle, total, members) == [cycle * k for k in range(1, members + 1)]


@given(st.integers(10, 300), st.integers(1, 6))
def test_snapshot_ensembles_restart_a_cosine(total, members) -> None:
    steps = members_at("snapshot", 0, total, members)
    assert steps[-1] == total and steps == sorted(set(steps)) and len(steps) <= members
    length = math.ceil(total / members)
    rates = [snapshot_rate(step, total, members, 0.2) for step in range(1, total + 1)]
    assert rates[0] == 0.2 and rates[min(length, total) - 1] == min(rates[:length])
    assert all(rates[step] == 0.2 for step in steps if step < total)


def test_rates_at_hand() -> None:
    assert [round(fge_rate(i, 4, 1.0, 0.0), 3) for i in range(1, 9)] == [0.5, 0, 0.5, 1, 0.5, 0, 0.5, 1]
    assert [round(swa_rate(i, 4, 1.0, 0.0), 3) for i in range(1, 6)] == [0.75, 0.5, 0.25, 0, 0.75]
    assert even_cycle(2, 7) == 14 and even_cycle(0.5, 7) == 2 and even_cycle(1, 7) == 6


# --- Together ---


def network(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3))


def test_predictions_and_weights_are_averaged(tmp_path) -> None:
    x, y = torch.randn(40, 5, generator=torch.Generator().manual_seed(4)), torch.arange(40) % 3
    nets = [network(k).eval() for k in range(3)]
    averaged = Averaged(Problem(nets[0], x, y), "cpu")
    own = [averaged.add(net.state_dict()) for net in nets]
    with torch.no_grad():
        logits = [net(x).double() for net in nets]
        mean = torch.stack([one.softmax(1) for one in logits]).mean(0)
        for found, one in zip(own, logits, strict=True):
            assert found["train_loss"] == pytest.approx(nn.functional.cross_entropy(one, y).item(), rel=1e-5)
        together = averaged.together()
        assert together["train_loss"] == pytest.approx(-mean[torch.arange(40), y].log().mean().item(), rel=1e-5)
        assert together["train_error"] == pytest.approx((mean.argmax(1) != y).double().mean().item())
    state = averaged.weights()
    weight = torch.stack([net[0].weight for net in nets]).mean(0)
    torch.testing.assert_close(state["0.weight"], weight.detach())
    inside = x.double() @ state["0.weight"].double().T + state["0.bias"].double()
    torch.testing.assert_close(state["1.running_mean"].double(), inside.mean(0), rtol=1e-5, atol=1e-6)  # not their mean
    plain = network(9)
    plain.load_state_dict(state)
    with torch.no_grad():
        loss = nn.functional.cross_entropy(plain.eval()(x), y).item()
    assert averaged.of_weights()["train_loss"] == pytest.approx(loss, rel=1e-5)


def test_outputs_that_are_no_classes_are_averaged_themselves() -> None:
    x = torch.linspace(-1, 1, 20)[:, None]
    nets = [nn.Linear(1, 1) for _ in range(2)]
    for net, slope in zip(nets, (1.0, 3.0), strict=True):
        nn.init.constant_(net.weight, slope)
        nn.init.zeros_(net.bias)
    averaged = Averaged(Problem(nets[0], x, 2 * x, loss=nn.MSELoss()), "cpu")
    for net in nets:
        averaged.add(net.state_dict())
    assert averaged.together()["train_loss"] == pytest.approx(0, abs=1e-10)


# --- The study ---


def choices(**more: object) -> Ensemble:
    values = {"model": "mlp", "samples": 150, "epochs": 6, "members": 3, "cycle": 2, "batch_size": 30, "resolution": 3}
    return Ensemble.of(**{**values, **more})


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Of all methods; interrupted once while it trained."""
    out = tmp_path_factory.mktemp("ensemble") / "ensemble.h5"
    job = ensemble(choices(), str(out))
    while not next(job).stage.startswith("Snapshot"):
        pass
    job.close()
    assert (out.parent / "ensemble-ensemble" / "fge" / "final.safetensors").exists()
    drain(ensemble(choices(), str(out)))
    return out


def test_the_table_is_the_sources(made) -> None:
    landscape = load(made)
    table = landscape.tables["ensemble"]
    assert {method: len(rows) for method, rows in rows_of(table).items()} == {
        "fge": 3,
        "swa": 3,
        "snapshot": 3,
        "independent": 3,
    }
    first = {method: rows[0] for method, rows in rows_of(table).items()}
    for k in first.values():  # one member together is that member
        assert table["together_test_error"][k] == pytest.approx(table["member_test_error"][k], abs=1e-9)
    told = {row[0]: row[2] for row in summary(table)}  # all cost as much, but for independent networks
    assert told == {
        "Fast geometric ensembling": "11",
        "Stochastic weight averaging": "12",
        "Snapshot ensemble": "12",
        "Independent networks": "36",
    }
    said = "\n".join(lines(landscape))
    assert "averaged prediction" in said and "Independent networks" in said


def test_the_members_lie_on_the_plane_and_the_path(made) -> None:
    landscape = load(made)
    path = landscape.trajectories["fge"]
    steps = training_of(choices(), "fge").steps(5)
    assert path["step"].tolist()[1:4] == steps == [5, 15, 25]
    np.testing.assert_allclose([path["alpha"][1], path["beta"][1]], 0, atol=1e-4)
    assert path["distance"][1:4].max() < 1e-3 * landscape.trust["weight_norm"]
    np.testing.assert_allclose(path["slice_loss"][1:4], path["train_loss"][1:4], rtol=1e-3)
    assert list(landscape.trajectories) == ["fge", "swa", "FGE average", "SWA average"]
    assert set(Timeline.of(landscape.trajectories).times) == {"fge", "swa"}
    recording = Recording(made.parent / "ensemble-ensemble" / "fge")
    table = landscape.tables["ensemble"]
    assert float(path["train_loss"][2]) == pytest.approx(table["member_train_loss"][1], rel=1e-5)
    assert len(recording) == 4  # where it started, and three members


def test_done_is_done_the_figure_is_drawn_and_another_start_is_not_mixed_in(made, tmp_path) -> None:
    assert list(ensemble(choices(), str(made)))[-1].note.endswith("holds this landscape already.")
    save_study(load(made), "ensemble", tmp_path / "ensemble.png", (500, 400))
    with pytest.raises(LossvistaError, match="another training"):
        drain(ensemble(choices(high=0.1), str(made)))
    with pytest.raises(LossvistaError, match="start from one network; 2 are named"):
        drain(ensemble(choices(weights=("a", "b")), str(tmp_path / "no.h5")))
    with pytest.raises(LossvistaError, match="name at least one of fge"):
        choices(methods=("bagging",))


def test_the_command_from_a_recording_on_a_pca_plane(made, tmp_path, capsys) -> None:
    start = made.parent / "ensemble-ensemble" / "start"
    words = [
        "ensemble",
        "--weights",
        str(start),
        "--samples",
        "150",
        "--methods",
        "fge",
        "--members",
        "2",
        "--cycle",
        "1",
    ]
    words += ["--batch-size", "30", "--resolution", "3", "--plane", "pca", "--out", str(tmp_path / "pca.h5")]
    assert cli.main(words) == 0
    assert "Fast geometric ensembling  2" in capsys.readouterr().out
    landscape = load(tmp_path / "pca.h5")
    assert landscape.axes[0].method == "pca" and list(landscape.trajectories) == ["fge", "FGE average"]
