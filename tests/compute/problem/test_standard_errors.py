"""Standard errors that there are not, because samples count jointly or there is one; and the samples that a loader draws."""

from __future__ import annotations

import math

import pytest
import torch
from small_problems import N, X, Y, mlp
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Subset, SubsetRandomSampler, TensorDataset, WeightedRandomSampler

from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.problem.problem import Problem
from lossvista.compute.progress import drain
from lossvista.compute.recipe import Recipe
from lossvista.compute.run import run
from lossvista.compute.trust import figures
from lossvista.compute.weights import weights_of


class BatchStatistics(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body, self.norm = nn.Linear(6, 3), nn.BatchNorm1d(3, track_running_stats=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(self.body(x))


class Centring(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(6, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x - x.mean(0))


@pytest.mark.parametrize("net", [BatchStatistics(), Centring()])
def test_a_network_that_takes_statistics_of_its_batch_is_found_out_and_has_no_standard_error(net: nn.Module) -> None:
    problem = Problem(net, train=(X, Y)).check()
    assert "depend on the samples beside it" in problem.notes[0] and "no standard error" in problem.notes[0]
    at = Evaluator(problem, weights_of(net), [], batch_size=5).at()
    with torch.no_grad():
        sums = [F.cross_entropy(net(x), y, reduction="sum") for x, y in zip(X.split(5), Y.split(5), strict=True)]
    assert at["train_loss"] == pytest.approx(float(sum(sums)) / N, rel=1e-6) and math.isnan(at["train_loss_se"])


def test_an_ordinary_network_and_a_random_one_are_not_mistaken_for_it() -> None:
    class Noisy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = mlp()

        def forward(self, x: Tensor) -> Tensor:
            return self.body(x + torch.rand_like(x))

    for net in (mlp(), Noisy(), nn.Sequential(nn.BatchNorm1d(6), mlp())):
        assert Problem(net, train=(X, Y)).check().notes == []


def test_a_loss_over_pairs_of_samples_has_no_standard_error() -> None:
    def contrast(outputs: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(outputs @ outputs.T, torch.arange(len(outputs)))

    problem = Problem(mlp(), train=(X, Y), loss=contrast, metrics={}).check()
    at = Evaluator(problem, weights_of(problem.model), [], batch_size=N).at()
    with torch.no_grad():
        out = mlp()(X)
    assert at["train_loss"] == pytest.approx(contrast(out, Y).item(), rel=1e-6) and math.isnan(at["train_loss_se"])
    assert "samples contribute jointly" in problem.notes[0]


def test_a_single_sample_has_no_standard_error(tmp_path) -> None:
    found = Evaluator(Problem(mlp(), train=(X[:1], Y[:1])).check(), weights_of(mlp()), []).at()
    assert math.isfinite(found["train_loss"]) and math.isnan(found["train_loss_se"])
    torch.save({"w": X, "y": Y}, tmp_path / "data.pt")
    (tmp_path / "mine.py").write_text(
        "import torch\nfrom lossvista import Problem\n"
        "def make_problem():\n    return Problem(torch.nn.Linear(6, 3), train=(torch.ones(1, 6), torch.zeros(1).long()))\n"
    )
    landscape = drain(run(Recipe(problem=str(tmp_path / "mine.py"), resolution=3)))
    line = next(line for line in figures(landscape) if line.label == "Samples")
    assert line.value == "1 of 1  (no standard error)" and line.verdict == "good"  # it is the whole data set


# --- Data loaders ---


def test_the_subset_that_a_loader_draws_from_is_respected() -> None:
    chosen = [11, 2, 7, 5]
    loaders = {
        "sampler": DataLoader(TensorDataset(X, Y), batch_size=2, sampler=SubsetRandomSampler(chosen)),
        "batch sampler": DataLoader(
            TensorDataset(X, Y), batch_sampler=torch.utils.data.BatchSampler(SubsetRandomSampler(chosen), 3, True)
        ),
        "tensor of numbers": DataLoader(TensorDataset(X, Y), sampler=SubsetRandomSampler(torch.tensor(chosen))),
        "subset": DataLoader(Subset(TensorDataset(X, Y), chosen), shuffle=True),
    }
    for name, loader in loaders.items():
        problem = Problem(mlp(), train=loader)
        assert torch.equal(problem.inputs, X[chosen]) and torch.equal(problem.targets, Y[chosen]), name
        assert problem.available == 4


def test_a_loader_that_weighs_samples_is_said() -> None:
    loader = DataLoader(TensorDataset(X, Y), sampler=WeightedRandomSampler(torch.rand(N), N))
    problem = Problem(mlp(), train=loader).check()
    assert len(problem) == N and "each of them counts once" in problem.notes[0]
