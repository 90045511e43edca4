"""Averaged: what several networks say together, by the mean of their predictions, and by the mean of their weights."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ..device import device_of
from ..engines.batch_norm import reestimate, statistics_layers
from ..problem.losses import logits_of
from ..problem.network import placed_network
from ..problem.problem import Problem
from ..problem.split import Split
from ..problem.trees import Tree, call, placed, split

BATCH = 250  # samples at once
TINY = 1e-30  # a probability below which a logarithm is not taken

State = dict[str, Tensor]


class Averaged:
    """Of networks that are added one after the other. For class logits the mean of the softmax probabilities is taken, else that of the
    outputs themselves."""

    def __init__(self, problem: Problem, device: str) -> None:
        self.problem, self.count = problem, 0
        self.device = device_of(device)
        self._model = problem.copy_of_model()
        self._dtype = next((p.dtype for p in self._model.parameters()), torch.float32)
        placed_network(self._model, self.device, self._dtype)
        self._sums: list[Tensor | None] = [None] * len(problem.splits)
        self._weights: State = {}

    def add(self, state: Mapping[str, Tensor]) -> dict[str, float]:
        """Add a network (a full state); returns its own figures, as in "test_loss" and "test_error"."""
        self.count += 1
        self._model.load_state_dict(dict(state))
        for name, tensor in state.items():
            if (
                tensor.is_floating_point()
            ):  # w ← (w·n + w_i) / (n + 1) (Izmailov et al. 2018, eq. of Algorithm 1), as a sum
                self._weights[name] = self._weights.get(name, 0) + tensor.double()  # type: ignore[operator]
            else:
                self._weights[name] = tensor
        found: dict[str, float] = {}
        for k, part in enumerate(self.problem.splits):
            outputs = self._outputs(part)
            found |= self._figures(part, outputs)
            shares = outputs.double().softmax(1) if part.measures["loss"].classifies else outputs.double()
            known = self._sums[k]
            self._sums[k] = shares if known is None else known + shares
        return found

    def together(self) -> dict[str, float]:
        """The figures of the averaged prediction."""
        found: dict[str, float] = {}
        for part, total in zip(self.problem.splits, self._sums, strict=True):
            assert total is not None
            mean = total / self.count
            if part.measures[
                "loss"
            ].classifies:  # their logarithm: cross-entropy makes these very probabilities of it again
                mean = mean.clamp(min=TINY).log()
            found |= self._figures(part, mean.to(self._dtype))
        return found

    def weights(self) -> State:
        """The mean of the weights, with batch-norm statistics of its own: those of the training samples."""
        for name, tensor in self._model.state_dict().items():
            whole = self._weights[name]
            tensor.copy_(whole / self.count if tensor.is_floating_point() else whole)
        if statistics_layers(self._model):
            inputs = self.problem.inputs
            reestimate(self._model, (self.problem.fresh(self._there(batch)) for batch in split(inputs, BATCH)))
        return {name: tensor.detach().cpu().clone() for name, tensor in self._model.state_dict().items()}

    def of_weights(self) -> dict[str, float]:
        """The figures of the network that has these weights."""
        self._model.load_state_dict(self.weights())
        return {name: value for part in self.problem.splits for name, value in self._of(part).items()}

    def _of(self, part: Split) -> dict[str, float]:
        return self._figures(part, self._outputs(part))

    def _there(self, tree: Tree) -> Tree:
        return placed(tree, self.device, self._dtype)

    def _outputs(self, part: Split) -> Tensor:
        """(n, …) of a split."""
        found = []
        with self.problem.evaluating(), self.problem.guarded("The evaluation"):
            for batch in split(part.samples.inputs, BATCH):
                found.append(logits_of(call(self._model, self.problem.fresh(self._there(batch)))).detach())
        return torch.cat(found)

    def _figures(self, part: Split, outputs: Tensor) -> dict[str, float]:
        there = part.on(self.device, self._dtype)
        values = there.measure(outputs, self.problem.fresh(self._there(part.samples.targets))).double().mean(1).tolist()
        found = {}
        for name, value in zip(part.measures, values, strict=True):
            error = name == "accuracy"
            found[f"{part.name}_{'error' if error else name}"] = 1 - value if error else value
        return found
