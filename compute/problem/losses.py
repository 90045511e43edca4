"""Losses: anybody's loss function or metric, seen sample by sample, so that Σℓ_i/n and its standard error can be taken.

Most losses of PyTorch are a mean over a batch, which depends on how the samples are divided. Here the value of a data set is
what the function gives on the whole of it as one batch, however it is divided into smaller ones.
"""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import vmap
from torch.nn import functional as F

from .trees import Tree, count, leaves, mapped, placed

Function = Callable[[Any, Any], Tensor]
FEW = 64  # classes
_LOG_LIKELIHOODS = (F.cross_entropy, F.nll_loss)  # their mean is over what is not ignored, weighted by class
_NONNEGATIVE = (F.cross_entropy, F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss, F.binary_cross_entropy)
_NONNEGATIVE_MODULES = (nn.CrossEntropyLoss, nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss, nn.BCELoss)
_IN_NATS = (F.binary_cross_entropy, F.binary_cross_entropy_with_logits, F.kl_div, F.gaussian_nll_loss)
_IN_NATS_MODULES = (nn.CrossEntropyLoss, nn.NLLLoss, nn.BCELoss, nn.BCEWithLogitsLoss, nn.KLDivLoss)


def cross_entropy(outputs: Any, targets: Tensor) -> Tensor:
    """Per-sample cross-entropy in nats: logits (b, classes, …), class numbers (b, …) → (b,); a mean over further axes."""
    logits = logits_of(outputs)
    if logits.dim() == 2 and not logits.requires_grad and logits.shape[1] <= FEW and logits.device.type == "cpu":
        # The same numbers: a softmax over few classes vectorizes only where the samples lie beside one another
        return F.nll_loss(F.log_softmax(logits.t().contiguous(), 0).t(), targets, reduction="none")
    losses = F.cross_entropy(logits, targets, reduction="none")
    return losses if losses.dim() == 1 else losses.flatten(1).mean(1)


def accuracy(outputs: Any, targets: Tensor) -> Tensor:
    """Share of the largest logits that are the label's: (b, classes, …), (b, …) → (b,) in [0, 1]."""
    logits = logits_of(outputs)
    hits = (logits.argmax(1) == targets).to(logits.dtype)
    return hits if hits.dim() == 1 else hits.flatten(1).mean(1)


def logits_of(outputs: Any) -> Tensor:
    """The tensor in what a network gives: itself, its `logits`, or the first of several."""
    if isinstance(outputs, Tensor):
        return outputs
    if isinstance(outputs, Mapping) and "logits" in outputs:
        return outputs["logits"]
    named = getattr(outputs, "logits", None)
    return next(tensor for _, tensor in leaves(outputs)) if named is None else named


class PerSample:
    """A loss or metric as (outputs, targets) of a batch → (b,), one value a sample.

    Functions of PyTorch's kind, with a `reduction`, are asked for "none" (a private copy of a module is; a mean over further
    axes is taken, or the sum if theirs was one). Those that return one number a batch are evaluated sample by sample. `coupled`
    (set by `examine`): samples of a batch influence one another; then every sample gets its batch's value, so that the mean is
    weighted by batch size, and there is no standard error. `dependent` (set by a first trial): the network's outputs influence one
    another; then the values are no independent ones, and there is no standard error either.
    """

    def __init__(self, given: Function) -> None:
        self.given, self.coupled, self.dependent = given, False, False
        self._each, self._reduction = _unreduced(given)
        self._vmaps = True

    def __call__(self, outputs: Any, targets: Tree) -> Tensor:
        size = count(targets)
        if self.coupled:
            return self.given(outputs, targets).mean().expand(size)
        values = self._call(outputs, targets)
        if values.dim() == 0 or len(values) != size:
            return self._one_by_one(outputs, targets)
        if values.dim() == 1:
            return values
        rest = values.flatten(1)
        whole = self._reduction in ("sum", "batchmean") or self.counts is not None
        return rest.sum(1) if whole else rest.mean(1)

    def whole(self, outputs: Any, targets: Tree) -> Tensor:
        """The batch's loss as it was given, for training; the mean of one that gives a value for each sample."""
        return torch.as_tensor(self.given(logits_of(outputs) if self._reduction else outputs, targets)).mean()

    @property
    def joint(self) -> bool:
        """Whether the samples' values are not independent of one another."""
        return self.coupled or self.dependent

    @property
    def counts(self) -> Callable[[Tensor], Tensor] | None:
        """targets (b, …) → (b,): what PyTorch's mean of cross-entropy divides by (the elements that are not ignored, weighted by
        class); None for other functions."""
        settings = _settings(self.given)
        if settings is None or self._reduction != "mean":
            return None
        return partial(_weighed, **settings)

    @property
    def in_nats(self) -> bool:
        """Whether it is a log-likelihood of PyTorch's."""
        function = self.given.func if isinstance(self.given, partial) else self.given
        known = (cross_entropy, *_LOG_LIKELIHOODS, *_IN_NATS)
        return isinstance(function, _IN_NATS_MODULES) or any(function is one for one in known)

    @property
    def nonnegative(self) -> bool:
        """Whether its definition says that no value is ever negative."""
        function = self.given.func if isinstance(self.given, partial) else self.given
        weight = getattr(self.given, "weight", None)
        if isinstance(self.given, partial):
            weight = self.given.keywords.get("weight")
        if isinstance(weight, Tensor) and bool((weight < 0).any()):
            return False
        if isinstance(function, _NONNEGATIVE_MODULES):
            return True
        return any(function is one for one in (cross_entropy, *_NONNEGATIVE))

    @property
    def classifies(self) -> bool:
        """Whether it compares logits with class numbers."""
        return self.given is cross_entropy or _settings(self.given) is not None

    def placed(self, device: torch.device, dtype: torch.dtype) -> PerSample:
        """A copy for outputs on this device and of this type: class weights and the like go along."""
        there = copy.copy(self)
        there.given, there._each = (_moved(function, device, dtype) for function in (self.given, self._each))
        return there

    def examine(self, outputs: Any, targets: Tree) -> None:
        """Find out, on a batch of at least two samples, whether they influence one another, and remember it."""
        whole = self._call(outputs, targets)
        if count(targets) < 2 or (whole.dim() > 0 and len(whole) == count(targets)):
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a single sample may be too few for it
                each = self._one_by_one(outputs, targets).double()
        except Exception:  # it needs several samples
            self.coupled = True
            return
        whole = whole.double().mean()
        self.coupled = not any(torch.allclose(whole, v, 1e-4, 1e-7, equal_nan=True) for v in (each.mean(), each.sum()))

    def _call(self, outputs: Any, targets: Tree) -> Tensor:
        if self._reduction:
            outputs = logits_of(outputs)
        return torch.as_tensor(self._each(outputs, targets))

    def _one_by_one(self, outputs: Any, targets: Tree) -> Tensor:
        def single(output: Any, target: Any) -> Tensor:
            one = (mapped(lambda t: t[None], part) for part in (output, target))
            return torch.as_tensor(self.given(*one)).mean()

        if self._vmaps:
            try:
                return vmap(single)(outputs, targets)
            except Exception:  # whatever it cannot be vectorized over, it can still be called with
                self._vmaps = False
        rows = range(count(targets))
        return torch.stack(
            [single(mapped(lambda t, k=k: t[k], outputs), mapped(lambda t, k=k: t[k], targets)) for k in rows]
        )


def _moved(function: Function, device: torch.device, dtype: torch.dtype) -> Function:
    if isinstance(function, nn.Module):
        return copy.deepcopy(function).to(device, dtype)
    if isinstance(function, partial):
        keywords = {name: placed(value, device, dtype) for name, value in function.keywords.items()}
        return partial(function.func, *function.args, **keywords)
    return function


def _unreduced(given: Function) -> tuple[Function, str]:
    """The function without its reduction, and which it was; the function itself and "" where it has none."""
    if isinstance(given, nn.Module):
        reduction = getattr(given, "reduction", None)
        if isinstance(reduction, str):
            each = copy.deepcopy(given)
            each.reduction = "none"  # type: ignore[assignment]
            return each, reduction
        return given, ""
    try:
        reduction = inspect.signature(given).parameters["reduction"].default
    except (KeyError, ValueError, TypeError):
        return given, ""
    unreduced: dict[str, Any] = {"reduction": "none"}
    return (partial(given, **unreduced), reduction) if isinstance(reduction, str) else (given, "")


def _settings(given: Function) -> dict[str, Any] | None:
    """Class weights and the ignored class number of a cross-entropy or negative log-likelihood of PyTorch's, else None."""
    if isinstance(given, (nn.CrossEntropyLoss, nn.NLLLoss)):
        return {"weight": given.weight, "ignore": given.ignore_index}
    keywords = given.keywords if isinstance(given, partial) else {}
    function = given.func if isinstance(given, partial) else given
    if not any(function is one for one in _LOG_LIKELIHOODS):
        return None
    return {"weight": keywords.get("weight"), "ignore": keywords.get("ignore_index", -100)}


def _weighed(targets: Tensor, weight: Tensor | None, ignore: int) -> Tensor:
    """(b, …) class numbers → (b,) float64: how much each sample counts. Probabilities count one an element."""
    if targets.is_floating_point():
        per_sample = targets[0].numel() // targets.shape[1]
        return torch.full((len(targets),), float(per_sample), dtype=torch.float64, device=targets.device)
    counted = targets != ignore
    weights = torch.ones((), dtype=torch.float64).to(targets.device)
    if weight is not None:
        weights = weight.to(targets.device).double()[targets.clamp(min=0)]
    return torch.where(counted, weights, 0.0).reshape(len(targets), -1).sum(1)
