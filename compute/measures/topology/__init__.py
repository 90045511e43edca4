"""Topology: critical points, persistence and the merge tree of a surface as a scalar field.

The function is the bilinear interpolant of the grid's values, as the probe reads it between nodes: continuous, the same from all four
sides, and never further from another one's than their nodes are, so that the diagrams are stable (Cohen-Steiner et al. 2007).

The rule at the rim: what counts is where the topology of the sublevel set {f ≤ t} changes as t rises (Morse theory with boundary). A
low point of the rim starts a component, so it is listed, flagged as of the rim, and not counted as a minimum of the surface; a high
point of the rim changes nothing, and is not critical. So a bowl has (1 minimum, 0 saddles, 0 maxima), a saddle (0, 1, 0), two wells
(2, 1, 0), and with those of the rim: minima − saddles + maxima = components − holes of the domain, exactly.
"""

from .complex import Complex, complex_of
from .critical import KINDS, MAXIMUM, MINIMUM, SADDLE, Critical, critical_points
from .pairs import Pairs, persistence
from .tree import Branches, Tree, branches, merge_tree

__all__ = [
    "KINDS",
    "MAXIMUM",
    "MINIMUM",
    "SADDLE",
    "Branches",
    "Complex",
    "Critical",
    "Pairs",
    "Tree",
    "branches",
    "complex_of",
    "critical_points",
    "merge_tree",
    "persistence",
]
