"""Isolated: run a generator in a child process of its own, and drain it here as if it ran here.

A crash in native code, a GPU fault or a user's `sys.exit` then ends a child, not us, and memory comes back with its end."""

from __future__ import annotations

import pickle
import time
from collections.abc import Generator
from dataclasses import replace
from typing import Any

from .child import Child, died
from .errors import LossvistaError
from .progress import Progress

HEARTBEAT = 0.25  # seconds of silence after which the last progress is yielded again, so that a drain never hangs


def isolated(target: str, *args: Any, **kwargs: Any) -> Generator[Any, None, Any]:
    """Run the generator function `target` ("module:function") in a child process: yields what it yields, returns what it
    returns. All of that, and the arguments, must pickle.

    Between those it yields `Progress` of its own: each line that the child prints as `note`, and in silence the last progress
    again, four times a second, so that whoever drains it can stop at any time. `close()` closes the child's generator, so that
    its `finally`s run; after `PATIENCE` the child is killed. The child ends by itself when this process does.

    Raises LossvistaError: the child's own as it is; any other exception as "… failed: last line", with the traceback as
    details; a child that was killed or crashed in a sentence that says so.
    """
    try:
        task = pickle.dumps((target, args, kwargs))
    except Exception as error:
        raise LossvistaError(f"The job cannot be handed to another process: {error}.") from error
    child = Child("lossvista.compute.isolated_child:main", task, target)
    last, told = Progress("starting"), time.monotonic()
    try:
        while True:
            kind, value = child.next(HEARTBEAT)
            if kind in ("return", "error"):
                child.hear_out()
            if time.monotonic() - told >= HEARTBEAT or kind in ("return", "error", "died"):
                for line in child.lines():
                    yield replace(last, note=line)
                told = time.monotonic()
            if kind == "yield":
                if isinstance(value, Progress):
                    last = replace(value, patch=None, start=None, note="", figures=None, grown=None, added=None)
                yield value
            elif kind == "silence":
                yield last
            elif kind == "return":
                return value
            else:
                raise value if kind == "error" else died(value, child.tail())
    finally:
        child.end()
