"""Benchmarks of the whole bot and of its engine; each is a program with --help."""

import os

# As in `transcription`, for all configurations alike; here because numpy may be imported before that is.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
