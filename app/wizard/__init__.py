"""The wizard of “New landscape…”: what to look at, what was found there, how to compute it."""
