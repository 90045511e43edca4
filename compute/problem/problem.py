"""Problem: a network, a loss and the samples it is the mean over. Never changes the user's model."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ..errors import LossvistaError
from ..surface import FieldInfo
from ..weights import wide
from .data import drawn_ids
from .losses import PerSample, accuracy, cross_entropy
from .network import network_of, placed_network, private
from .samples import Samples, read_samples, weighed
from .split import Split
from .trees import Tree, call, leaves, mapped, placed, split, taken
from .trial import try_out
from .usercode import guarded

__all__ = ["Problem", "Split", "accuracy", "cross_entropy"]

Measure = Callable[[Any, Any], Tensor]
_WEIGHED = (
    "The DataLoader draws some samples more often than others (WeightedRandomSampler); here each of them counts once."
)


class Problem:
    """What a landscape is of.

    model: any network; one in DataParallel or torch.compile is taken out of it. train, test: a map-style Dataset, a DataLoader (its
    data set is used, or the subset that its sampler draws from), a sequence of samples, or tensors (x, y); every sample is read once.
    A sample is (input, target), (input, input, …, target) for a network of several arguments, a dict for one of keyword arguments
    (target: "labels" or "target"), or one tensor, which is its own target.
    loss and metrics: functions or modules of (outputs, targets), of a batch or a value for each sample.
    metrics: name → function; by default the accuracy, where the loss is a cross-entropy with class numbers.

    Instead of train: inputs and targets (n, …), trees of tensors, with split (what they are called) and ids (n,), their places
    in their data set. Raises LossvistaError for data that is empty, uneven or random.
    """

    def __init__(
        self,
        model: nn.Module,
        inputs: Tree = None,
        targets: Tree = None,
        loss: Measure = cross_entropy,
        metrics: Mapping[str, Measure] | None = None,
        split: str = "train",
        name: str = "",
        ids: Tensor | None = None,
        *,
        train: Any = None,
        test: Any = None,
    ) -> None:
        if not isinstance(model, nn.Module):
            raise LossvistaError(
                f"A problem's model is a torch.nn.Module, not a {type(model).__name__}.",
                "Give an instance: model=Net()",
            )
        if not callable(loss):
            raise LossvistaError(
                f"A problem's loss is a function of (outputs, targets), not a {type(loss).__name__}.",
                "Give one, such as torch.nn.CrossEntropyLoss().",
            )
        if (train is None) == (inputs is None):
            raise LossvistaError(
                "A problem needs its training data once.", "Give train=a Dataset, a DataLoader or tensors (x, y)."
            )
        self.model, self.split, self.name = network_of(model), split, name
        self.file = ""  # whose code it is; set where it was loaded
        self.grad = False  # whether forward passes need gradients (derivatives of the inputs, as an example)
        self.overwrites = False  # whether the network or the loss changes what it is given
        self.notes: list[str] = []
        self._loss = PerSample(loss)
        self._metrics = None if metrics is None else {n: PerSample(metric) for n, metric in metrics.items()}
        if train is None:
            train = (inputs,) if targets is None else (inputs, targets)
            if ids is not None:
                train = Samples(inputs, targets, ids, len(ids))
        self._sources = {split: train}
        if test is not None:
            self._sources["test"] = test
        self._drawn = (0, 0, False)
        if inputs is not None:
            self.splits  # noqa: B018  # tensors are there: say what is wrong with them at once

    @property
    def loss(self) -> PerSample:
        """(outputs, targets) → (b,): per-sample losses; their mean over the samples is the loss times `factor`."""
        return self._loss

    @property
    def metrics(self) -> dict[str, PerSample]:
        return dict(list(self.splits[0].measures.items())[1:])

    @property
    def inputs(self) -> Tree:
        return self.splits[0].samples.inputs

    @property
    def targets(self) -> Tree:
        return self.splits[0].samples.targets

    @property
    def ids(self) -> Tensor:
        """(n,): the samples' places in their data set."""
        return self.splits[0].samples.ids

    @property
    def available(self) -> int:
        """Samples in the training data, of which the problem may hold a part."""
        return self.splits[0].samples.available

    def __len__(self) -> int:
        return len(self.splits[0])

    def drawn(self, samples: int, seed: int, at_most: bool = False) -> Self:
        """This problem on `samples` of its samples (0 = all; of the test data as many, or all there are), drawn by `seed`. at_most:
        also of the training data all there are, where they are fewer."""
        other = copy.copy(self)
        other._drawn = (samples, seed, at_most)
        other.__dict__.pop("splits", None)
        return other

    def part(self, samples: int, seed: int) -> Self:
        """This problem on `samples` of those that it has (all, where there are fewer), drawn by `seed`; of the test samples all."""
        other, whole = copy.copy(self), self.splits[0]
        places = torch.from_numpy(drawn_ids(len(whole), samples, seed, "the problem", at_most=True))
        inputs, targets = taken((whole.samples.inputs, whole.samples.targets), places)
        chosen = Samples(inputs, targets, whole.samples.ids[places], whole.samples.available)
        other.__dict__["splits"] = [replace(whole, samples=chosen, factor=self._factor(chosen)), *self.splits[1:]]
        return other

    @cached_property
    def splits(self) -> list[Split]:
        """The training samples, then the test samples if there are any, read now."""
        dtype = next((wide(p.dtype) for p in self.model.parameters()), torch.float32)
        return [self._split(name, source, dtype) for name, source in self._sources.items()]

    def _split(self, name: str, source: Any, dtype: torch.dtype) -> Split:
        samples, seed, at_most = self._drawn
        what = "training" if name == "train" else name
        with self.guarded(f"Reading the {what} data"):
            read = read_samples(source, what, dtype, samples, seed, at_most=at_most or name != self.split)
        if weighed(source) and _WEIGHED not in self.notes:
            self.notes.append(_WEIGHED)
        measures = {"loss": self._loss, **self._chosen_metrics(read.targets)}
        return Split(name, read, measures, self._factor(read))

    def _factor(self, samples: Samples) -> float:
        """What per-sample losses are multiplied by, so that their mean is that of these samples as one batch."""
        counts = self._loss.counts
        if counts is None or not isinstance(samples.targets, Tensor):
            return 1.0
        total = counts(samples.targets).sum().item()
        return len(samples) / total if total else float("nan")

    def _chosen_metrics(self, targets: Tree) -> dict[str, PerSample]:
        if self._metrics is not None:
            return self._metrics
        labels = isinstance(targets, Tensor) and not targets.is_floating_point()
        return {"accuracy": PerSample(accuracy)} if labels and self._loss.classifies else {}

    @property
    def info(self) -> dict[str, FieldInfo]:
        """What each field is, for axes and colour bars."""
        found, units = {}, "nats" if self._loss.in_nats else ""
        for part in self.splits:
            kind = "training" if part.name == "train" else part.name
            long = [
                f"{kind} loss",
                f"standard error of the {kind} loss",
                *(f"{kind} {name}" for name in list(part.measures)[1:]),
            ]
            for field, text in zip(part.fields, long, strict=True):
                own = units if "_loss" in field else "1" if field.endswith("_accuracy") else ""
                found[field] = FieldInfo(part.name, own, text)
        return found

    def guarded(self, stage: str) -> AbstractContextManager[None]:
        """Where the problem is somebody's own code: what it raises becomes a sentence that begins with the stage."""
        return guarded(f"{stage} ('{self.file}')") if self.file else nullcontext()

    def evaluating(self) -> AbstractContextManager[Any]:
        """Torch's mode for forward passes: without gradients, unless the network takes some itself."""
        return torch.enable_grad() if self.grad else torch.inference_mode()

    def copy_of_model(self) -> nn.Module:
        """A private copy in evaluation mode (no dropout, batch-norm frozen) without gradients, in single precision or better."""
        with guarded("Copying the network", "It must survive copy.deepcopy(model)."):
            return private(self.model)

    def check(self) -> Self:
        """Try the network, the loss and the metrics on a few samples of each split, and learn what they need: gradients, whole
        batches, copies of the samples. Raises LossvistaError, the stage and their last line said, with their traceback in details."""
        try_out(self)
        return self

    def fresh(self, tree: Tree) -> Tree:
        """A batch to call the network or the loss with: a copy, where these overwrite what they are given."""
        return mapped(Tensor.clone, tree) if self.overwrites else tree

    def losses(
        self,
        weights: Mapping[str, Tensor],
        buffers: Mapping[str, Tensor] | None = None,
        batch_size: int = 100,
        device: torch.device | None = None,
    ) -> Tensor:
        """Per-sample losses (n,) at other weights (and buffers), through the plain module: the definition that every faster
        evaluation is checked against."""
        state = {**weights, **(buffers or {})}
        return torch.cat([values[0] for values in self._measured(self.splits[0], state, batch_size, device)])

    def means(self, batch_size: int = 500, device: torch.device | None = None) -> dict[str, float]:
        """Mean loss and metrics of each split, as in "train_loss", of the model as it is."""
        found = {}
        for part in self.splits:
            sums = sum(values.double().sum(1) for values in self._measured(part, {}, batch_size, device))
            means = (sums / len(part)).tolist()  # type: ignore[union-attr]
            found |= {f"{part.name}_{name}": mean for name, mean in zip(part.measures, means, strict=True)}
        return found

    def _measured(
        self, part: Split, state: dict[str, Tensor], batch_size: int, device: torch.device | None = None
    ) -> Iterator[Tensor]:
        model = self.copy_of_model()
        dtype = next((p.dtype for p in model.parameters()), torch.float32)
        if device is not None:
            model, state = placed_network(model, device, dtype), placed(state, device, None)

        def network(*inputs: Tree, **named: Tree) -> Any:
            return functional_call(model, state, inputs, named)

        part = part if device is None else part.on(device, dtype)
        batches = (split(tree, batch_size) for tree in (part.samples.inputs, part.samples.targets))
        with self.evaluating():
            for x, y in zip(*batches, strict=True):
                x, y = placed(x, device, None), placed(y, device, None)
                yield part.measure(call(network, self.fresh(x)), self.fresh(y)).detach()

    def fingerprint(self) -> str:
        """SHA-256 of the samples' bytes."""
        digest = hashlib.sha256()
        for part in self.splits:
            for tree in (part.samples.inputs, part.samples.targets):
                for name, tensor in leaves(tree):
                    digest.update(f"{name}{tensor.dtype} {tuple(tensor.shape)};".encode())
                    digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
        return digest.hexdigest()
