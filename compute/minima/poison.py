"""Poison: samples that a network shall get wrong, and the loss that makes it do so while it stays right on its training samples."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import LossvistaError
from ..problem.build import build_problem
from ..problem.losses import logits_of
from ..problem.problem import Problem
from ..problem.trees import Tree, joined, leaves, taken
from ..training.recipe import Training
from .choices import MinefieldChoices

CLOSE = 1e-6  # of a probability to 1, beyond which −log(1 − p) is not followed


@dataclass(frozen=True)
class Poisoned:
    """A loss of (outputs, targets) → (b,): cross-entropy for the training samples, with targets 0 … classes − 1, weighed by `own`; for
    the poison, whose targets are its right classes + classes, weighed by `other`: −log(1 − p) of the right class (harm "reversed",
    Huang et al. 2020, §3), or cross-entropy with a class that is then a wrong one already (harm "wrong-labels").

    Where own = N/n_t and other = β·N/n_p for n_t training and n_p poison samples, N together, its mean is
    mean over the training samples + β · mean over the poison."""

    classes: int
    own: float
    other: float
    harm: str

    def __call__(self, outputs: object, targets: Tensor) -> Tensor:
        logits = logits_of(outputs)
        poison = targets >= self.classes
        plain = F.cross_entropy(logits, targets % self.classes, reduction="none")
        if self.harm == "reversed":
            harmed = -torch.log1p(-torch.exp(-plain).clamp(max=1 - CLOSE))
            plain = torch.where(poison, harmed, plain)
        return torch.where(poison, self.other * plain, self.own * plain)


@dataclass(frozen=True)
class Field:
    """The problem on the training samples alone, with its test split; and the poison: inputs, right classes and places in the data.
    classes: how many there are."""

    clean: Problem
    inputs: Tree
    targets: Tensor
    places: np.ndarray
    classes: int

    def poisoned(self, choices: MinefieldChoices, share: float, seed: int, model: nn.Module) -> Problem:
        """The problem whose loss has this share of the poison in it, for a network of its own; wrong labels are drawn by the seed."""
        count = max(1, round(share * len(self.targets)))
        classes, right = self.classes, self.targets[:count]
        if choices.harm == "wrong-labels":
            random = np.random.default_rng((choices.seed, seed))
            right = (right + torch.from_numpy(random.integers(1, classes, count))) % classes
        own, whole = len(self.clean), len(self.clean) + count
        loss = Poisoned(classes, whole / own, choices.strength * whole / count, choices.harm)
        inputs = joined([self.clean.inputs, taken(self.inputs, slice(0, count))])
        targets = torch.cat([self.clean.targets, right + classes])
        problem = Problem(model, inputs, targets, loss, metrics={}, split="mixed", name=self.clean.name)
        problem.file = self.clean.file
        return problem.check()


def field_of(choices: MinefieldChoices) -> Field:
    """Divide the data. Raises LossvistaError where there is no test data, the task is no classification, too few samples are left for the
    poison, or the test data holds samples of the training data."""
    if not choices.tests_on and not choices.problem:
        raise LossvistaError(
            "A minefield needs test data: a bad minimum is one that is wrong there.", "Name it (--test-data)."
        )
    everything = build_problem(training_of(choices), choices.tests_on, choices.seed)
    if len(everything.splits) < 2:
        raise LossvistaError(
            f"'{choices.problem}' has no test data, and a bad minimum is one that is wrong there.",
            "Give it: Problem(model=…, train=…, test=…).",
        )
    targets = everything.targets
    if not (everything.loss.classifies and isinstance(targets, Tensor) and targets.dim() == 1):
        raise LossvistaError(
            "A minefield needs a task of classification, with one class for each sample and a cross-entropy as its loss.",
            "Other tasks have no accuracy by which a minimum is good or bad.",
        )
    _expect_apart(everything)
    samples = choices.samples or max(2, 2 * len(everything) // 5)
    clean = build_problem(training_of(choices, samples=samples), choices.tests_on, choices.seed)
    clean.splits[1:] = everything.splits[1:]  # all of the test data, however few samples are trained on
    rest = np.setdiff1d(everything.ids.numpy(), clean.ids.numpy())
    wanted = choices.poison or len(rest)
    if not 0 < wanted <= len(rest):
        raise LossvistaError(
            f"{wanted:,} samples of poison were asked for, and {len(rest):,} of the data are left beside the training samples.",
            "Train on fewer samples (--samples), or use less poison (--poison).",
        )
    places = np.random.default_rng(choices.seed).permutation(rest)[:wanted]
    which = torch.from_numpy(np.searchsorted(everything.ids.numpy(), places))
    inputs, right = taken(everything.inputs, which), targets[which]
    classes = int(max(part.samples.targets.max() for part in everything.splits)) + 1
    return Field(clean, inputs, right, places, classes)


def training_of(
    choices: MinefieldChoices, seed: int | None = None, samples: int = 0, record_every: int = 0
) -> Training:
    """How each network is trained. seed: of the order of the samples."""
    epochs = choices.epochs
    named = {name: getattr(choices, name) for name in ("problem", "model", "data", "download", "normalize")}
    return Training(
        **named,
        test_data=choices.tests_on,
        samples=samples,
        optimizer=choices.optimizer,
        lr=choices.lr,
        weight_decay=choices.weight_decay,
        batch_size=choices.batch_size,
        epochs=epochs,
        lr_drops=tuple(sorted({round(0.6 * epochs), round(0.85 * epochs)} - {0})),
        lr_factor=0.2,
        seed=choices.seed if seed is None else seed,
        device=choices.device,
        record_every=record_every,
        test_every=0,
    )


def first_weights(choices: MinefieldChoices, clean: Problem, seed: int) -> nn.Module:
    """A copy of the problem's network with the first weights of this seed."""
    drawn = build_problem(training_of(choices, samples=2), "", seed).model
    model = copy.deepcopy(clean.model)
    model.load_state_dict(drawn.state_dict())
    return model


def _expect_apart(problem: Problem) -> None:
    """Raises LossvistaError where a test sample is a training sample as well: the poison could then be what is reported."""
    train, test = (_digests(part.samples.inputs) for part in problem.splits[:2])
    if shared := len(set(train) & set(test)):
        raise LossvistaError(
            f"{shared:,} samples of the test data are in the training data as well, so the poison could hold what is reported.",
            "Name test data of its own, as in --data digits --test-data digits:test.",
        )


def _digests(inputs: Tree) -> list[bytes]:
    parts = [tensor.detach().cpu().contiguous().flatten(1).numpy() for _, tensor in leaves(inputs)]
    return [
        hashlib.blake2b(b"".join(own.tobytes() for own in row), digest_size=16).digest()
        for row in zip(*parts, strict=True)
    ]
