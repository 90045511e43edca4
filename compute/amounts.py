"""Amounts: times and sizes as people say them, with no more digits than an estimate has."""

from __future__ import annotations

import re

from .errors import LossvistaError

_SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def duration(seconds: float) -> str:
    """ "0.4 ms", "2.5 s", "3 min 20 s", "5 h 10 min", "4 days": about two significant digits."""
    for limit, factor, unit in ((0.995, 1000, "ms"), (59.5, 1, "s")):
        if seconds < limit:
            amount = factor * seconds
            return f"{amount:.0f} {unit}" if amount >= 9.95 else f"{amount:.1f} {unit}"
    whole = round(seconds / 5) * 5 if seconds < 600 else round(seconds / 60) * 60
    minutes, hours = whole // 60, whole // 3600
    if hours >= 48:
        return f"{round(hours / 24)} days"
    if hours:
        return f"{hours} h {minutes % 60:02d} min"
    return f"{minutes} min {whole % 60:02d} s" if whole % 60 else f"{minutes} min"


def size(count: float) -> str:
    """Bytes: "512 bytes", "1.5 KiB", "20 MiB"."""
    if count < 1024:
        return f"{count:.0f} bytes"
    for unit in ("KiB", "MiB", "GiB", "TiB"):
        count /= 1024
        if count < 1000 or unit == "TiB":
            break
    return f"{count:.1f} {unit}" if count < 9.95 else f"{count:,.0f} {unit}"


def seconds(text: str) -> float:
    """Of a time as people type it: "90", "90s", "10m", "10 min", "1.5h". Raises LossvistaError for anything else."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?", text.strip())
    if match is None or float(match[1]) == 0:
        raise LossvistaError(f"'{text}' is no time to spend.", "Write it as in 90s, 10m or 1.5h.")
    return float(match[1]) * _SECONDS[match[2] or ""]
