"""A problem in a file of its own: the small CNN on digits, with weights drawn from a seed."""

from lossvista.compute.problem.build import build_problem
from lossvista.compute.recipe import Recipe


def make_problem():
    return build_problem(Recipe.of(model="cnn", data="digits:all"))
