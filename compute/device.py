"""Device: what a network is evaluated and trained on, by name."""

from __future__ import annotations

import os
import re
import warnings

import torch

from .errors import LossvistaError, NoDevice


def device_of(name: str) -> torch.device:
    """The device of a recipe: auto = the first GPU, else the CPU. Raises NoDevice where it is not there, with the reason where
    PyTorch has one, and LossvistaError where there is none of that name anywhere."""
    if name == "auto":
        return torch.device("cuda" if _gpus() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise LossvistaError(f"There is no device called '{name}'.", "Use auto, cpu, cuda or cuda:N.") from None
    if device.type not in ("cpu", "cuda"):
        raise LossvistaError(f"The device '{name}' is not supported.", "Use auto, cpu, cuda or cuda:N.")
    if device.type == "cuda" and (device.index or 0) >= _gpus():
        there = f"{_gpus()} of them here" if _gpus() else why_none() or "none that PyTorch can use"
        raise NoDevice(
            f"There is no GPU '{name}' on this machine ({there}).", "Use --device cpu or --device auto, as the device."
        )
    return device


def there(name: str) -> str:
    """This device, or "auto" where it is not on this machine: a recipe may have been made on another one."""
    try:
        device_of(name)
    except NoDevice:
        return "auto"
    return name


def told(name: str) -> str:
    """A line for the log, where a device was left to us and it is not a GPU; else ""."""
    if name != "auto" or _gpus():
        return ""
    why = why_none()
    return f"The CPU is used: {f'PyTorch cannot use the GPU here ({why})' if why else 'PyTorch finds no GPU here'}."


def why_none() -> str:
    """Why PyTorch can use no GPU, in its own words and without a full stop; "" where that is simply because there is no driver."""
    try:
        with _quiet():
            torch.cuda.init()
    except (RuntimeError, AssertionError) as error:
        words = str(error)
        if "no NVIDIA driver" in words or "not compiled with CUDA" in words:
            return ""
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        if "No CUDA GPUs are available" in words and visible is not None:
            return f"CUDA_VISIBLE_DEVICES is '{visible}', which leaves none"
        number = re.search(r"Error \d+: [^\n]*", words)
        return (number.group() if number else words.partition(". ")[0].partition("\n")[0]).strip().rstrip(".")
    return ""


def _gpus() -> int:
    with _quiet():
        return torch.cuda.device_count() if torch.cuda.is_available() else 0


def _quiet() -> warnings.catch_warnings:
    """What PyTorch warns of where a driver does not fit; we say it (see `why_none`)."""
    return warnings.catch_warnings(action="ignore")
