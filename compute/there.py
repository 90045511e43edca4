"""There: whether a path that nobody vouches for leads to a file or a folder. pathlib's own questions raise where a name is too long
or a folder on the way is locked; these say no."""

from __future__ import annotations

import os


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether anything is there that can be seen."""
    return os.path.exists(path)  # noqa: PTH110


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a regular file is there, links followed."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a folder is there, links followed."""
    return os.path.isdir(path)  # noqa: PTH112
