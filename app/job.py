"""Job: a thread that drains one generator, mostly of a child process, and tells the window about it by queued signals."""

from __future__ import annotations

from collections.abc import Generator
from enum import Enum
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from ..compute.errors import LossvistaError
from ..compute.isolated import isolated
from ..compute.progress import Progress
from .language import tr


class State(Enum):
    """Where a job is. WAITING: for others to end. PAUSED and KEPT can be resumed: their journal is still there."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    PAUSED = "paused"
    KEPT = "kept"
    FAILED = "failed"


class Job(QThread):
    """Runs `target` ("module:function", a generator) in a child process and emits what it yields.

    The thread owns the generator: only it may close it, which it does as soon as `stop` was called."""

    progressed = Signal(object, object)  # Job, Progress
    succeeded = Signal(object, object)  # Job, the generator's return value
    failed = Signal(object, object)  # Job, LossvistaError
    stopped = Signal(object)  # Job

    def __init__(self, target: str, *args: Any, parent: QObject | None = None, **kwargs: Any) -> None:
        super().__init__(parent)
        self.setObjectName(f"job {target}")
        self.generator: Generator[Progress, None, Any] = isolated(target, *args, **kwargs)
        self._stopping = False

    def stop(self) -> None:
        """Ask it to end; `stopped` follows within about a second. What is journalled stays."""
        self._stopping = True

    def run(self) -> None:
        try:
            while not self._stopping:
                self.progressed.emit(self, next(self.generator))
        except StopIteration as end:
            self.succeeded.emit(self, end.value)
            return
        except LossvistaError as error:
            self.failed.emit(self, error)
            return
        except BaseException as error:
            self.failed.emit(
                self,
                LossvistaError(tr("The computation failed: {name}: {error}", name=type(error).__name__, error=error)),
            )
            return
        finally:
            self.generator.close()
        self.stopped.emit(self)
