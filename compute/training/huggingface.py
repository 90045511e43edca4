"""Hugging Face: a callback that records what a `transformers.Trainer` does.

    from lossvista.compute.training.huggingface import HuggingFaceRecorder
    trainer = Trainer(model, arguments, callbacks=[HuggingFaceRecorder("run", problem="mine.py:make_problem")], …)

Transformers is imported where the class is first asked for; it is no dependency of ours.
"""

from __future__ import annotations

import math
import os
from typing import Any

from .hooks import Library, Means, figures_named
from .recorder import Recorder

LIBRARY = Library("TrainerCallback", ("transformers",), "transformers")


class HuggingFaceHooks:
    """Records a checkpoint after each epoch and, with `every`, after every so many steps; the loss as often as the trainer logs it
    (logging_steps=1: of each step); and of each epoch the results of the evaluation. test_accuracy: what that calls it.
    options: of the `Recorder` (dtype, overwrite, resume) and what the recording is of. Only the first process of several writes.

    An epoch is entered in the curves when the next one begins: the trainer logs and evaluates after it has ended.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        every: int = 0,
        train_accuracy: str = "train_accuracy",
        test_loss: str = "eval_loss",
        test_accuracy: str = "eval_accuracy",
        **options: Any,
    ) -> None:
        super().__init__()
        self._folder, self._every, self._options = folder, every, options
        self._names = {"train_accuracy": train_accuracy, "test_loss": test_loss, "test_accuracy": test_accuracy}
        self._recorder: Recorder | None = None
        self._losses, self._epoch_losses = Means(), Means()
        self._rate, self._logged, self._saved = math.nan, 0, -1
        self._ended: dict[str, float] = {}  # what is known of an epoch that is still to be entered

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **others: Any) -> None:
        if not state.is_world_process_zero:
            return
        self._recorder = Recorder(self._folder, model, **self._options)
        self._logged, self._rate = state.global_step, _rate(others, self._rate)
        if not self._recorder.count:
            self._save(state)

    def on_step_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        if self._every and state.global_step % self._every == 0:
            self._save(state)  # of the step before, whose loss was logged after it had ended
        self._rate = _rate(others, self._rate)  # after the step the schedule has changed it already

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **others: Any) -> None:
        if self._recorder is None or not logs or "loss" not in logs:
            return
        loss, steps = float(logs["loss"]), state.global_step - self._logged
        self._losses.add(loss, steps)
        self._epoch_losses.add(loss, steps)
        self._logged = state.global_step
        self._recorder.iteration(step=state.global_step, epoch=state.epoch, lr=self._rate, loss=loss)

    def on_epoch_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        if self._recorder is not None:
            self._save(state)
            self._ended = {"step": state.global_step, "epoch": state.epoch, "lr": self._rate}

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **others: Any) -> None:
        if self._ended and metrics:
            self._ended |= figures_named(metrics, self._names)

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        self._enter_epoch()

    def on_train_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        self._enter_epoch()
        if self._recorder is not None:
            self._recorder.close()
            self._recorder = None

    def _enter_epoch(self) -> None:
        if self._recorder is not None and self._ended:
            self._recorder.epoch(train_loss=self._epoch_losses.take(), **self._ended)
        self._ended = {}

    def _save(self, state: Any) -> None:
        if self._recorder is not None and self._saved != state.global_step:
            epoch, loss = state.epoch or 0.0, self._losses.take()
            self._recorder.save(step=state.global_step, epoch=epoch, lr=self._rate, loss=loss, curve=False)
            self._saved = state.global_step


def _rate(others: dict[str, Any], before: float) -> float:
    """The learning rate of the optimizer that the trainer passes along."""
    optimizer = others.get("optimizer")
    return before if optimizer is None else float(optimizer.param_groups[0]["lr"])


def __getattr__(name: str) -> type:
    if name != "HuggingFaceRecorder":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return LIBRARY.derived(name, HuggingFaceHooks, globals())
