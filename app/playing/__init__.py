"""Playing: the paths of a landscape as they came about, by epoch or step."""
