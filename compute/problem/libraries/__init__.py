"""Networks of other packages, one file a package. Their names stand in `LIBRARIES` of the folder above."""
