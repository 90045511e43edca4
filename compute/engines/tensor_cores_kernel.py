# pyright: basic, reportOperatorIssue=false
"""The convolution of `tensor_cores` as a Triton kernel. Imported only where a GPU and Triton are there: Triton's types are unknown to
checkers, and its functions are compiled from this file's text."""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def convolution(
    x,
    weight,
    bias,
    other,
    y,
    count,
    height,
    width,
    rows,
    columns,
    inputs: tl.constexpr,
    outputs: tl.constexpr,
    tall: tl.constexpr,
    wide: tl.constexpr,
    down: tl.constexpr,
    right: tl.constexpr,
    top: tl.constexpr,
    left: tl.constexpr,
    places_at_once: tl.constexpr,
    outputs_at_once: tl.constexpr,
    inputs_at_once: tl.constexpr,
    adds: tl.constexpr,
    clamps: tl.constexpr,
    precision: tl.constexpr,
):
    """y = convolution(x) + bias (+ other) (then ReLU), as a matrix product without the matrix: a row a place of y, a column an output
    channel, summed over taps and input channels. x (n, height, width, inputs), y and other (n, rows, columns, outputs), weight
    (tall·wide·inputs, outputs). count: places of y. down, right: the stride. top, left: the padding."""
    place = tl.program_id(0) * places_at_once + tl.arange(0, places_at_once)
    inside = place < count
    column, line = place % columns, place // columns
    row, sample = line % rows, line // rows
    channel = tl.program_id(1) * outputs_at_once + tl.arange(0, outputs_at_once)
    known = channel < outputs
    total = tl.zeros((places_at_once, outputs_at_once), tl.float32)
    for tap in range(tall * wide):
        i, j = row * down - top + tap // wide, column * right - left + tap % wide
        there = inside & (i >= 0) & (i < height) & (j >= 0) & (j < width)
        start = ((sample * height + i) * width + j) * inputs
        for first in range(0, inputs, inputs_at_once):
            own = first + tl.arange(0, inputs_at_once)
            given = own < inputs
            a = tl.load(x + start[:, None] + own[None, :], mask=there[:, None] & given[None, :], other=0.0)
            at = weight + (tap * inputs + own)[:, None] * outputs + channel[None, :]
            b = tl.load(at, mask=given[:, None] & known[None, :], other=0.0)
            total = tl.dot(a, b, total, input_precision=precision)
    total += tl.load(bias + channel, mask=known, other=0.0)[None, :]
    at, mask = place[:, None] * outputs + channel[None, :], inside[:, None] & known[None, :]
    if adds:
        total += tl.load(other + at, mask=mask, other=0.0).to(tl.float32)
    if clamps:
        total = tl.where(total < 0, 0.0, total)  # a NaN stays one, as in torch
    tl.store(y + at, total.to(y.dtype.element_ty), mask=mask)
