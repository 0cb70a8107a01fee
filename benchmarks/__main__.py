"""`make bench`: every measured figure, in one go."""

from benchmarks import engine

engine.report()
