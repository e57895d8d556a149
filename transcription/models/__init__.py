"""Models: the catalogue, their sources, the registry of loaded ones, and the machine's sizing."""
