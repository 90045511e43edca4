"""Tasks beyond classification: each a tiny real network, trained a few steps, whose surface equals a float64 brute force."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lossvista.compute.directions.gaussian import gaussian
from lossvista.compute.directions.normalization import normalize
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.remembering import remembers
from lossvista.compute.plane import Plane
from lossvista.compute.problem.problem import Problem
from lossvista.compute.problem.trees import call, taken
from lossvista.compute.weights import fingerprint, perturbed, units, weights_of

N = 14


def steps(model: nn.Module, inputs: Any, targets: Any, loss: Callable[[Any, Any], Tensor], only: str = "*") -> None:
    """Five steps of Adam in training mode; dropout and batch-norm do what they do."""
    chosen = [p for name, p in model.named_parameters() if only == "*" or only in name]
    optimizer = torch.optim.Adam(chosen, 0.01)
    for _ in range(5):
        optimizer.zero_grad()
        loss(call(model.train(), inputs), targets).mean().backward()
        optimizer.step()


def regression() -> tuple[Problem, str]:
    x = torch.randn(N, 5)
    y = x[:, :2].sin() + 0.1 * torch.randn(N, 2)
    net = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 2))
    steps(net, x, y, nn.MSELoss())
    return Problem(net, train=torch.utils.data.TensorDataset(x, y), loss=nn.MSELoss()), ""


class Encoder(nn.Module):
    """nn.TransformerEncoderLayer: attention with in_proj, LayerNorm, dropout; inputs are a dict with a mask."""

    def __init__(self, classes: int, causal: bool = False, tied: bool = False) -> None:
        super().__init__()
        self.causal = causal
        self.words, self.places = nn.Embedding(11, 8), nn.Embedding(6, 8)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.2, batch_first=True)
        self.norm, self.head = nn.LayerNorm(8), nn.Linear(8, classes, bias=not tied)
        if tied:
            self.head.weight = self.words.weight

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        x = self.words(input_ids) + self.places(torch.arange(input_ids.shape[1]))
        mask = (
            nn.Transformer.generate_square_subsequent_mask(input_ids.shape[1], dtype=x.dtype) if self.causal else None
        )
        hidden = None if attention_mask is None else attention_mask == 0
        x = self.norm(self.block(x, mask, hidden))
        return self.head(x if self.causal else x[:, 0])


def sequence_classifier() -> tuple[Problem, str]:
    ids, lengths = torch.randint(0, 11, (N, 6)), torch.randint(2, 7, (N, 1))
    x = {"input_ids": ids, "attention_mask": (torch.arange(6) < lengths).long()}
    y = torch.randint(0, 3, (N,))
    net = Encoder(3)
    steps(net, x, y, F.cross_entropy)
    samples = [{**taken(x, torch.tensor(k)), "labels": y[k]} for k in range(N)]
    return Problem(net, train=samples), ""


def token_loss(outputs: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(outputs.flatten(0, 1), targets.flatten())


def language_model() -> tuple[Problem, str]:
    text = torch.randint(0, 11, (N, 7))
    net = Encoder(11, causal=True)
    steps(net, text[:, :-1], text[:, 1:], token_loss)
    return Problem(net, train=(text[:, :-1], text[:, 1:]), loss=token_loss), ""


def tied() -> tuple[Problem, str]:
    text = torch.randint(0, 11, (N, 7))
    net = Encoder(11, causal=True, tied=True)
    steps(net, text[:, :-1], text[:, 1:], token_loss)
    return Problem(net, train=(text[:, :-1], text[:, 1:]), loss=token_loss), ""


def segmentation() -> tuple[Problem, str]:
    """Per-pixel cross-entropy with class weights; some pixels are ignored, unequally many in each image."""
    x, y = torch.randn(N, 2, 6, 6), torch.randint(0, 3, (N, 6, 6))
    y[torch.rand(y.shape) < torch.rand(N, 1, 1)] = -100
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.ConvTranspose2d(4, 3, 3, padding=1)
    )
    loss = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 3.0, 0.5]))
    steps(net, x, y, loss)
    return Problem(net, train=(x, y), loss=loss), ""


def autoencoder() -> tuple[Problem, str]:
    x = torch.rand(N, 1, 4, 4)
    net = nn.Sequential(nn.Flatten(), nn.Linear(16, 4), nn.GELU(), nn.Linear(4, 16), nn.Unflatten(1, (1, 4, 4)))
    steps(net, x, x, nn.L1Loss())
    return Problem(net, train=x, loss=nn.L1Loss()), ""


def dropout() -> tuple[Problem, str]:
    x, y = torch.randn(N, 5), torch.randint(0, 3, (N,))
    net = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 3))
    steps(net, x, y, F.cross_entropy)
    return Problem(net, train=(x, y), loss=F.cross_entropy), ""


class Recurrent(nn.Module):
    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.cells, self.head = kind(3, 5, num_layers=2, batch_first=True, bidirectional=True), nn.Linear(10, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.cells(x)[0][:, -1])


def recurrent(kind: type[nn.RNNBase]) -> tuple[Problem, str]:
    x, y = torch.randn(N, 6, 3), torch.rand(N, 2)
    net = Recurrent(kind)
    steps(net, x, y, nn.BCEWithLogitsLoss())
    return Problem(net, train=(x, y), loss=nn.BCEWithLogitsLoss()), ""


class Adapted(nn.Module):
    """W x + B A x with W frozen (Hu et al. 2021)."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.lora_a = nn.Parameter(0.1 * torch.randn(2, layer.in_features))
        self.lora_b = nn.Parameter(torch.zeros(layer.out_features, 2))

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x) + x @ self.lora_a.T @ self.lora_b.T


def lora() -> tuple[Problem, str]:
    x, y = torch.randn(N, 6), torch.randint(0, 3, (N,))
    net = nn.Sequential(Adapted(nn.Linear(6, 8)), nn.ReLU(), Adapted(nn.Linear(8, 3)))
    steps(net, x, y, F.cross_entropy, only="lora")
    return Problem(net, train=(x, y)), "*lora_*"


def two_arguments() -> tuple[Problem, str]:
    """Samples (a, b, target), a network of two arguments, a loss that is a sum, labels as probabilities."""
    a, b, y = torch.randn(N, 3), torch.randn(N, 4), torch.rand(N, 2)
    net = nn.Bilinear(3, 4, 2)
    return Problem(net, train=[(a[k], b[k], y[k]) for k in range(N)], loss=nn.MSELoss(reduction="sum")), ""


class Physics(nn.Module):
    """u'' + u at points x: derivatives of the network, taken in its forward pass."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = x.detach().requires_grad_()
        u = self.net(x)
        (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
        (curvature,) = torch.autograd.grad(slope.sum(), x, create_graph=True)
        return curvature + u


def physics() -> tuple[Problem, str]:
    x = torch.linspace(0, 3, N)[:, None]
    return Problem(Physics(), train=(x, torch.zeros(N, 1)), loss=nn.MSELoss()), ""


class Forgetful(nn.Module):
    """Keeps its features in itself: batches must not run side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.head = nn.Linear(4, 64), nn.Linear(64, 2)

    def forward(self, x: Tensor) -> Tensor:
        self.kept = self.inner(x).tanh()
        return self.head(self.kept)


def state_kept() -> tuple[Problem, str]:
    net = Forgetful()
    x, y = torch.randn(N, 4), torch.randn(N, 2)
    net(x)  # leaves a tensor with a graph, which deepcopy refuses
    return Problem(net, train=(x, y), loss=nn.SmoothL1Loss()), ""


TASKS: dict[str, Callable[[], tuple[Problem, str]]] = {
    "regression": regression,
    "sequence classifier": sequence_classifier,
    "language model": language_model,
    "tied weights": tied,
    "segmentation": segmentation,
    "autoencoder": autoencoder,
    "dropout": dropout,
    "GRU": partial(recurrent, nn.GRU),
    "LSTM": partial(recurrent, nn.LSTM),
    "LoRA": lora,
    "two arguments": two_arguments,
    "physics": physics,
    "state kept": state_kept,
}


def double(tree: Any) -> Any:
    if isinstance(tree, Tensor):
        return tree.double() if tree.is_floating_point() else tree
    return {k: double(v) for k, v in tree.items()} if isinstance(tree, dict) else type(tree)(map(double, tree))


def brute_force(problem: Problem, plane: Plane, a: float, b: float) -> float:
    """The loss as it was given, of the whole data set as one batch, in float64; a sum a sample."""
    model = copy.deepcopy(problem.copy_of_model()).double()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(plane.at(a, b)[name])
    given = problem.loss.given
    given = copy.deepcopy(given).double() if isinstance(given, nn.Module) else given
    value = given(call(model, double(problem.inputs)), double(problem.targets)).mean().item()
    return value / N if getattr(given, "reduction", "") == "sum" else value


@pytest.mark.parametrize("task", TASKS)
def test_the_surface_of_any_task_is_the_brute_force(task: str) -> None:
    torch.manual_seed(3)
    problem, only = TASKS[task]()
    problem.check()
    model, theta = problem.model, weights_of(problem.model)
    before = fingerprint(dict(model.state_dict()))
    moved = perturbed(model, "biases-and-norms", only)
    axes = []
    for k in range(2):
        axis = normalize(gaussian(theta, moved, 0, k), theta, units(model), "filter")
        axes.append({name: axis.get(name, torch.zeros_like(t)) for name, t in theta.items()})
    plane = Plane({n: t.double() for n, t in theta.items()}, [{n: t.double() for n, t in x.items()} for x in axes])
    exact = Evaluator(problem, theta, axes, precision="float64", batch_size=4)
    quick = Evaluator(problem, theta, axes, batch_size=5)
    for a, b in ((0, 0), (1, 0), (0, -1), (0.4, 0.7)):
        wanted, found = brute_force(problem, plane, a, b), exact.at(a, b)
        assert found["train_loss"] == pytest.approx(wanted, rel=1e-9)
        assert quick.at(a, b)["train_loss"] == pytest.approx(wanted, rel=1e-4)
        assert found["train_loss_se"] > 0 and found == exact.at(a, b)
    assert fingerprint(dict(model.state_dict())) == before
    if only:
        assert all("lora_" in name for name in moved) and len(moved) == 4
    assert ("train_accuracy" in found) == (task in ("sequence classifier", "segmentation", "dropout", "LoRA"))


class Counter(nn.Module):
    def __init__(self, keep: str) -> None:
        super().__init__()
        self.keep, self.inner, self.seen = keep, nn.Linear(4, 2), []
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        if self.keep == "list":
            self.seen.append(len(x))
        elif self.keep == "buffer":
            self.calls.add_(1)
        elif self.keep == "attribute":
            self.last = x
        elif self.keep == "once" and not self.seen:
            self.seen = [len(x)]
        return self.inner(x)


@pytest.mark.parametrize(
    ("keep", "expected"),
    [("nothing", False), ("once", False), ("list", True), ("buffer", True), ("attribute", True), ("hook", True)],
)
def test_networks_that_keep_something_are_found(keep: str, expected: bool) -> None:
    net = Counter(keep).eval()
    if keep == "hook":
        net.inner.register_forward_hook(lambda *_: None)
    with torch.inference_mode():
        assert remembers([net], lambda: net(torch.ones(2, 4))) is expected


def test_a_loss_that_couples_samples_has_a_mean_but_no_standard_error() -> None:
    """Correlation over a batch: weighted by batch size, and said."""
    torch.manual_seed(0)
    x, y = torch.randn(N, 3), torch.randn(N)

    def correlation(outputs: Tensor, targets: Tensor) -> Tensor:
        return -torch.corrcoef(torch.stack([outputs[:, 0], targets]))[0, 1]

    net = nn.Linear(3, 1)
    problem = Problem(net, train=(x, y), loss=correlation).check()
    assert "no standard error" in problem.notes[0] and problem.loss.coupled
    found = Evaluator(problem, weights_of(net), [weights_of(net)], batch_size=10).at(0.0)
    with torch.no_grad():
        parts = [len(p) * correlation(net(p), q).item() for p, q in zip(x.split(10), y.split(10), strict=True)]
    assert found["train_loss"] == pytest.approx(sum(parts) / N, rel=1e-5) and np.isnan(found["train_loss_se"])


def test_random_data_is_refused() -> None:
    """Fault 20: augmentation."""

    class Noisy(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return 5

        def __getitem__(self, k: int) -> tuple[Tensor, int]:
            return torch.rand(3), 0

    from lossvista.compute.errors import LossvistaError

    with pytest.raises(LossvistaError, match="training data is random: the same samples, read twice, differ"):
        Problem(nn.Linear(3, 2), train=torch.utils.data.DataLoader(Noisy(), 2)).check()
