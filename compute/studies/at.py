"""At: the point of the plane whose network a study is about."""

from __future__ import annotations

from ..choices import Choices, choice


class At(Choices):
    """The centre, unless it is said otherwise."""

    alpha: float = choice(0.0, "α", "Of the point whose network is studied; 0 is the centre.", group="Point")
    beta: float = choice(0.0, "β", "Of the point whose network is studied; for a line, 0.", group="Point")
