"""Derivatives: the gradient, and products with the Hessian or the Gauss–Newton matrix, of the mean loss over a whole sample set.

They are summed over batches in double precision, so that they do not depend on how the samples are divided. Evaluation mode throughout:
batch-norm frozen, dropout off.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.attention import SDPBackend, sdpa_kernel

from ..problem.network import placed_network, private
from ..problem.problem import Problem
from ..problem.trees import Tree, call, placed, split, taken
from ..weights import Weights
from .products import Along, gauss_newton, hessian

Matrix = Literal["hessian", "gauss-newton"]

BATCH = 100  # samples at once, at most
AT_ONCE = 2**30  # bytes that a batch's graph may take
KEPT = 2**31  # bytes that the graphs of all batches may take, to be kept from product to product
_TRIED = (2, 4)  # samples that the bytes of a graph are measured with


class Derivatives:
    """Of the problem's first split, at its model's own weights, with respect to the parameters `names`.

    dtype: of the arithmetic; sums are in double precision. model: another network of the problem's, such as one at another point of a
    plane. matrix: what `product` multiplies with. batch: samples at once; 0: as many as the memory of their graph allows. keep: whether
    graphs stay from product to product; None: where they take little memory.
    """

    def __init__(
        self,
        problem: Problem,
        names: Sequence[str],
        dtype: torch.dtype = torch.float32,
        *,
        model: nn.Module | None = None,
        matrix: Matrix = "hessian",
        device: torch.device | str = "cpu",
        batch: int = 0,
        keep: bool | None = None,
    ) -> None:
        self._problem, self._device, self._dtype = problem, torch.device(device), dtype
        network = problem.copy_of_model() if model is None else private(model)
        self._model, self.matrix = placed_network(network, self._device, dtype), matrix
        parameters = dict(self._model.named_parameters())
        self.names = list(names)
        self._parameters = [parameters[name].requires_grad_(True) for name in self.names]
        self._split = problem.splits[0].on(self._device, dtype)
        self._kept: list[Along] = []
        weight = 0.0 if batch and keep is not None else self._weight()
        self.batch = batch or int(np.clip(AT_ONCE // max(weight, 1), 1, BATCH))
        self.keeps = weight * len(self._split) <= KEPT if keep is None else keep

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(parameter.numel() for parameter in self._parameters)

    @property
    def batches(self) -> int:
        """How many steps a product takes."""
        return -(-len(self._split) // self.batch)

    def gradient(self) -> Weights:
        """∇L over the names."""
        total = [torch.zeros_like(parameter, dtype=torch.float64) for parameter in self._parameters]
        for x, y in self._batches():
            for kept, new in zip(total, self._slopes(self._loss(self._outputs(x), y)), strict=True):
                if new is not None:
                    kept += new
        return {name: t.to("cpu", self._dtype) for name, t in zip(self.names, total, strict=True)}

    def slope_at(self, offset: np.ndarray) -> Generator[int, None, tuple[float, np.ndarray]]:
        """(loss, ∇L (n,) float64) at the weights plus an offset (n,), batch by batch: yields how many are done."""
        steps = [torch.from_numpy(part).to(self._device) for part in self.parts(offset).values()]
        moved = [(p.double() + step.view(p.shape)).to(p.dtype) for p, step in zip(self._parameters, steps, strict=True)]
        before, self._kept = [parameter.detach().clone() for parameter in self._parameters], []
        loss, total = 0.0, [torch.zeros_like(parameter, dtype=torch.float64) for parameter in self._parameters]
        try:
            self._set(moved)
            for done, (x, y) in enumerate(self._batches(), 1):
                share = self._loss(self._outputs(x), y)
                loss += float(share.detach().double())
                for kept, new in zip(total, self._slopes(share), strict=True):
                    if new is not None:
                        kept += new
                yield done
        finally:
            self._set(before)
        return loss, torch.cat([tensor.flatten() for tensor in total]).cpu().numpy()

    @property
    def flat(self) -> np.ndarray:
        """The weights as a vector (n,) float64."""
        return torch.cat([parameter.detach().flatten().double() for parameter in self._parameters]).cpu().numpy()

    def product(self, vector: np.ndarray) -> np.ndarray:
        """Hv (n,) float64 for a vector (n,) in the order of the names."""
        steps = self.applied(vector)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value

    def applied(self, vector: np.ndarray) -> Generator[int, None, np.ndarray]:
        """`product`, batch by batch: yields how many are done."""
        pieces = self._pieces(torch.from_numpy(np.asarray(vector, self._numpy)).to(self._device))
        total = [torch.zeros_like(parameter, dtype=torch.float64) for parameter in self._parameters]
        for done, along in enumerate(self._parts(), 1):
            for kept, new in zip(total, along(pieces, self.keeps), strict=True):
                if new is not None:
                    kept += new
            del along  # its graph, where it is not kept
            yield done
        return torch.cat([tensor.flatten() for tensor in total]).cpu().numpy()

    def weights(self, vector: np.ndarray) -> Weights:
        """A vector (n,) as weights."""
        flat = torch.from_numpy(np.array(vector, self._numpy))
        return dict(zip(self.names, self._pieces(flat), strict=True))

    def parts(self, vector: np.ndarray) -> dict[str, np.ndarray]:
        """A vector (n,) as name → its values there (numel,)."""
        ends = np.cumsum([parameter.numel() for parameter in self._parameters])[:-1]
        return dict(zip(self.names, np.split(vector, ends), strict=True))

    def _parts(self) -> Iterator[Along]:
        """Each batch's products, with their graph."""
        if self._kept:
            yield from self._kept
            return
        made: list[Along] = []
        for x, y in self._batches():
            along = self._part(x, y)
            if self.keeps:
                made.append(along)
            yield along
            del along
        self._kept = made

    def _part(self, x: Tree, y: Tree) -> Along:
        outputs = self._outputs(x)
        if self.matrix == "hessian":
            return hessian(self._loss(outputs, y), self._parameters)
        return gauss_newton(outputs, lambda out: self._loss(out, y), self._parameters)

    def _batches(self) -> Iterator[tuple[Tree, Tree]]:
        for x, y in zip(*(split(tree, self.batch) for tree in self._trees), strict=True):
            yield (
                self._problem.fresh(placed(x, self._device, self._dtype)),
                self._problem.fresh(placed(y, self._device, self._dtype)),
            )

    def _slopes(self, loss: Tensor) -> Sequence[Tensor | None]:
        return torch.autograd.grad(loss, self._parameters, allow_unused=True)

    def _set(self, values: Sequence[Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(self._parameters, values, strict=True):
                parameter.copy_(value)

    @property
    def _trees(self) -> tuple[Tree, Tree]:
        return self._split.samples.inputs, self._split.samples.targets

    def _outputs(self, x: Tree) -> Tree:
        with sdpa_kernel(SDPBackend.MATH):  # the others have no second derivative
            return call(self._model, x)

    def _loss(self, outputs: Tree, y: Tree) -> Tensor:
        """A batch's share of the mean loss."""
        return self._split.losses(outputs, y).sum() / len(self._split)

    def _weight(self) -> float:
        """Bytes that a sample's graph takes, from that of a few; what does not grow with the samples is left out."""
        taken_up: list[int] = []
        own = {parameter.untyped_storage().data_ptr() for parameter in self._parameters}
        for count in _TRIED:
            seen: dict[int, int] = {}

            def pack(tensor: Tensor, seen: dict[int, int] = seen) -> Tensor:
                storage = tensor.untyped_storage()
                if storage.data_ptr() not in own:
                    seen[storage.data_ptr()] = storage.nbytes()
                return tensor

            x, y = (placed(taken(tree, slice(count)), self._device, self._dtype) for tree in self._trees)
            with saved_tensors_hooks(pack, lambda tensor: tensor):
                part = self._part(self._problem.fresh(x), self._problem.fresh(y))
            del part
            taken_up.append(sum(seen.values()))
        few, more = (min(count, len(self._split)) for count in _TRIED)
        return max(taken_up[1] - taken_up[0], 0) / max(more - few, 1)

    @property
    def _numpy(self) -> type[np.floating]:
        return np.float64 if self._dtype == torch.float64 else np.float32

    def _pieces(self, flat: Tensor) -> list[Tensor]:
        sizes = [parameter.numel() for parameter in self._parameters]
        return [piece.view(p.shape).to(p.dtype) for piece, p in zip(flat.split(sizes), self._parameters, strict=True)]
