"""The calls of the API, a file for each family; each has a `build_router`."""
