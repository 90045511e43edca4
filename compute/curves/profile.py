"""Profile: loss and error along ways between two networks, each point a network of its own, batch-norm statistics by a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..engines.batch_norm import floating_buffers, reestimate
from ..engines.batches import single_thread
from ..engines.evaluator import Evaluator
from ..plane import Plane
from ..problem.network import placed_network
from ..problem.problem import Problem
from ..problem.trees import placed, split
from ..table import Table
from .curve import SEGMENT, shares

SMALL = 100_000  # parameters, below which threads wait for one another longer than they compute
IN_PLANE = 1e-5  # of the ends' distance: nearer than that a point is in the plane, but for rounding


class Profile:
    """points: full states of the first network, the bends, the second network. rows: what was measured: way, statistics, t, α, β,
    distance from the plane, train_loss, train_error, …"""

    def __init__(
        self,
        problem: Problem,
        points: Sequence[Mapping[str, Tensor]],
        kind: str,
        evaluator: Evaluator,
        plane: Plane | None = None,
    ) -> None:
        self.kind, self.evaluator, self.plane, self.rows = kind, evaluator, plane, list[dict[str, Any]]()
        self.problem, self.points = problem, points
        self._model = placed_network(problem.copy_of_model(), evaluator.device, evaluator.dtype)
        self._buffers = {name: t.clone() for name, t in self._model.named_buffers()}
        small = sum(parameter.numel() for parameter in self._model.parameters()) < SMALL
        self._threads = single_thread if small else nullcontext
        self._inputs = placed(problem.inputs, evaluator.device, evaluator.dtype)

    def measure(self, way: str, policy: str, t: float) -> dict[str, Any]:
        """Add the network at t. way: the curve's kind, or "segment". policy: re-estimated, interpolated or frozen."""
        state = self.state(way, policy, t)
        found = self.evaluator.of(state)
        row: dict[str, Any] = {"way": way, "statistics": policy, "t": t}
        if self.plane is not None:
            weights = {name: state[name].cpu() for name in self.plane.origin}
            (alpha, beta), distance = self.plane.project(weights)
            length = sum(float(tensor.double().square().sum()) for tensor in weights.values()) ** 0.5
            row |= {"alpha": float(alpha), "beta": float(beta), "distance": distance, "weight_norm": length}
        for field, value in found.items():
            name = field.replace("_accuracy", "_error") if field.endswith("_accuracy") else field
            row[name] = 1 - value if field.endswith("_accuracy") else value
        self.rows.append(row)
        return row

    def slice_loss(self, row: Mapping[str, Any]) -> float:
        """The plane's loss below a measured point: its own, where it lies in the plane."""
        apart = float(self.plane.norms.max()) if self.plane is not None else 1.0
        if row["distance"] <= IN_PLANE * max(row["weight_norm"], apart):
            return float(row["train_loss"])
        return self.evaluator.at(row["alpha"], row["beta"])["train_loss"]

    @torch.no_grad()
    def state(self, way: str, policy: str, t: float) -> dict[str, Tensor]:
        """Parameters and buffers of the network at t, in float64 mixed from the points'."""
        points = [self.points[0], self.points[-1]] if way == SEGMENT else self.points
        own = shares(way, len(points) - 2, np.array([t]))[0].tolist()
        device = self.evaluator.device
        buffers = dict(self._model.named_buffers())
        for name, buffer in buffers.items():
            buffer.copy_(self._buffers[name])
        moving = dict(self._model.named_parameters())
        if policy == "interpolated":  # shares are ≥ 0 and sum to 1: a running variance stays positive
            moving |= floating_buffers(self._model)
        for name, tensor in moving.items():
            mixed = sum(part * point[name].to(device, torch.float64) for part, point in zip(own, points, strict=True))
            tensor.copy_(mixed)  # type: ignore[arg-type]
        if policy == "re-estimated":
            with self._threads():
                reestimate(self._model, map(self.problem.fresh, split(self._inputs, self.evaluator.batch_size)))
        return {**dict(self._model.named_parameters()), **buffers}

    @staticmethod
    def table(rows: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> Table:
        """Rows as columns."""
        columns = {}
        for name in rows[0]:
            values = [row[name] for row in rows]
            columns[name] = np.array(values, dtype=object if isinstance(values[0], str) else float)
        return Table(columns, dict(how))
