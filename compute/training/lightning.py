"""Lightning: a callback that records what a `lightning.Trainer` does.

    from lossvista.compute.training.lightning import LightningRecorder
    trainer = Trainer(callbacks=[LightningRecorder("run", problem="mine.py:make_problem")])

Lightning is imported where the class is first asked for; it is no dependency of ours.
"""

from __future__ import annotations

import math
import os
from typing import Any

from torch import Tensor

from .hooks import Library, Means, figures_named
from .recorder import Recorder

LIBRARY = Library("Callback", ("lightning.pytorch", "pytorch_lightning"), "lightning")


class LightningHooks:
    """Records a checkpoint after each epoch and, with `every`, after every so many steps; the loss of each step; and of each
    epoch the figures that the module logs under these names. network: where in the module the network is, as in "model"; ""
    is the module itself. options: of the `Recorder` (dtype, overwrite, resume) and what the recording is of.

    Only the first process of several writes. Weights that are divided among processes (FSDP, DeepSpeed) cannot be recorded.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        every: int = 0,
        network: str = "",
        train_accuracy: str = "train_acc",
        test_loss: str = "val_loss",
        test_accuracy: str = "val_acc",
        **options: Any,
    ) -> None:
        super().__init__()
        self._folder, self._every, self._network, self._options = folder, every, network, options
        self._names = {"train_accuracy": train_accuracy, "test_loss": test_loss, "test_accuracy": test_accuracy}
        self._recorder: Recorder | None = None
        self._step_losses, self._losses, self._epoch_losses = Means(), Means(), Means()
        self._rate, self._step, self._saved = math.nan, 0, -1

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        if not trainer.is_global_zero:
            return
        self._recorder = Recorder(self._folder, pl_module.get_submodule(self._network), **self._options)
        self._step, self._rate = trainer.global_step, trainer.optimizers[0].param_groups[0]["lr"]
        if not self._recorder.count:
            self._save(float(trainer.current_epoch))

    def on_before_optimizer_step(self, trainer: Any, pl_module: Any, optimizer: Any) -> None:
        self._rate = optimizer.param_groups[0]["lr"]  # after the step a schedule has changed it already

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if isinstance(loss, Tensor):
            self._step_losses.add(float(loss.detach()) * trainer.accumulate_grad_batches)
        if self._recorder is None or trainer.global_step == self._step:  # gradients are still being summed up
            return
        self._step = trainer.global_step
        batches = trainer.num_training_batches
        epoch = trainer.current_epoch + ((batch_idx + 1) / batches if math.isfinite(batches) else 0)
        mean = self._step_losses.take()
        if mean is not None:  # a module that optimizes by itself need not tell one
            self._losses.add(mean)
            self._epoch_losses.add(mean)
        self._recorder.iteration(step=self._step, epoch=epoch, lr=self._rate, loss=mean)
        if self._every and self._step % self._every == 0:
            self._save(epoch)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        if self._recorder is None:
            return
        epoch = trainer.current_epoch + 1
        told = figures_named(trainer.callback_metrics, self._names)
        self._save(epoch)
        self._recorder.epoch(step=self._step, epoch=epoch, lr=self._rate, train_loss=self._epoch_losses.take(), **told)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        self._close(finished=True)

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
        self._close(finished=False)

    def _save(self, epoch: float) -> None:
        if self._recorder is not None and self._saved != self._step:
            self._recorder.save(step=self._step, epoch=epoch, lr=self._rate, loss=self._losses.take(), curve=False)
            self._saved = self._step

    def _close(self, finished: bool) -> None:
        if self._recorder is not None:
            self._recorder.close(finished)
            self._recorder = None


def __getattr__(name: str) -> type:
    if name != "LightningRecorder":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return LIBRARY.derived(name, LightningHooks, globals())
