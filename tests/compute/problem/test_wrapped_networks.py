"""Networks wrapped, compiled or hooked, as people have them: computed as what they are inside, and with all their hooks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from small_problems import N, X, Y, axis_of, curve, mlp
from torch import Tensor, nn
from torch.nn.utils import prune

from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.problem.fitting import fit_weights
from lossvista.compute.problem.problem import Problem
from lossvista.compute.training.recorder import Recorder
from lossvista.compute.training.recording import Recording
from lossvista.compute.weights import weights_of


@pytest.mark.parametrize("wrap", [nn.DataParallel, lambda net: nn.DataParallel(nn.DataParallel(net)), torch.compile])
def test_a_wrapped_network_is_the_network_inside(wrap: Callable[[nn.Module], nn.Module]) -> None:
    problem = Problem(wrap(mlp()), train=(X, Y))
    assert list(weights_of(problem.model)) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert curve(problem) == curve(Problem(mlp(), train=(X, Y)))


def test_a_recording_of_a_wrapped_network_fits_the_network_inside(tmp_path) -> None:
    wrapped = torch.compile(nn.DataParallel(mlp()))
    with Recorder(tmp_path / "run", wrapped) as recorder:
        recorder.save()
    inside = Problem(wrapped, train=(X, Y)).model
    found = Recording(tmp_path / "run").fitted(inside).weights(0)
    assert all(torch.equal(found[name], tensor) for name, tensor in inside.state_dict().items())


class Partly(nn.Module):
    """A network with a compiled part."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = torch.compile(mlp()), nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


def test_a_compiled_part_runs_as_it_was_written(tmp_path) -> None:
    """Its names have _orig_mod. in them, and those of checkpoints have not; compiling would take longer than the landscape."""
    net = Partly()
    plain = nn.Sequential(mlp(), copy.deepcopy(net.head))
    compiled, written = Problem(net, train=(X, Y)), Problem(plain, train=(X, Y))
    axis = axis_of(compiled)
    of_plain = dict(zip(weights_of(plain), axis.values(), strict=True))
    at = Evaluator(compiled.check(), weights_of(net), [axis]).at(0.7)
    assert at == Evaluator(written.check(), weights_of(plain), [of_plain]).at(0.7)
    assert compiled.losses(weights_of(net)).shape == (N,)
    clean = {name.replace("_orig_mod.", ""): tensor for name, tensor in net.state_dict().items()}
    assert fit_weights(net, clean, "a.pt").keys() == net.state_dict().keys()


# --- Hooks ---


class Convolving(nn.Sequential):
    def __init__(self) -> None:
        torch.manual_seed(0)
        super().__init__(nn.Conv2d(1, 4, 2), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))


HOOKS: dict[str, Callable[[nn.Module], Any]] = {
    "on the convolution, changing its output a little": lambda net: net[0].register_forward_hook(
        lambda module, inputs, output: output * 1.0001
    ),
    "before the convolution": lambda net: net[0].register_forward_pre_hook(
        lambda module, inputs: (inputs[0] * 1.0001,)
    ),
    "on the whole network": lambda net: net.register_forward_hook(lambda module, inputs, output: output * 1.0001),
    "on the batch-norm, keeping what it sees": lambda net: net[1].register_forward_hook(
        lambda module, inputs, output: module.__dict__.setdefault("seen", []).append(output.shape)
    ),
    "of the old weight norm": lambda net: nn.utils.weight_norm(net[0]),
    "of pruning": lambda net: prune.l1_unstructured(net[0], "weight", amount=0.5),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated")
@pytest.mark.parametrize("where", HOOKS)
def test_hooks_are_called_at_every_point(where: str) -> None:
    """A fused network would leave them out, or call them once, while it is traced."""
    net = Convolving()
    x = X.view(N, 1, 2, 3)
    assert "fused" in Evaluator(Problem(net, train=(x, Y)).check(), weights_of(net), []).note
    HOOKS[where](net)
    problem = Problem(net, train=(x, Y)).check()
    axis = axis_of(problem)
    evaluator = Evaluator(problem, weights_of(net), [axis], batch_size=N)
    assert evaluator.note.startswith("Evaluating with the plain network") and evaluator.note.endswith(": it has hooks.")
    for a in (0.0, 0.6):
        there = {name: t + a * axis[name] for name, t in weights_of(net).items()}
        wanted = problem.losses(there, batch_size=N).double().mean().item()
        assert evaluator.at(a)["train_loss"] == pytest.approx(wanted, rel=1e-7)
