"""Arrays in VTK's files whose names are none: found by the fuzz, as a TypeError of pyvista's."""

from lossvista.compute.importers.mesh import read_mesh

TEXT = """# vtk DataFile Version 3.0
a
ASCII
DATASET POLYDATA
POINTS 4 float
0 0 0 1 0 0 0 1 0 1 1 0
POLYGONS 1 5
4 0 1 3 2
POINT_DATA 4
FIELD f 2
{name} 1 4 float
5 6 7 8
train_loss 1 4 float
1 2 3 4
"""


def test_an_array_without_a_readable_name_is_left_out(tmp_path) -> None:
    path = tmp_path / "a.vtk"
    path.write_text(TEXT.format(name="%FF%FE"))
    fields = read_mesh(path).landscape.surface.fields
    assert list(fields["train_loss"].ravel()) == [1, 2, 3, 4]
    assert all(isinstance(name, str) for name in fields)
