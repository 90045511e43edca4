"""Weights (descent in): a ball that rolls truly: the network at a point is trained on the real data in its full weight space, and its
way projected onto the plane."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from ..consent import Trust
from ..landscape import Landscape
from ..point.network import checked, network_at, opened_point
from ..problem.network import placed_network
from ..problem.trees import call, placed, taken
from ..progress import Job, Pace, Progress
from ..rebuilt import Rebuilt
from ..trajectory import BALL, Trajectory
from . import ADAPTIVE, OPTIMIZERS
from .choices import Descent, ball_name
from .roll import FIRST_STEP
from .rules import BETA_1, BETA_2, DECAY, EPSILON

STAGE = "rolling"
RATE, ADAPTIVE_RATE = 0.05, 0.001  # where none is given
POINTS = 25  # that are measured, where it is not said how many


def descend(
    source: Landscape | str | os.PathLike[str],
    alpha: float,
    beta: float,
    choices: Descent,
    *,
    trust: Trust = False,
    taken_names: tuple[str, ...] = (),
) -> Job[dict[str, Trajectory]]:
    """Train copies of the network θ + αδ + βη by the chosen optimizers, all on the same batches, and return name → path. Every so many
    steps it measures the true loss on the landscape's samples, the projection onto the plane (by its Gram matrix), the distance from
    the plane, and the slice's loss below; and yields Progress(grown=…) with the paths so far.

    All parameters move that the user's own training would move, not those alone that the plane perturbs. A ball whose loss is no longer
    finite ends. taken_names: what balls are not called, besides the landscape's own paths. Raises LossvistaError as `opened_point` and
    `checked` do."""
    yield Progress("loading the network and the data")
    landscape, again = opened_point(source, alpha, beta, trust)
    yield Progress("checking it against the landscape")
    for line in checked(again, landscape, alpha, beta):
        yield Progress("checking it against the landscape", note=line)
    grid, balls = landscape.surface.grid, dict[str, Ball]()
    widths = np.array([np.ptp(axis) for axis in (grid.alpha, grid.beta)]) * again.plane.norms[[0, -1]]
    first = next(_batches(again, choices))
    for optimizer in choices.optimizers:
        name = ball_name(optimizer, {*taken_names, *landscape.trajectories, *balls})
        step = FIRST_STEP * float(widths[: len(again.plane.axes)].min())
        balls[name] = Ball(optimizer, choices, again, alpha, beta, first, step)
    every = choices.every or max(1, choices.steps // POINTS)
    batches, total = _batches(again, choices), choices.steps * len(balls)
    for ball in balls.values():
        ball.measure(0)
    yield Progress(STAGE, 0, total, grown={name: ball.path for name, ball in balls.items()})
    pace = Pace(total)
    for step in range(1, choices.steps + 1):
        batch, grown = next(batches), {}
        for name, ball in balls.items():
            if ball.ended:
                continue
            ball.step(batch)
            if ball.ended or step % every == 0 or step == choices.steps:
                ball.measure(step)
                grown[name] = ball.path
        note = "; ".join(f"{name} {balls[name].ended} at step {step}" for name in grown if balls[name].ended)
        done = step * len(balls)
        yield Progress(STAGE, done, total, pace.eta(done), grown=grown or None, note=note)
        if all(ball.ended for ball in balls.values()):
            break
    return {name: ball.path for name, ball in balls.items()}


class Ball:
    """A copy of the network that is trained. path: where it has been. ended: why it rolls no more, "" while it does."""

    def __init__(
        self,
        optimizer: str,
        choices: Descent,
        again: Rebuilt,
        alpha: float,
        beta: float,
        first: Tensor | None,
        step: float,
    ) -> None:
        """first: the samples of the first step. step: how long it is, in weight units, where no rate is given."""
        self.again, self.ended = again, ""
        problem, evaluator = again.prepared.problem, again.evaluator
        device, dtype = evaluator.device, evaluator.dtype
        self.model = placed_network(network_at(again, alpha, beta), device, dtype)
        self.model.train(choices.network == "training")
        free = {name for name, p in problem.model.named_parameters() if p.requires_grad}
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad_(not free or name in free)
        self._moving = [p for p in self.model.parameters() if p.requires_grad]
        self._loss = problem.loss.placed(device, dtype).whole
        self._inputs, self._targets = (placed(tree, device, dtype) for tree in (problem.inputs, problem.targets))
        self._random = torch.Generator().manual_seed(choices.seed).get_state()  # dropout's, of this ball alone
        given = choices.adaptive_lr if optimizer in ADAPTIVE else choices.lr
        automatic = ADAPTIVE_RATE if optimizer in ADAPTIVE else None
        self.rate = given if given is not None else automatic or self._gentle(first, step)
        self.optimizer = optimizer_of(optimizer, self._moving, self.rate, choices.momentum)
        how: dict[str, str | float | int] = {BALL: "weights", "optimizer": OPTIMIZERS[optimizer]}
        self.path = Trajectory({}, how | {"learning_rate": float(self.rate), "end": "rolled on"})

    def step(self, batch: Tensor | None) -> None:
        """One step on these samples, on all of them for None."""
        if math.isfinite(self._backward(batch)):
            self.optimizer.step()
        else:
            self._end("diverged")

    def measure(self, step: int) -> None:
        """Add where the ball is now to its path; it ends where its weights or its loss are no longer finite."""
        plane, evaluator = self.again.plane, self.again.evaluator
        loss, _, *metrics = evaluator.fields
        weights = {name: p.detach().cpu() for name, p in self.model.named_parameters()}
        length = sum(float(tensor.double().square().sum()) for tensor in weights.values()) ** 0.5
        true = evaluator.of({**weights, **dict(self.model.named_buffers())}) if math.isfinite(length) else {}
        if not math.isfinite(true.get(loss, math.nan)):
            self._end("diverged")
            return
        coordinates, distance = plane.project(weights)
        alpha, beta = (*coordinates.tolist(), 0.0)[:2]
        row = {
            "alpha": alpha,
            "beta": beta,
            "step": float(step),
            "train_loss": true[loss],
            "slice_loss": evaluator.at(*coordinates.tolist())[loss],
            "distance": distance,
            "learning_rate": self.rate,
            "weight_norm": length,
            **({"train_accuracy": true["train_accuracy"]} if "train_accuracy" in metrics else {}),
        }
        self.path = self.path.extended({name: np.array([value]) for name, value in row.items()})

    def _backward(self, batch: Tensor | None) -> float:
        """Fill the gradients, and return the loss of these samples."""
        problem, inputs, targets = self.again.prepared.problem, self._inputs, self._targets
        if batch is not None:
            batch = batch.to(self.again.evaluator.device)
            inputs, targets = taken(inputs, batch), taken(targets, batch)
        for parameter in self._moving:
            parameter.grad = None
        with problem.guarded("A training step"), torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self._random)
            loss = self._loss(call(self.model, problem.fresh(inputs)), problem.fresh(targets))
            loss.backward()
            self._random = torch.get_rng_state()
        return loss.item()

    def _gentle(self, batch: Tensor | None, step: float) -> float:
        """The rate with which SGD's first step has this length; at most what is usual."""
        before = {name: tensor.clone() for name, tensor in self.model.named_buffers()}
        self._backward(batch)
        for name, tensor in self.model.named_buffers():
            tensor.copy_(before[name])
        steep = sum(float(p.grad.double().square().sum()) for p in self._moving if p.grad is not None) ** 0.5
        return min(RATE, step / steep) if math.isfinite(steep) and steep > 0 else RATE

    def _end(self, why: str) -> None:
        self.ended = why
        self.path.how["end"] = why


def optimizer_of(name: str, parameters: list[nn.Parameter], rate: float, momentum: float) -> torch.optim.Optimizer:
    """PyTorch's optimizer of that name, with the constants of `rules`."""
    if name == "adam":
        return torch.optim.Adam(parameters, rate, (BETA_1, BETA_2), EPSILON)
    if name == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, DECAY, EPSILON)
    mu = 0.0 if name == "sgd" else momentum
    return torch.optim.SGD(parameters, rate, mu, nesterov=name == "nesterov" and mu > 0)


def _batches(again: Rebuilt, choices: Descent) -> Iterator[Tensor | None]:
    """Numbers of samples, epoch after epoch in a new order; None for all of them at once. Of a network with batch-norm in training, no
    batch has a single sample."""
    count, size = len(again.prepared.problem), choices.batch_size
    random = torch.Generator().manual_seed(choices.seed)
    while True:
        if not size or size >= count:
            yield None
            continue
        for batch in torch.randperm(count, generator=random).split(size):
            if len(batch) > 1 or size == 1:
                yield batch
