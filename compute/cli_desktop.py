"""Command about the desktop: `install-desktop`, Lossvista in its menu, and a double click on a landscape that opens it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter


def install_desktop(*, remove: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Put Lossvista into the menu of a Linux desktop, and have a double click on a landscape open it. For this person only.

    Parameters
    ----------
    remove
        Take it out again.
    """
    from . import desktop

    for path in desktop.remove() if remove else desktop.install():
        print(path)
    return 0
