"""OPTIMIZERS: by which rules a ball that is dropped at a point can roll, and their names for people.

`choices`, `rules`, `slice`, `roll` and `outcome` are of the looking half; `weights` is of the computing half."""

OPTIMIZERS: dict[str, str] = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov",
    "adam": "Adam",
    "rmsprop": "RMSprop",
}
ADAPTIVE = ("adam", "rmsprop")  # whose steps do not depend on the gradient's scale
