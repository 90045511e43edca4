"""STUDIES: what is found out about a network beyond a surface: its curvature, its surface's topology, other minima. To add one, write
its choices, its generator and what it tells, and one line here: command, form and job follow."""

from __future__ import annotations

from .study import Study

_HERE = "lossvista.compute.studies"
_CURVES = "lossvista.compute.curves"

STUDIES: dict[str, Study] = {
    "weights": Study(
        f"{_HERE}.weight_norms:weight_norms",
        "Weights",
        "Measure the length and the distribution of each weight tensor of the network at a point.",
        choices=f"{_HERE}.weights:WeightChoices",
        told=f"{_HERE}.weights:lines",
    ),
    "curvature": Study(
        f"{_HERE}.spectrum:spectrum",
        "Curvature",
        "Find the Hessian's extreme eigenvalues, trace and spectral density at a point, of the whole network and of each layer.",
        choices=f"{_HERE}.curvature:CurvatureChoices",
        told=f"{_HERE}.curvature:lines",
    ),
    "sharpness": Study(
        f"{_HERE}.sharpness_of:sharpness",
        "Sharpness",
        "Measure how far the loss rises around a point's weights, at worst and in random directions, also scale-invariantly.",
        choices=f"{_HERE}.sharpness:SharpnessChoices",
        told=f"{_HERE}.sharpness:lines",
    ),
    "convexity": Study(
        f"{_HERE}.convexity_map:convexity_map",
        "Convexity map",
        "Map how convex the loss is at points of the surface: smallest against largest eigenvalue of the full Hessian.",
        choices=f"{_HERE}.convexity:ConvexityChoices",
        told=f"{_HERE}.convexity:lines",
    ),
    "basin": Study(
        f"{_HERE}.basin_radii:basin_radii",
        "Basin",
        "Measure how wide and how large the basin around a point is, along many random directions.",
        choices=f"{_HERE}.basins:BasinChoices",
        told=f"{_HERE}.basins:lines",
    ),
    "roughness": Study(
        f"{_HERE}.roughness:roughness",
        "Slice geometry",
        "Measure how rough, how convex and how flat the surface is: the slice, not the network's whole loss.",
        choices=f"{_HERE}.slices:SliceChoices",
        told=f"{_HERE}.slices:lines",
        network=False,
        icon="surface",
    ),
    "critical": Study(
        f"{_HERE}.critical:critical",
        "Critical points",
        "Find the minima, saddles and maxima of the surface, with their persistence, and how its basins merge.",
        choices=f"{_HERE}.topology:TopologyChoices",
        told=f"{_HERE}.topology:lines",
        network=False,
        icon="critical",
    ),
    "scale": Study(
        f"{_HERE}.scale_invariance:scale_invariance",
        "Scale invariance",
        "Rescale a network so that it computes the same, and see its landscape with and without filter normalization (Li et al. 2018, §3).",
        choices=f"{_HERE}.rescaling:Rescaling",
        told=f"{_HERE}.rescaling:lines",
        makes=True,
    ),
    "boundary": Study(
        f"{_HERE}.boundary:boundary",
        "Decision boundary",
        "Draw which class the network at a point takes each input for; for inputs of two numbers, such as the swiss roll.",
        choices=f"{_HERE}.boundaries:BoundaryChoices",
        told=f"{_HERE}.boundaries:lines",
    ),
    "minefield": Study(
        "lossvista.compute.minima.minefield:minefield",
        "Minefield",
        "Find good and bad minima of one training loss, and show where they lie and how wide they are (Huang et al. 2020).",
        choices="lossvista.compute.minima.choices:MinefieldChoices",
        told="lossvista.compute.minima.told:lines",
        makes=True,
    ),
    "connect": Study(
        f"{_CURVES}.connect:connect",
        "Connect two minima",
        "Train a curve of low loss between two networks, beside the straight line, and compute the plane through both and its bend.",
        choices=f"{_CURVES}.choices:Connect",
        told=f"{_CURVES}.told:lines",
        makes=True,
    ),
    "ensemble": Study(
        f"{_CURVES}.ensemble:ensemble",
        "Ensembles",
        "Train fast geometric and snapshot ensembles and averaged weights (SWA), compare them, and show where their members lie.",
        choices=f"{_CURVES}.ensemble_choices:Ensemble",
        told=f"{_CURVES}.ensemble_told:lines",
        makes=True,
    ),
}
