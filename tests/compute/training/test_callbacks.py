"""Callbacks: what Lightning's and Hugging Face's trainers do is recorded. Driven by their documented hooks on a real loop; and by
the trainers themselves where they are installed."""

from __future__ import annotations

import importlib.util
import math
import pickle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lossvista.compute.errors import LossvistaError
from lossvista.compute.training import huggingface, lightning
from lossvista.compute.training.curves import read_curves
from lossvista.compute.training.hooks import Library, Means
from lossvista.compute.training.huggingface import HuggingFaceHooks
from lossvista.compute.training.lightning import LightningHooks
from lossvista.compute.training.recording import Recording

EPOCHS, BATCHES = 3, 4
X = torch.linspace(-1, 1, 24).reshape(12, 2)
Y = X.sum(1, keepdim=True)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.inner = nn.Linear(2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x)


class Loop:
    """A plain loop of a falling rate, with what both protocols ask about it; and what they ought to have recorded."""

    def __init__(self) -> None:
        self.model = Net()
        self.optimizer = torch.optim.SGD(self.model.parameters(), 0.1)
        self.schedule = torch.optim.lr_scheduler.ExponentialLR(self.optimizer, 0.9)
        self.losses: list[float] = []
        self.rates: list[float] = []
        self.weights = [self.model.inner.weight.detach().clone()]

    def batch(self, number: int) -> Tensor:
        x, y = X[number::BATCHES], Y[number::BATCHES]
        self.optimizer.zero_grad()
        loss = nn.functional.mse_loss(self.model(x), y)
        loss.backward()
        return loss

    def step(self, loss: Tensor) -> None:
        self.rates.append(self.optimizer.param_groups[0]["lr"])
        self.optimizer.step()
        self.schedule.step()
        self.losses.append(loss.item())
        self.weights.append(self.model.inner.weight.detach().clone())


def drive_lightning(hooks: Any, fails_at: int = -1) -> Loop:
    loop = Loop()
    trainer = SimpleNamespace(
        is_global_zero=True,
        global_step=0,
        current_epoch=0,
        optimizers=[loop.optimizer],
        callback_metrics={},
        accumulate_grad_batches=1,
        num_training_batches=BATCHES,
    )
    hooks.on_train_start(trainer, loop.model)
    try:
        for epoch in range(EPOCHS):
            trainer.current_epoch = epoch
            for number in range(BATCHES):
                if trainer.global_step == fails_at:
                    raise ZeroDivisionError
                loss = loop.batch(number)
                hooks.on_before_optimizer_step(trainer, loop.model, loop.optimizer)
                loop.step(loss)
                trainer.global_step += 1
                hooks.on_train_batch_end(trainer, loop.model, {"loss": loss}, None, number)
            trainer.callback_metrics = {"val_loss": torch.tensor(float(epoch)), "val_acc": torch.tensor(0.5)}
            hooks.on_train_epoch_end(trainer, loop.model)
    except ZeroDivisionError as error:
        hooks.on_exception(trainer, loop.model, error)
        return loop
    hooks.on_train_end(trainer, loop.model)
    return loop


def drive_hugging_face(hooks: Any, logs_every: int = 1) -> Loop:
    loop = Loop()
    state = SimpleNamespace(is_world_process_zero=True, global_step=0, epoch=0.0)
    there = {"model": loop.model, "optimizer": loop.optimizer, "lr_scheduler": loop.schedule}
    hooks.on_train_begin(None, state, None, **there)
    for epoch in range(EPOCHS):
        hooks.on_epoch_begin(None, state, None, **there)
        for number in range(BATCHES):
            hooks.on_step_begin(None, state, None, **there)
            loop.step(loop.batch(number))
            state.global_step += 1
            state.epoch = state.global_step / BATCHES
            if state.global_step % logs_every == 0:
                logs = {"loss": float(np.mean(loop.losses[-logs_every:])), "grad_norm": 1.0}
                hooks.on_log(None, state, None, logs=logs, **there)
        hooks.on_epoch_end(None, state, None, **there)
        hooks.on_evaluate(None, state, None, metrics={"eval_loss": float(epoch), "eval_accuracy": 0.5}, **there)
    hooks.on_log(None, state, None, logs={"train_runtime": 1.0, "train_loss": 0.1}, **there)
    hooks.on_train_end(None, state, None, **there)
    return loop


def check(folder: Path, loop: Loop, steps: list[int]) -> None:
    recording, curves = Recording(folder), read_curves(folder)
    assert recording.meta["finished"] and recording.meta["data"] == "digits"
    assert recording.steps["step"].tolist() == steps
    np.testing.assert_allclose(recording.steps["epoch"], np.array(steps) / BATCHES)
    for number, step in enumerate(steps):
        assert torch.equal(recording.weights(number)["inner.weight"], loop.weights[step])
    for number, (first, last) in enumerate(zip([0, *steps], steps, strict=False)):
        if last:
            assert recording.steps["train_loss"][number] == pytest.approx(np.mean(loop.losses[first:last]))
            assert recording.steps["learning_rate"][number] == pytest.approx(loop.rates[last - 1])
    np.testing.assert_allclose(curves.iterations["loss"], loop.losses)
    np.testing.assert_allclose(curves.iterations["learning_rate"], loop.rates)
    assert curves.iterations["step"].tolist() == list(range(1, 13))
    assert curves.epochs["step"].tolist() == [4, 8, 12] and curves.epochs["epoch"].tolist() == [1, 2, 3]
    np.testing.assert_allclose(curves.epochs["train_loss"], np.reshape(loop.losses, (3, 4)).mean(1))
    assert curves.epochs["test_loss"].tolist() == [0, 1, 2] and curves.epochs["test_accuracy"].tolist() == [0.5] * 3
    assert curves.layers["inner.weight"].step.tolist() == [4, 8, 12]


@pytest.mark.parametrize(("every", "steps"), [(0, [0, 4, 8, 12]), (3, [0, 3, 4, 6, 8, 9, 12])])
def test_lightnings_hooks(tmp_path: Path, every: int, steps: list[int]):
    check(tmp_path, drive_lightning(LightningHooks(tmp_path, every=every, data="digits")), steps)


@pytest.mark.parametrize(("every", "steps"), [(0, [0, 4, 8, 12]), (3, [0, 3, 4, 6, 8, 9, 12])])
def test_hugging_faces_hooks(tmp_path: Path, every: int, steps: list[int]):
    check(tmp_path, drive_hugging_face(HuggingFaceHooks(tmp_path, every=every, data="digits")), steps)


def test_a_trainer_that_logs_seldom(tmp_path: Path):
    loop = drive_hugging_face(HuggingFaceHooks(tmp_path), logs_every=2)
    told = read_curves(tmp_path)
    assert told.iterations["step"].tolist() == [2, 4, 6, 8, 10, 12]
    np.testing.assert_allclose(told.epochs["train_loss"], np.reshape(loop.losses, (3, 4)).mean(1))
    drive_hugging_face(HuggingFaceHooks(tmp_path, overwrite=True), logs_every=500)
    assert np.isnan(read_curves(tmp_path).epochs["train_loss"]).all()  # nobody told it


def test_gradients_summed_over_batches_are_one_step(tmp_path: Path):
    hooks, model = LightningHooks(tmp_path, network="inner"), Net()
    trainer = SimpleNamespace(
        is_global_zero=True,
        global_step=0,
        current_epoch=0,
        optimizers=[torch.optim.SGD(model.parameters(), 0.1)],
        callback_metrics={},
        accumulate_grad_batches=2,
        num_training_batches=math.inf,
    )
    hooks.on_train_start(trainer, model)
    for number in range(4):
        trainer.global_step = (number + 1) // 2
        hooks.on_train_batch_end(
            trainer, model, torch.tensor(number / 2), None, number
        )  # loss / 2, as Lightning has it
    hooks.on_train_end(trainer, model)
    told = read_curves(tmp_path).iterations
    assert told["step"].tolist() == [1, 2] and told["loss"].tolist() == [0.5, 2.5]
    assert Recording(tmp_path).weights(0).keys() == {"weight", "bias"}  # of the part that was named


def test_a_failed_training_leaves_a_valid_recording(tmp_path: Path):
    loop = drive_lightning(LightningHooks(tmp_path), fails_at=6)
    recording = Recording(tmp_path)
    assert not recording.meta["finished"] and recording.steps["step"].tolist() == [0, 4]
    assert read_curves(tmp_path).iterations["loss"].tolist() == pytest.approx(loop.losses)


def test_other_processes_than_the_first_write_nothing(tmp_path: Path):
    hooks = HuggingFaceHooks(tmp_path / "a")
    state = SimpleNamespace(is_world_process_zero=False, global_step=0, epoch=0.0)
    for hook in ("on_train_begin", "on_epoch_begin", "on_step_begin", "on_epoch_end", "on_train_end"):
        getattr(hooks, hook)(None, state, None, model=Net())
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("module", "name", "package"),
    [(lightning, "LightningRecorder", "lightning"), (huggingface, "HuggingFaceRecorder", "transformers")],
)
def test_without_the_library_one_is_told_what_to_install(module, name: str, package: str):
    if importlib.util.find_spec(package) is None:
        with pytest.raises(LossvistaError, match=f"'{package}' is not installed.*pip install {package}"):
            getattr(module, name)
    with pytest.raises(AttributeError):
        _ = module.Nothing


def test_a_class_is_derived_from_a_library_that_is_there():
    home: dict[str, Any] = {"__name__": __name__}
    made = Library("Fraction", ("no_such_module", "fractions"), "fractions").derived("Made", Means, home)
    assert home["Made"] is made and [base.__name__ for base in made.__bases__] == ["Means", "Fraction"]


# --- With the libraries themselves ---


def needs(package: str) -> pytest.MarkDecorator:
    reason = f"{package.upper()} ABSENT: its hooks are only driven by a loop of the test's own"
    return pytest.mark.skipif(importlib.util.find_spec(package) is None, reason=reason)


@needs("lightning")
@pytest.mark.filterwarnings("ignore")
def test_a_lightning_trainer_is_recorded(tmp_path: Path):
    from lightning.pytorch import LightningModule, Trainer

    class Module(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net, self.seen = Net(), []

        def training_step(self, batch: Any, batch_idx: int) -> Tensor:
            loss = nn.functional.mse_loss(self.net(batch[0]), batch[1])
            self.seen.append(loss.item())
            return loss

        def validation_step(self, batch: Any, batch_idx: int) -> None:
            self.log("val_loss", nn.functional.mse_loss(self.net(batch[0]), batch[1]))

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.SGD(self.parameters(), 0.1)

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(X, Y), batch_size=3)
    callback = lightning.LightningRecorder(tmp_path / "run", network="net")
    assert pickle.loads(pickle.dumps(lightning.LightningRecorder)) is lightning.LightningRecorder
    options = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "accelerator": "cpu"}
    module = Module()
    Trainer(max_epochs=2, callbacks=[callback], default_root_dir=tmp_path, **options).fit(module, data, data)
    recording, told = Recording(tmp_path / "run"), read_curves(tmp_path / "run")
    assert recording.meta["finished"] and recording.steps["step"].tolist() == [0, 4, 8]
    assert torch.equal(recording.weights(2)["inner.weight"], module.net.inner.weight)
    np.testing.assert_allclose(told.iterations["loss"], module.seen, rtol=1e-6)
    assert told.epochs["epoch"].tolist() == [1, 2] and np.isfinite(told.epochs["test_loss"]).all()


@needs("transformers")
@pytest.mark.skipif(importlib.util.find_spec("accelerate") is None, reason="ACCELERATE ABSENT: no Trainer without it")
@pytest.mark.filterwarnings("ignore")
def test_a_hugging_face_trainer_is_recorded(tmp_path: Path):
    from transformers import Trainer, TrainingArguments

    class Model(Net):
        def forward(self, x: Tensor, labels: Tensor) -> dict[str, Tensor]:
            outputs = self.inner(x)
            return {"loss": nn.functional.mse_loss(outputs, labels), "logits": outputs}

    data = [{"x": x, "labels": y} for x, y in zip(X, Y, strict=True)]
    arguments = TrainingArguments(
        output_dir=str(tmp_path / "out"),
        num_train_epochs=2,
        per_device_train_batch_size=3,
        logging_steps=1,
        eval_strategy="epoch",
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    model = Model()
    callback = huggingface.HuggingFaceRecorder(tmp_path / "run")
    Trainer(model, arguments, train_dataset=data, eval_dataset=data, callbacks=[callback]).train()
    recording, told = Recording(tmp_path / "run"), read_curves(tmp_path / "run")
    assert recording.meta["finished"] and recording.steps["step"].tolist() == [0, 4, 8]
    assert torch.equal(recording.weights(2)["inner.weight"], model.inner.weight)
    assert len(told.iterations["loss"]) == 8 and np.isfinite(told.iterations["loss"]).all()
    np.testing.assert_allclose(told.iterations["learning_rate"], 5e-5 * (8 - np.arange(8)) / 8)
    assert told.epochs["epoch"].tolist() == [1, 2] and np.isfinite(told.epochs["test_loss"]).all()
