"""Asking: an algorithm on a matrix that nobody holds: it yields vectors and is sent their products.

So mathematics knows nothing of networks, and who drives it decides how a product is made, what is said meanwhile and when it ends.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
Asking = Generator[np.ndarray, np.ndarray, T]
Product = Callable[[np.ndarray], np.ndarray]


def answered(asking: Asking[T], product: Product) -> T:
    """Run it to its end with a product that is at hand."""
    try:
        vector = next(asking)
        while True:
            vector = asking.send(product(vector))
    except StopIteration as end:
        return end.value


class _Ended(BaseException):
    """Nobody waits for the answer any more."""


def asking(algorithm: Callable[[Product], T]) -> Asking[T]:
    """An algorithm that calls for products, such as SciPy's, as one that yields its questions. It runs in a thread of its own, the
    products in the caller's. Closing ends the thread. Raises what the algorithm raises."""
    questions: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    answers: queue.SimpleQueue[np.ndarray | None] = queue.SimpleQueue()

    def product(vector: np.ndarray) -> np.ndarray:
        questions.put(("product", vector))
        answer = answers.get()
        if answer is None:
            raise _Ended
        return answer

    def work() -> None:
        try:
            questions.put(("result", algorithm(product)))
        except _Ended:
            questions.put(("ended", None))
        except BaseException as error:
            questions.put(("error", error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    kind = ""
    try:
        while True:
            kind, what = questions.get()
            if kind == "result":
                return what
            if kind == "error":
                raise what
            answers.put((yield what))
    finally:
        if kind == "product" and thread.is_alive():
            answers.put(None)
        thread.join()
