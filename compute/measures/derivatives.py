"""Derivatives: gradient, Hessian–vector products and extreme eigenvectors of the mean loss over a whole sample set.

The products are Pearlmutter's (1994): Hv = ∇(∇L·v), summed over batches, so that they do not depend on how the samples are
divided. Evaluation mode throughout: batch-norm frozen, dropout off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh
from torch import Tensor

from ..errors import LossvistaError
from ..problem.network import placed_network
from ..problem.problem import Problem
from ..problem.trees import call, placed, split
from ..weights import Weights

_BATCH = 100


class Derivatives:
    """Of the problem's first split at its model's own weights, with respect to the parameters `names`. dtype: of the arithmetic."""

    def __init__(self, problem: Problem, names: Sequence[str], dtype: torch.dtype = torch.float32) -> None:
        self._problem, self._model = problem, placed_network(problem.copy_of_model(), torch.device("cpu"), dtype)
        parameters = dict(self._model.named_parameters())
        self.names = list(names)
        self._parameters = [parameters[name].requires_grad_(True) for name in self.names]
        self._split = problem.splits[0].on(torch.device("cpu"), dtype)
        trees = (placed(tree, None, dtype) for tree in (self._split.samples.inputs, self._split.samples.targets))
        self._batches = list(zip(*(split(tree, _BATCH) for tree in trees), strict=True))

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(parameter.numel() for parameter in self._parameters)

    def gradient(self) -> Weights:
        """∇L over the names."""
        total = [torch.zeros_like(parameter) for parameter in self._parameters]
        for loss in self._losses():
            for kept, new in zip(total, torch.autograd.grad(loss, self._parameters, allow_unused=True), strict=True):
                if new is not None:
                    kept += new
        return dict(zip(self.names, total, strict=True))

    def product(self, vector: np.ndarray) -> np.ndarray:
        """Hv (n,) float64 for a vector (n,) in the order of the names."""
        pieces = self._pieces(torch.from_numpy(np.asarray(vector, np.float64)))
        total = [torch.zeros_like(parameter, dtype=torch.float64) for parameter in self._parameters]
        for loss in self._losses():
            slopes = torch.autograd.grad(loss, self._parameters, create_graph=True, allow_unused=True)
            along = [(g * v).sum() for g, v in zip(slopes, pieces, strict=True) if g is not None and g.requires_grad]
            if not along:
                continue  # a loss that is linear here
            found = torch.autograd.grad(torch.stack(along).sum(), self._parameters, allow_unused=True)
            for kept, new in zip(total, found, strict=True):
                if new is not None:
                    kept += new
        return torch.cat([tensor.flatten() for tensor in total]).numpy()

    def top_eigenvectors(self, count: int, seed: int = 0) -> tuple[np.ndarray, list[Weights]]:
        """The `count` largest eigenvalues (count,), largest first, and their unit eigenvectors, by ARPACK's Lanczos method.
        Raises LossvistaError where it does not converge, or the loss is not finite."""
        if self.size <= count + 1:
            raise LossvistaError(f"{self.size} parameters are too few for {count} eigenvectors.")
        operator = LinearOperator((self.size,) * 2, matvec=self.product, dtype=np.float64)  # type: ignore[call-arg]
        start = np.random.default_rng(seed).normal(size=self.size)
        try:
            values, vectors = eigsh(operator, k=count, which="LA", tol=1e-4, v0=start, maxiter=300)  # type: ignore[arg-type]
        except ArpackNoConvergence:
            raise LossvistaError(
                "The Hessian's largest eigenvalues did not converge.", "Use more samples, or --precision float64."
            ) from None
        order = np.argsort(values)[::-1]
        if not np.isfinite(values).all():
            raise LossvistaError("The Hessian is not finite at these weights.", "Check the loss at the centre.")
        found = [self._pieces(torch.from_numpy(vectors[:, k].copy())) for k in order]
        return values[order], [dict(zip(self.names, pieces, strict=True)) for pieces in found]

    def _losses(self) -> Iterator[Tensor]:
        """The batches' shares of the mean loss, each with its graph."""
        for x, y in self._batches:
            x, y = self._problem.fresh(x), self._problem.fresh(y)
            yield self._split.losses(call(self._model, x), y).sum() / len(self._split)

    def _pieces(self, flat: Tensor) -> list[Tensor]:
        sizes = [parameter.numel() for parameter in self._parameters]
        return [piece.view(p.shape).to(p.dtype) for piece, p in zip(flat.split(sizes), self._parameters, strict=True)]
