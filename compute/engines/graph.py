"""Graph: a whole point as one CUDA graph, so that a GPU need not wait for Python between its thousands of small kernels, nor Python for
the GPU before the point is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

MOST = 256  # batches of a point; with more of them, each gives the GPU enough to do
WARM = 2  # points before the capture: libraries choose their kernels and take their memory


class Graph:
    """A captured point. point: () → (fields,), at the coordinates (d,) on the device, without a look at any value."""

    def __init__(self, point: Callable[[], Tensor], coordinates: Tensor) -> None:
        """Raises what CUDA raises where something in it cannot be captured, such as a value that Python reads."""
        self._coordinates = coordinates
        stream = torch.cuda.Stream(coordinates.device)
        stream.wait_stream(torch.cuda.current_stream(coordinates.device))
        with torch.cuda.stream(stream):
            for _ in range(WARM):
                point()
        torch.cuda.current_stream(coordinates.device).wait_stream(stream)
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
        torch.cuda.synchronize(coordinates.device)
        return (
            None,
            f"kernel by kernel (no CUDA graph: {str(error).splitlines()[0] if str(error) else type(error).__name__})",
        )
    for share in (0.0, 0.5):
        found = torch.tensor(graph.at([share] * len(coordinates)), dtype=torch.float64)
        if not torch.allclose(found, point().double().cpu(), rtol=1e-6, atol=1e-12, equal_nan=True):
            return None, "kernel by kernel (a CUDA graph gave other numbers)"
    return graph, "a point as one CUDA graph"
