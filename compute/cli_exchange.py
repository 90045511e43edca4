"""Commands that exchange landscapes with other programs: `export`, of what one sees or of a study's table, and `import`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from .errors import LossvistaError
from .picture import style_of
from .there import is_there


def export(
    *files: Path,
    clip: float | None = None,
    raw: Annotated[bool, Parameter(negative=())] = False,
    ascii: Annotated[bool, Parameter(negative=())] = False,
    paraview: Annotated[bool, Parameter(negative=())] = False,
    style: Path | None = None,
    table: str = "",
) -> int:
    """Write a landscape for other programs; the suffix says the format.

    Parameters
    ----------
    files
        The landscape, and last the file to write. Meshes: NAME.ply, .vtp, .vts, .vtk, .vtkhdf, .obj, .glb, .gltf, .stl; a time series of
        the path, or of several landscapes: .pvd; values: .csv, .npz; recipe and trust: .json.
    clip
        Cut away everything above this loss, along the iso-line.
    raw
        Coordinates (α, β, loss) instead of what one sees.
    ascii
        Text instead of binary, for PLY and VTK's formats.
    paraview
        Also write NAME-paraview.py, which shows the file in ParaView as it is seen here.
    style
        A look saved as JSON.
    table
        Write this table that a study found, such as spectrum, as NAME.csv, headed by how it was made.
    """
    from .exporters import export as write
    from .exporters import export_series
    from .storage import load

    if len(files) < 2:
        raise LossvistaError("The landscape and the file to write are needed.", "lossvista export FILE.h5 OUT.vtp")
    *sources, out = files
    if table and len(sources) > 1:
        raise LossvistaError("--table writes the table of one landscape.", "Export them one by one.")
    landscapes, told = [load(file) for file in sources], list[str]()
    if len(landscapes) > 1:
        look = style_of(style, clip=clip)
        told = export_series(landscapes, out, look, raw, ascii=ascii, paraview=paraview)
    elif table:
        from .exporters.table import write_study

        write_study(landscapes[0], table, out)
    else:
        told = write(landscapes[0], out, style_of(style, clip=clip), raw, ascii=ascii, paraview=paraview)
    for line in told:
        print(line, file=sys.stderr)
    print(out)
    return 0


def import_(*files: Path) -> int:
    """Read a landscape of another program, and save it as one of ours.

    Says on stderr what was found and repaired, and which known defects of that program its values may have.

    Parameters
    ----------
    files
        The foreign file (.h5 of Li et al.'s code and, behind it, its projected trajectory; .npz of Garipov et al. or Landscaper;
        .csv, .ply, .vtp, .vts, .vtk, .obj, .stl over a grid), and last the landscape, NAME.h5.
    """
    if len(files) < 2:
        raise LossvistaError(
            "The foreign file and the landscape's new name are needed.", "lossvista import FOREIGN OUT.h5"
        )
    from .importers.job import import_landscape
    from .storage import save

    *sources, out = files
    if is_there(out):
        raise LossvistaError(f"There is a file {out} already.", "Choose another name, or delete it first.")
    imported = import_landscape(*sources)
    for line in imported.said:
        print(line, file=sys.stderr)
    print(save(imported.landscape, out))
    return 0
