"""Numbers: as a person types them, and as they are shown to be typed again."""

from __future__ import annotations

import math
from contextlib import suppress


def read_number(text: str) -> float | None:
    """A number as a person writes it: 1e-3, 0.5, −2, 3·10⁻⁴; None where it is none."""
    plain = text.strip().replace("−", "-").replace("·10", "e").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    with suppress(ValueError):
        value = float(plain)
        return value if math.isfinite(value) else None
    return None


def to_number(text: str) -> float | None:
    """For optional numbers: "" is None. Raises ValueError where it is no finite number."""
    if not text:
        return None
    value = read_number(text)
    if value is None:
        raise ValueError(text)
    return value


def from_number(value: float | None) -> str:
    """A number's text, exact enough to be read back."""
    return "" if value is None else f"{value:.10g}"
