"""Graph: a whole point as one CUDA graph, so that a GPU need not wait for Python between its thousands of small kernels, nor Python for
the GPU before the point is done."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

MOST = 256  # batches of a point; with more of them, each gives the GPU enough to do
SPARE = 1.25  # of the memory that a point took, there must be room for as many times more


class Graph:
    """A captured point. point: () → (fields,), at the coordinates (d,) on the device, without a look at any value."""

    def __init__(self, point: Callable[[], Tensor], coordinates: Tensor) -> None:
        """Raises RuntimeError where something in it cannot be captured, such as a value that Python reads. That is found out before
        the capture: one that fails leaves PyTorch's allocator in the middle of it."""
        self._coordinates, device = coordinates, coordinates.device
        stream = torch.cuda.Stream(device)
        stream.wait_stream(torch.cuda.current_stream(device))
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        with torch.cuda.stream(stream):
            point()  # libraries choose their kernels, and take their memory
            with _no_waiting():
                point()
        torch.cuda.current_stream(device).wait_stream(stream)
        took = torch.cuda.max_memory_allocated(device) - before
        torch.cuda.empty_cache()
        if torch.cuda.mem_get_info(device)[0] < SPARE * took:
            raise RuntimeError("there is no memory for a second one")
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph, stream=stream, capture_error_mode="thread_local"):
            self._found = point()

    def at(self, coordinates: Sequence[float]) -> list[float]:
        """The fields there."""
        self._coordinates.copy_(torch.tensor(coordinates, dtype=self._coordinates.dtype))
        self._graph.replay()
        return self._found.tolist()


def captured(point: Callable[[], Tensor], coordinates: Tensor) -> tuple[Graph | None, str]:
    """The graph, if it gives the numbers that the same calls give one by one, and a few words for the log."""
    try:
        graph = Graph(point, coordinates)
    except Exception as error:  # whatever of somebody's code cannot be captured can still be called
        return (
            None,
            f"kernel by kernel (no CUDA graph: {str(error).splitlines()[0] if str(error) else type(error).__name__})",
        )
    for share in (0.0, 0.5):
        found = torch.tensor(graph.at([share] * len(coordinates)), dtype=torch.float64)
        if not torch.allclose(found, point().double().cpu(), rtol=1e-6, atol=1e-12, equal_nan=True):
            return None, "kernel by kernel (a CUDA graph gave other numbers)"
    return graph, "a point as one CUDA graph"


@contextmanager
def _no_waiting() -> Generator[None]:
    """Whatever waits for the GPU raises RuntimeError."""
    before = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it does not see everything
        torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode(before)
