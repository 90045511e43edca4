"""Driven: an algorithm that asks for products, answered with a network's, as a job that says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from ..progress import Job, Progress
from .asking import Asking
from .derivatives import Derivatives

T = TypeVar("T")
EVERY = 0.1  # seconds between two words about it


def driven(asking: Asking[T], derivatives: Derivatives, say: Callable[[float], Progress]) -> Job[T]:
    """Answer each question; say(products) tells how many have been made, with the part of the present one."""
    products, spoke = 0, 0.0
    try:
        vector = next(asking)
        while True:
            steps = derivatives.applied(vector)
            while True:
                try:
                    batches = next(steps)
                except StopIteration as end:
                    answer = end.value
                    break
                if time.monotonic() - spoke > EVERY:
                    spoke = time.monotonic()
                    yield say(products + batches / derivatives.batches)
            products += 1
            vector = asking.send(answer)
    except StopIteration as end:
        return end.value
    finally:
        asking.close()
