"""Benchmarks of the whole bot and of its engine; each is a program with --help."""
