"""DIRECTIONS: what can span a plane. To add one, write a function and a line here; form, flag and docs follow.

A direction is `function(request: DirectionRequest) -> Directions` (see `request.py`)."""

from ..doors import Door

DIRECTIONS: dict[str, Door] = {
    "random": Door(
        "lossvista.compute.directions.random:random_directions",
        "Random",
        "Gaussian directions, normalized (Li et al. 2018, §4)",
    ),
    "pca": Door(
        "lossvista.compute.directions.pca:pca_directions",
        "PCA of a trajectory",
        "the principal directions of a recorded path (Li et al. 2018, §7)",
    ),
    "between": Door(
        "lossvista.compute.directions.between:between_directions",
        "Between two checkpoints",
        "from the first checkpoint to the second and beyond",
    ),
    "points": Door(
        "lossvista.compute.directions.between:points_directions",
        "Through three checkpoints",
        "the plane of three checkpoints (Garipov et al. 2018)",
    ),
    "init": Door(
        "lossvista.compute.directions.between:init_directions",
        "Initialization to solution",
        "from a path's last checkpoint (0) to its first (1), and a random direction across it",
    ),
    "gradient": Door(
        "lossvista.compute.directions.slopes:gradient_directions",
        "Gradient",
        "steepest ascent, and a random direction across it",
    ),
    "eigen": Door(
        "lossvista.compute.directions.slopes:eigen_directions",
        "Hessian eigenvectors",
        "the directions of greatest curvature at the centre",
    ),
    "eigen-ends": Door(
        "lossvista.compute.directions.slopes:eigen_ends_directions",
        "Hessian's two ends",
        "the directions of the greatest and of the most negative curvature at the centre",
    ),
    "file": Door(
        "lossvista.compute.directions.file:file_directions",
        "From a file",
        "file:D.h5, the directions of a landscape of ours or a direction file of Li et al.'s",
        argument="D.h5",
    ),
}
