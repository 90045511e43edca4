"""Attention that is written out, against PyTorch's own in float64; and which calls of it are rewritten."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from lossvista.compute.engines.attention import attention
from lossvista.compute.engines.evaluator import Evaluator
from lossvista.compute.engines.form import Way
from lossvista.compute.engines.fusion import fuse
from lossvista.compute.problem.problem import Problem
from lossvista.compute.weights import weights_of

sizes = st.integers(1, 12)


@given(sizes, sizes, sizes, st.sampled_from(["none", "seen", "summands", "causal"]), st.booleans(), st.integers(0, 99))
def test_it_is_scaled_dot_product_attention(length, keys, width, kind, own_scale, seed) -> None:
    g = torch.Generator().manual_seed(seed)
    query, key, value = (10 * torch.randn(2, 3, n, width, generator=g) for n in (length, keys, keys))
    seen = torch.rand(2, 1, length, keys, generator=g) < 0.5  # some queries see nothing
    mask = {"seen": seen, "summands": torch.where(seen, torch.randn(seen.shape, generator=g), -torch.inf)}.get(kind)
    scale = 0.3 if own_scale else None
    found = attention(query, key, value, mask, kind == "causal", scale)
    wide = mask.double() if kind == "summands" else mask
    wanted = F.scaled_dot_product_attention(
        query.double(), key.double(), value.double(), wide, is_causal=kind == "causal", scale=scale
    )
    blind = torch.zeros(1) if kind in ("none", "causal") else ~seen.any(-1, keepdim=True)
    assert torch.allclose(found.double(), torch.where(blind.bool(), 0.0, wanted), rtol=1e-4, atol=1e-4)


def test_extreme_scores_neither_overflow_nor_hide_nan() -> None:
    query, key, value = torch.full((1, 2, 3), 1e4), torch.eye(3)[None] * 1e4, torch.randn(1, 3, 2)
    assert torch.allclose(attention(query, key, value, None, False, None), value.mean(1, keepdim=True).expand(1, 2, 2))
    query[0, 0, 0] = torch.nan
    found = attention(query, key, value, None, False, None)
    assert found[0, 0].isnan().all() and found[0, 1].isfinite().all()


class Attending(nn.Module):
    def __init__(self, **options) -> None:
        super().__init__()
        self.mixing, self.head, self.options = nn.Linear(6, 18), nn.Linear(6, 3), options

    def forward(self, x):
        query, key, value = self.mixing(x).unflatten(-1, (3, 2, 3)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(query, key, value, **self.options)
        return self.head(F.gelu(mixed.transpose(1, 2).flatten(2)).mean(1))


@pytest.mark.parametrize(
    "options, count",
    [({}, 1), ({"is_causal": True, "scale": 2.0}, 1), ({"dropout_p": 0.0}, 1), ({"enable_gqa": True}, 0)],
)
def test_calls_that_it_can_stand_for_are_rewritten(options: dict, count: int) -> None:
    torch.manual_seed(0)
    net = Attending(**options).eval()
    assert fuse(net).attentions == count
    theta = weights_of(net)
    axis = {name: torch.randn_like(t) for name, t in theta.items()}
    problem = Problem(net, torch.randn(11, 5, 6), torch.randint(0, 3, (11,)))
    evaluator = Evaluator(problem, theta, [axis], way=Way(4, "fused"))
    assert ("1 attention written out" in evaluator.note) is bool(count) and "2 fused linear layers" in evaluator.note
    exact = Evaluator(problem, theta, [axis], precision="float64", way=Way(4, "plain"))
    for a in (0.0, 0.7):
        assert evaluator.at(a)["train_loss"] == pytest.approx(exact.at(a)["train_loss"], rel=1e-5)
