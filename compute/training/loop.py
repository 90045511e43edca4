"""Loop: the plain training loop, step by step and epoch by epoch, which can be left between any two steps and gone on with."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from ..errors import LossvistaError
from ..problem.problem import Problem
from ..problem.trees import call, placed, taken
from ..progress import Pace, Progress
from .augment import augmentation
from .evaluate import evaluation
from .norms import weight_norm
from .optimizers import optimizer_of
from .recipe import Training
from .recorder import Recorder
from .resume import Surroundings, write_state

BETWEEN = 0.1  # seconds between two reports
SAVE_EVERY = 5.0  # seconds of training that a kill may cost
SAVE_SHARE = 0.05  # of the time may go into saving the state


class Loop:
    """step: steps done so far, of `total`. figures: the last ones worth showing. `state` and `restore` carry everything that the
    steps to come depend on, so that an interrupted training ends with the same bits (on one device, with one thread count)."""

    def __init__(
        self,
        training: Training,
        problem: Problem,
        device: torch.device,
        recorder: Recorder,
        identity: Mapping[str, str],
    ) -> None:
        self.identity = dict(identity)  # of what must be the same where the training goes on
        self.training, self.problem, self.recorder, self.device = training, problem, recorder, device
        self.model = problem.model
        self._parameters = list(self.model.parameters())
        dtype = next((p.dtype for p in self._parameters), torch.float32)
        self._inputs, self._targets = (placed(tree, device, None) for tree in (problem.inputs, problem.targets))
        self._loss_of = problem.loss.placed(device, dtype).whole
        accuracy = problem.metrics.get("accuracy")
        self._accuracy_of = None if accuracy is None else accuracy.placed(device, dtype)
        self.optimizer = optimizer_of(training, self.model)
        self._order = torch.Generator().manual_seed(training.seed)
        self._crops = torch.Generator().manual_seed(training.seed)
        self._augment = augmentation(training, self.model, problem.inputs, problem.targets, self._crops)
        self.surroundings = Surroundings(training.seed, self.model)
        self.batches = training.batches(len(problem))
        self.total = self.batches * training.epochs
        self.step, self.figures = 0, {}
        self._pace = Pace(self.total)
        self._epoch_due = False  # whether the last step was an epoch's last, and its end is still to be told
        self._before = self._order.get_state()  # of the order of the samples, at the beginning of the epoch
        self._batches: list[Tensor] | None = None
        self._fresh: list[Tensor] = []  # (loss, ‖θ‖, right answers) of steps that are not in the curves yet
        self._losses: list[float] = []  # of the mini-batches since the last checkpoint
        self._epoch_losses: list[float] = []
        self._right, self._seen = 0.0, 0  # answers in this epoch: right ones, all
        self._saved, self._cost = time.monotonic(), 0.0

    @property
    def augments(self) -> bool:
        return self._augment is not None

    def run(self) -> Iterator[Progress]:
        """Train to the end. Raises LossvistaError where the loss is no longer finite."""
        self._pace, reported = Pace(self.total, self.step), time.monotonic()
        if not self.step and not self.recorder.count:
            self.recorder.save(step=0, epoch=0, lr=self._rate, curve=False)
            self.recorder.distribution("epoch", 0, 0)
        yield Progress("training", self.step, self.total)
        while self._epoch_due or self.step < self.total:
            if self._epoch_due:
                yield from self._end_epoch()
            else:
                with self.surroundings.ours():
                    self._train_a_while()
                self._flush()
            self._save_now_and_then()
            if time.monotonic() - reported > BETWEEN or (self.step == self.total and not self._epoch_due):
                reported = time.monotonic()
                yield self._progress()

    def _progress(self) -> Progress:
        return Progress("training", self.step, self.total, self._pace.eta(self.step), figures=dict(self.figures))

    def state(self) -> dict[str, Any]:
        """Between two steps."""
        self._flush()
        return {
            "identity": self.identity,
            "step": self.step,
            "epoch_due": self._epoch_due,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "order": self._before,
            "crops": self._crops.get_state(),
            "surroundings": self.surroundings.state(),
            "losses": self._losses,
            "epoch_losses": self._epoch_losses,
            "answers": [self._right, self._seen],
            "figures": self.figures,
            "marks": self.recorder.marks(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self.step, self._epoch_due = state["step"], state["epoch_due"]
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self._before = state["order"]
        self._order.set_state(state["order"])
        self._crops.set_state(state["crops"])
        self.surroundings.restore(state["surroundings"])
        self._losses, self._epoch_losses = state["losses"], state["epoch_losses"]
        (self._right, self._seen), self.figures = state["answers"], state["figures"]

    def save(self) -> None:
        """Write the state beside the recording."""
        begun = time.monotonic()
        write_state(self.recorder.folder, self.state())
        self._saved = time.monotonic()
        self._cost = self._saved - begun

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self._saved >= max(SAVE_EVERY, self._cost / SAVE_SHARE):
            self.save()

    def _train_a_while(self) -> None:
        """Steps until it is time for a report, or something is to be told of this very step."""
        until = time.monotonic() + BETWEEN
        while True:
            self._one_step()
            every = self.training.histogram_every
            if every and self.step % every == 0:
                self.recorder.distribution("iteration", self.step, self.step / self.batches)
            if self.training.records(self.step, self.batches):
                self._record()
            self._epoch_due = self.step % self.batches == 0
            if self._epoch_due or time.monotonic() > until:
                return

    def _one_step(self) -> None:
        batch = self._shuffled()[self.step % self.batches].to(self.device)
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate
        inputs, targets = taken(self._inputs, batch), taken(self._targets, batch)
        if self._augment is not None:
            inputs = self._augment(inputs)
        self.optimizer.zero_grad(set_to_none=True)
        with self.problem.guarded("A training step"):
            outputs = call(self.model.train(), inputs)
            loss = self._loss_of(outputs, targets)
            loss.backward()
        self.optimizer.step()
        self.step += 1
        right = torch.zeros(())
        if self._accuracy_of is not None:
            with torch.no_grad():
                right = self._accuracy_of(outputs, targets).sum()
        told = (loss.detach(), weight_norm(self._parameters), right)
        self._fresh.append(torch.stack([number.double().to(self.device) for number in told]))
        self._seen += len(batch)

    def _shuffled(self) -> list[Tensor]:
        """The epoch's batches, as numbers of samples; drawn when they are first asked for."""
        if self._batches is None:
            order = torch.randperm(len(self.problem), generator=self._order)
            self._batches = list(order.split(self.training.batch_size))[: self.batches]
        return self._batches

    @property
    def _rate(self) -> float:
        """The learning rate of the next step."""
        return self.training.rate_at(self.step, self.batches)

    def _flush(self) -> None:
        """Enter the steps that were done in the curves. They are fetched together: a GPU need not wait at every step."""
        if not self._fresh:
            return
        first = self.step - len(self._fresh)
        for number, (loss, norm, right) in enumerate(torch.stack(self._fresh).tolist(), first):
            rate, epoch = self.training.rate_at(number, self.batches), (number + 1) / self.batches
            self.recorder.iteration(step=number + 1, epoch=epoch, lr=rate, loss=loss, norm=norm)
            self._losses.append(loss)
            self._epoch_losses.append(loss)
            self._right += right
            self.figures |= {"epoch": epoch, "train_loss": loss, "learning_rate": rate}
            if not math.isfinite(loss):
                self._fresh.clear()
                raise LossvistaError(
                    f"The training diverged: in step {number + 1} of {self.total} the loss is no longer finite.",
                    f"Try a lower learning rate than {self.training.lr:g}. "
                    f"The checkpoints before are in '{self.recorder.folder}'.",
                )
        self._fresh.clear()
        if self._accuracy_of is not None:
            self.figures["train_accuracy"] = self._right / self._seen

    def _record(self) -> None:
        """A checkpoint, with the mean loss of the mini-batches since the last one."""
        self._flush()
        mean = math.fsum(self._losses) / len(self._losses)
        rate = self.training.rate_at(self.step - 1, self.batches)
        self.recorder.save(step=self.step, epoch=self.step / self.batches, lr=rate, loss=mean, curve=False)
        self._losses = []

    def _end_epoch(self) -> Iterator[Progress]:
        """What is told of an epoch. May be left at any yield: then it is done again from its beginning."""
        number, every, last = self.step // self.batches, self.training.test_every, self.step == self.total
        tested: dict[str, float] = {}
        for part in self.problem.splits[1:]:
            if last or (every and number % every == 0):
                tested |= yield from evaluation(self.problem, part, self.device, self.surroundings, self._progress())
        if self._losses and (last or not self.training.record_every):
            self._record()
        told = {"train_loss": math.fsum(self._epoch_losses) / self.batches}
        if self._accuracy_of is not None:
            told["train_accuracy"] = self._right / self._seen
        told |= {name: value for name, value in tested.items() if name in ("test_loss", "test_accuracy")}
        self.recorder.epoch(step=self.step, epoch=number, lr=self.training.rate_at(self.step - 1, self.batches), **told)
        self.figures |= {"epoch": number, **told}
        self._epoch_losses, self._right, self._seen = [], 0.0, 0
        self._shuffled()  # where this epoch's order was not drawn since a resume
        self._before, self._batches, self._epoch_due = self._order.get_state(), None, False
