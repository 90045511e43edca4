"""Products: one batch's share of the Hessian or of the Gauss–Newton matrix of the mean loss, applied to vectors.

Hessian: Pearlmutter's (1994) Hv = ∇(∇L·v). Gauss–Newton (Schraudolph 2002): Gv = Jᵀ H_L J v, with J the derivative of the outputs by the
parameters and H_L the Hessian of the loss by the outputs; J v as the derivative, by u, of Jᵀu. The graph of the first derivative may be
kept from product to product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from ..problem.trees import leaves, mapped

Pieces = Sequence[Tensor | None]
Along = Callable[
    [Sequence[Tensor], bool], Pieces
]  # (vector in pieces, keep the graph) → product in pieces, None for zeros


def hessian(loss: Tensor, parameters: Sequence[Tensor]) -> Along:
    """v → Hv of this loss."""
    slopes = torch.autograd.grad(loss, parameters, create_graph=True, allow_unused=True)
    curved = [k for k, slope in enumerate(slopes) if slope is not None and slope.requires_grad]

    def along(pieces: Sequence[Tensor], keep: bool) -> Pieces:
        return _pulled([slopes[k] for k in curved], parameters, [pieces[k] for k in curved], keep)

    return along


def gauss_newton(outputs: Any, loss_of: Callable[[Any], Tensor], parameters: Sequence[Tensor]) -> Along:
    """v → Jᵀ H_L J v. outputs: a tree of tensors with their graph; loss_of: outputs → loss."""
    out = [tensor for _, tensor in leaves(outputs) if tensor.requires_grad]
    doubles = {id(tensor): tensor.detach().requires_grad_(True) for tensor in out}
    free = [doubles[id(tensor)] for tensor in out]
    loss = loss_of(mapped(lambda tensor: doubles.get(id(tensor), tensor), outputs))
    slopes = torch.autograd.grad(loss, free, create_graph=True, allow_unused=True)
    curved = [k for k, slope in enumerate(slopes) if slope is not None and slope.requires_grad]
    ways = [torch.zeros_like(tensor, requires_grad=True) for tensor in out]
    back = torch.autograd.grad(out, parameters, ways, create_graph=True, allow_unused=True)
    moving = [k for k, part in enumerate(back) if part is not None and part.requires_grad]

    def along(pieces: Sequence[Tensor], keep: bool) -> Pieces:
        pushed = _pulled([back[k] for k in moving], ways, [pieces[k] for k in moving], True)
        pushed = [torch.zeros_like(way) if part is None else part for way, part in zip(ways, pushed, strict=True)]
        bent = _pulled([slopes[k] for k in curved], free, [pushed[k] for k in curved], keep)
        used = [k for k, part in enumerate(bent) if part is not None]
        return _pulled([out[k] for k in used], parameters, [bent[k] for k in used], keep)

    return along


def _pulled(of: Sequence[Any], by: Sequence[Tensor], along: Sequence[Any], keep: bool) -> Pieces:
    """Σ along·∂of/∂by, for each of `by`; None where nothing depends on it."""
    if not of:
        return [None] * len(by)
    return torch.autograd.grad(list(of), list(by), list(along), retain_graph=keep, allow_unused=True)
