"""CurveNetwork: a network whose weights are a random point of a curve at each step, and whose trainable parameters are the bends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..problem.network import private
from ..weights import Weights, weights_of
from .curve import shares


class CurveNetwork(nn.Module):
    """bends (k, parameters): each bend's weights, one after the other; the only parameters, and all of the state. In training each
    call draws t ~ U(0, 1) from torch's random numbers and computes with φ(t), so that a step follows an unbiased gradient of
    E_t L(φ(t)) (Garipov et al. 2018, §3); otherwise t = ½. The ends are never changed.

    decay: λ, whose penalty ½λ‖φ(t)‖² is part of the gradient, as in the source. Parameters that the model does not train stay where
    the straight line has them. Batch-norm takes the statistics of each batch while it is trained."""

    def __init__(
        self, model: nn.Module, ends: Sequence[Weights], kind: str, bends: int = 1, decay: float = 0.0
    ) -> None:
        super().__init__()
        self.kind, self.decay = kind, decay
        skeleton = private(model)
        names = list(weights_of(model))
        self.__dict__["_skeleton"] = skeleton  # not a submodule: its parameters are not trained
        own = dict(model.named_parameters())
        self._names, self._shapes = names, [own[name].shape for name in names]
        self._types = [skeleton.get_parameter(name).dtype for name in names]
        self._sizes = [own[name].numel() for name in names]
        free = torch.cat([torch.full((own[name].numel(),), float(own[name].requires_grad)) for name in names])
        wide = torch.float64 if torch.float64 in self._types else torch.float32
        flat = torch.stack([torch.cat([end[name].reshape(-1).to(wide) for name in names]) for end in ends])
        along = torch.linspace(0, 1, bends + 2, dtype=wide)[1:-1, None]
        self.bends = nn.Parameter((1 - along) * flat[0] + along * flat[1])  # on the straight line, as in the source
        self.register_buffer("_ends", flat, persistent=False)
        self.register_buffer("_free", free, persistent=False)
        if hasattr(model, "normalization"):
            self.normalization = model.normalization

    def point(self, t: float) -> Tensor:
        """φ(t) (parameters,), with its gradient towards the bends."""
        own = shares(self.kind, len(self.bends), np.array([t]))[0].tolist()
        ends = cast(Tensor, self._ends)
        start, end = own[0] * ends[0], own[-1] * ends[1]
        moving = start + end + torch.tensor(own[1:-1], dtype=start.dtype, device=start.device) @ self.bends
        if not moving.requires_grad:
            return moving
        pull = self.decay * moving.detach()
        moving.register_hook(lambda gradient: (gradient + pull) * self._free)
        return moving

    def forward(self, *inputs: Any, **named: Any) -> Any:
        t = float(torch.rand(())) if self.training else 0.5
        flat = self.point(t).split(self._sizes)
        weights = {
            name: part.view(shape).to(kind)
            for name, part, shape, kind in zip(self._names, flat, self._shapes, self._types, strict=True)
        }
        return functional_call(self._model, weights, inputs, named)

    @property
    def _model(self) -> nn.Module:
        return cast(nn.Module, self._skeleton)

    def bend_weights(self) -> list[Weights]:
        """Each bend by the model's names, in the model's types, on the CPU."""
        return [
            {
                name: part.view(shape).to("cpu", kind)
                for name, part, shape, kind in zip(
                    self._names, bend.split(self._sizes), self._shapes, self._types, strict=True
                )
            }
            for bend in self.bends.detach()
        ]

    def train(self, mode: bool = True) -> Self:
        self._model.train(mode)
        return super().train(mode)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        self._model._apply(fn)
        return super()._apply(fn, recurse)
