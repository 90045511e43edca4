"""Point: what network stands at a point of the plane: its report, its checkpoint, and landscapes that begin there.

`report` and `recipes` are of the looking half; `network`, `inspect` and `checkpoint` are of the computing half."""
