"""Desktop: Lossvista in the menu of a Linux desktop, and a double click on a landscape that opens it: files under XDG_DATA_HOME."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.resources import files
from pathlib import Path

from .errors import LossvistaError
from .storage.disk import put

KIND = "application/x-lossvista-landscape"


def data_home() -> Path:
    """XDG_DATA_HOME: where a person's own programs put what the desktop looks for."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def contents() -> dict[str, bytes]:
    """Path below a data folder → content, of everything that the desktop is told."""
    resources = files("lossvista.resources")
    icon = (resources / "icons" / "lossvista.svg").read_bytes()
    entry = (resources / "desktop" / "lossvista.desktop").read_text("utf-8")
    return {
        "applications/lossvista.desktop": entry.replace("Exec=lossvista ", f"Exec={command()} ").encode(),
        "mime/packages/lossvista.xml": (resources / "desktop" / "lossvista.xml").read_bytes(),
        "metainfo/lossvista.metainfo.xml": (resources / "desktop" / "lossvista.metainfo.xml").read_bytes(),
        "icons/hicolor/scalable/apps/lossvista.svg": icon,
        f"icons/hicolor/scalable/mimetypes/{KIND.replace('/', '-')}.svg": icon,
    }


def command() -> str:
    """How the desktop starts this very installation, quoted as a desktop file wants it."""
    script = Path(sysconfig.get_path("scripts"), "lossvista")
    if getattr(sys, "frozen", False):
        words = [sys.executable]
    else:
        words = [str(script)] if script.exists() else [sys.executable, "-m", "lossvista.compute.cli"]
    return " ".join(_quoted(word) for word in words)


def install() -> list[Path]:
    """Write the files, and have the desktop look at them. Returns what was written. Raises LossvistaError where this is no such
    desktop, or they cannot be written."""
    _expect_desktop()
    written = []
    for name, content in contents().items():
        path = data_home() / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LossvistaError(
                f"{path} cannot be written: {error.strerror}.", "Is XDG_DATA_HOME set rightly?"
            ) from None
        put(path, content, rename=False)
        written.append(path)
    _look()
    return written


def remove() -> list[Path]:
    """Take away what `install` wrote, and nothing else. Returns what was there."""
    _expect_desktop()
    there = [path for name in contents() if (path := data_home() / name).exists()]
    for path in there:
        path.unlink()
    _look()
    return there


def _expect_desktop() -> None:
    if sys.platform in ("darwin", "win32"):
        raise LossvistaError(
            "Only desktops that follow freedesktop.org (Linux) are told by files.",
            "Choose Lossvista in the system's own “Open with” for .h5 files.",
        )


def _look() -> None:
    """Have the caches made anew; a desktop without these tools looks by itself."""
    home = data_home()
    for tool, folder in (("update-mime-database", home / "mime"), ("update-desktop-database", home / "applications")):
        if (found := shutil.which(tool)) and folder.is_dir():
            subprocess.run([found, str(folder)], check=False, capture_output=True, timeout=60)


def _quoted(word: str) -> str:
    """As the Desktop Entry Specification has it: an argument in double quotes with a backslash before ", `, $ and itself; % doubled;
    and then, as in every value of such a file, each backslash doubled."""
    for sign in ("\\", '"', "`", "$"):
        word = word.replace(sign, "\\" + sign)
    return '"' + word.replace("%", "%%").replace("\\", "\\\\") + '"'
