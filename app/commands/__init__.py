"""Commands: all actions in one list, to search."""
