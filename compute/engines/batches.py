"""Batches: the samples of all splits in batches, and what a network, the loss and the metrics give for each of them.

On a CPU each batch runs whole on one thread, several batches side by side: the same sums in the same order whatever the number of
threads, and no thread waits for another inside an operator, which on a busy machine costs more than the work itself. A batch for
which there is no memory is evaluated in halves, quarters …, and so are all that follow."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..problem.problem import Problem, Split
from ..problem.trees import Tree, call, count, leaves, split
from .codes import as_they_are
from .preview import widened
from .remembering import remembers
from .room import Full, give_back, telling_full, too_full


class Held(NamedTuple):
    """Samples, or a batch of them, as they are on the device. unpacked: makes of inputs what a network takes."""

    part: Split
    inputs: Tree
    targets: Tree
    unpacked: Callable[[Tree], Tree] = as_they_are


class Batches:
    """Made of each split's samples; `network` is called with the inputs."""

    def __init__(
        self,
        problem: Problem,
        network: Callable[..., object],
        samples: Sequence[Held],
        size: int,
        on_cpu: bool,
        computing: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """computing: what forward passes run in."""
        self._problem, self._network, self._computing = problem, network, computing
        self._parts = [own.part for own in samples]
        self._all: list[Held] = []
        for own in samples:
            both = zip(split(own.inputs, size), split(own.targets, size), strict=True)
            self._all += [own._replace(inputs=x, targets=y) for x, y in both]
        workers = min(torch.get_num_threads(), len(self._all))
        self._alone = on_cpu and workers == 1
        self._pool: ThreadPoolExecutor | None = None
        self._pieces = 1  # that a batch is evaluated in
        if on_cpu and workers > 1 and self._threads_may_share():
            self._pool = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))

    def __len__(self) -> int:
        return len(self._all)

    def inputs(self, part: Split) -> Iterator[Tree]:
        """The inputs of a split, batch after batch."""
        return (self._problem.fresh(own.unpacked(own.inputs)) for own in self._all if own.part is part)

    def tables(self, which: Sequence[int], ahead: int = 0) -> Iterator[Tensor]:
        """Loss and metrics of each sample of these batches, (measures, b), in order; at most `ahead` more than asked for are under
        way at a time, or as many as there are threads."""
        if self._pool is None:
            for k in which:
                with single_thread() if self._alone else nullcontext():
                    table = self._table(k)
                yield table
            return
        ahead = ahead or self._pool._max_workers
        for start in range(0, len(which), ahead):
            with single_thread():
                found = list(self._pool.map(self._table, which[start : start + ahead]))
            yield from found

    def by_split(self) -> Iterator[tuple[Split, Tensor]]:
        """Each split with the table of all its samples."""
        found = list(self.tables(range(len(self)), ahead=len(self)))
        for part in self._parts:
            own = [table for of, table in zip(self._all, found, strict=True) if of.part is part]
            yield part, own[0] if len(own) == 1 else torch.cat(own, 1)

    def _table(self, k: int) -> Tensor:
        part, x, y, unpacked = self._all[k]
        size = count(x)
        while True:
            pieces, each = self._pieces, -(-size // self._pieces)
            try:
                if pieces == 1:
                    return self._measured(part, unpacked(x), y)
                both = zip(split(x, each), split(y, each), strict=True)
                found = [self._measured(part, unpacked(own), targets) for own, targets in both]
                return torch.cat(found, 1)
            except Full as error:
                if each == 1 or any(measure.joint for measure in part.measures.values()):
                    raise too_full(next(leaves(x))[1].device, error) from None
            give_back()
            self._pieces = max(self._pieces, 2 * pieces)

    def _measured(self, part: Split, x: Tree, y: Tree) -> Tensor:
        with self._problem.evaluating():
            with self._problem.guarded("The forward pass"), telling_full(), self._computing():
                outputs = widened(call(self._network, self._problem.fresh(x)))
            with self._problem.guarded("The loss"), telling_full():
                return part.measure(outputs, self._problem.fresh(y)).detach()

    @property
    def remember(self) -> bool:
        """Whether the network, the loss or the metrics keep something of what they are called with."""
        return not self._threads_may_share()

    def _threads_may_share(self) -> bool:
        """Whether several threads may call the network, the loss and the metrics at once."""
        part = self._all[0].part
        given = [measure.given for measure in part.measures.values()]
        with self._problem.guarded("The forward pass or the loss"):
            modules = [one for one in (self._network, *given) if isinstance(one, nn.Module)]
            return not remembers(modules, lambda: self._table(0))


@contextmanager
def single_thread() -> Generator[None]:
    """Torch's operators on this thread alone."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
