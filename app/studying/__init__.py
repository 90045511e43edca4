"""Studying: the sheets of the studies: choices, and views of what was found."""
