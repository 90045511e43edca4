"""Attention: scaled dot-product attention over short sequences, written out in operators that vectorize over them.

PyTorch's own kernel works on blocks of 32 keys and more, and takes twice as long for sequences of a dozen words."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, fx
from torch.nn import functional as F

LONGEST = 32  # keys and queries up to which it is written out
LOWEST = (
    0.7  # of the logarithm of the smallest number: exp takes ten times as long near that, and e⁻⁶¹ is nothing beside 1
)
_ARGUMENTS = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal", "scale")


def attention(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, is_causal: bool, scale: float | None
) -> Tensor:
    """softmax(QKᵀ·scale + mask)V as F.scaled_dot_product_attention defines it: query (…, L, d), key (…, S, d), value (…, S, e), mask
    of booleans (False: not seen) or of summands. A query that sees no key gets 0."""
    length, keys = query.shape[-2], key.shape[-2]
    if max(length, keys) > LONGEST or (mask is not None and is_causal):
        return F.scaled_dot_product_attention(query, key, value, mask, 0.0, is_causal, scale=scale)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = torch.matmul(query * factor, key.transpose(-1, -2))
    if is_causal:
        mask = torch.ones(length, keys, dtype=torch.bool, device=query.device).tril()
    seen = None
    if mask is not None:
        seen = mask if mask.dtype == torch.bool else mask != -math.inf
        scores += torch.zeros_like(mask, dtype=scores.dtype).masked_fill_(~seen, -math.inf) if seen is mask else mask
    numbers = torch.finfo(scores.dtype)
    scores.sub_(scores.amax(-1, keepdim=True).clamp_(min=numbers.min))
    shares = scores.clamp_(min=LOWEST * math.log(numbers.tiny)).exp_()
    if seen is not None:
        shares.mul_(seen)
    shares.div_(shares.sum(-1, keepdim=True).clamp_(min=numbers.tiny))
    return torch.matmul(shares, value)


def rewrite(traced: fx.GraphModule) -> int:
    """Put `attention` in the place of the graph's calls of PyTorch's kernel that drop nothing; how many there were."""
    count = 0
    for node in list(traced.graph.nodes):
        if node.op != "call_function" or node.target is not F.scaled_dot_product_attention:
            continue
        given: dict[str, Any] = dict(zip(_ARGUMENTS, node.args, strict=False)) | dict(node.kwargs)
        if given.pop("dropout_p", 0.0) != 0 or not isinstance(given.get("is_causal", False), bool):
            continue
        if set(given) - set(_ARGUMENTS):  # grouped queries
            continue
        wanted = [given.get(name) for name in ("query", "key", "value", "attn_mask")]
        with traced.graph.inserting_after(node):
            own = traced.graph.call_function(attention, (*wanted, given.get("is_causal", False), given.get("scale")))
        node.replace_all_uses_with(own)
        traced.graph.erase_node(node)
        count += 1
    return count
