"""Doctor: what this installation is made of and whether it works, as a dict and as text to paste into a report.

What can crash or take long (torch, OpenGL) is tried in child processes: where libraries are missing, VTK ends a process
instead of raising."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import platformdirs

from .. import __version__
from .edition import REASON

_TORCH = """
import json, torch
found = {"version": torch.__version__, "cuda": torch.version.cuda or "", "threads": torch.get_num_threads(), "gpus": []}
try:
    import torchvision
    found["torchvision"] = torchvision.__version__
except Exception as error:
    found["torchvision_error"] = f"{type(error).__name__}: {error}"
for k in range(torch.cuda.device_count()):
    of = torch.cuda.get_device_properties(k)
    found["gpus"].append(f"{of.name}, {of.total_memory / 2**30:.0f} GiB")
if not found["gpus"]:
    try:
        torch.cuda.init()
    except Exception as error:
        found["no gpu"] = str(error).strip().splitlines()[0]
print(json.dumps(found))
"""

_OPENGL = """
import json
import vtkmodules.vtkRenderingOpenGL2
from vtkmodules.vtkRenderingCore import vtkRenderWindow
window = vtkRenderWindow()
window.SetOffScreenRendering(True)
window.SetSize(8, 8)
window.Render()
lines = dict(line.split(": ", 1) for line in window.ReportCapabilities().splitlines() if ": " in line)
found = {key: lines.get(f"OpenGL {key} string", "").strip() for key in ("vendor", "renderer", "version")}
print(json.dumps(found | {"window": window.GetClassName()}))
"""


def examine() -> dict[str, Any]:
    """Everything, as plain JSON values: lossvista, python, system, packages (name → version, "" where it is missing),
    frozen (whether this is the program that needs no Python), torch, opengl, paths,
    and `advice`: one sentence for each thing that is wrong. Takes a few seconds."""
    packages = dict(_packages())
    found: dict[str, Any] = {
        "lossvista": __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()}, {sys.executable})",
        "system": f"{_system()}, {platform.machine()}, {os.cpu_count()} cores",
        "screen": os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or "none",
        "packages": packages,
        "frozen": bool(getattr(sys, "frozen", False)),
        "torch": _ask(_TORCH),
        "opengl": _ask(_OPENGL),
        "paths": _paths(),
    }
    return found | {"advice": list(_advice(found))}


def report(found: dict[str, Any] | None = None) -> str:
    """What `examine` found (it looks now where nothing is given), as aligned lines; the advice last."""
    found = found or examine()
    lines = [_line(key, found[key]) for key in ("lossvista", "python", "system", "screen")]
    for part in ("torch", "opengl", "paths", "packages"):
        lines += ["", f"{part}:"]
        for key, value in found[part].items():
            several = value if isinstance(value, list) else [value]
            lines += [_line(f"  {key}", item if item != "" else "–") for item in several or ["none"]]
    lines += ["", "advice:"]
    lines += [f"  • {sentence}" for sentence in found["advice"]] or ["  Nothing is wrong that could be seen from here."]
    return "\n".join(lines)


def _line(label: str, value: object) -> str:
    return f"{label:<22} {value}"


def _packages() -> Iterator[tuple[str, str]]:
    """The project's own dependencies and the versions that are installed. Extras are left out where they are missing."""
    try:
        requirements = metadata.requires("lossvista") or []
    except metadata.PackageNotFoundError:  # run from the sources
        requirements = []
    for requirement in requirements:
        match = re.match(r"[\w.-]+", requirement)
        if not match:
            continue
        try:
            yield match.group(), metadata.version(match.group())
        except metadata.PackageNotFoundError:
            if "extra ==" not in requirement:
                yield match.group(), ""


def _ask(script: str, patience: float = 120.0) -> dict[str, Any]:
    """The JSON that a script prints as its last line in a fresh interpreter; {"error": …} where it comes to none."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=patience, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {patience:g} seconds"}
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return {"error": last if done.returncode > 0 and last else f"the process ended with code {done.returncode}"}


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
    except OSError:
        return platform.platform()


def _paths() -> dict[str, str]:
    temporary = tempfile.gettempdir()
    return {
        "program": str(Path(__file__).resolve().parents[1]),
        "settings": platformdirs.user_config_dir("lossvista", appauthor=False),
        "current folder": f"{Path.cwd()} ({shutil.disk_usage(Path.cwd()).free / 2**30:.1f} GiB free)",
        "temporary files": f"{temporary} ({shutil.disk_usage(temporary).free / 2**30:.1f} GiB free)",
    }


def _advice(found: dict[str, Any]) -> Iterator[str]:
    """A sentence for each known trouble: what it is, and what to do."""
    missing = [name for name, version in found["packages"].items() if not version]
    if found["frozen"] and "torch" in missing:
        yield f"{REASON}."
        found = found | {"torch": {}}
    elif missing and not found["frozen"]:
        yield f"Not installed: {', '.join(missing)}. Install the project again: pip install . (in its folder)"
    torch, opengl = found["torch"], found["opengl"]
    trouble = torch.get("torchvision_error", "") or torch.get("error", "")
    if "torchvision::nms" in trouble or ("+cpu" in torch.get("version", "") and torch.get("torchvision_error")):
        yield (
            "torch and torchvision come from different builds and do not fit together (a CPU-only torch with the package "
            "index's torchvision, for example). Install both again, together: "
            "pip install --force-reinstall torch torchvision"
        )
    elif trouble:
        yield f"torch or torchvision cannot be imported ({trouble}). Nothing can be computed until that is mended."
    why = torch.get("no gpu", "")
    if torch.get("cuda") and why and "no NVIDIA driver" not in why:
        hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
        where = "" if hidden is None else f" CUDA_VISIBLE_DEVICES is '{hidden}'."
        yield f"There is an NVIDIA driver, but torch finds no GPU that it can use ({why.rstrip('.')}).{where} The CPU is used."
    if "error" in opengl:
        yield (
            f"No picture can be drawn in three dimensions ({opengl['error']}). On Debian and Ubuntu: "
            "sudo apt-get install libx11-6 libegl1 libgl1-mesa-dri. Flat maps work all the same."
        )
