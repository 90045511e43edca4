"""The built-in data sources, one a file. Their names stand in `DATA` of the folder above."""
