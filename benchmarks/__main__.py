"""`make bench`: every measured figure, in one go."""

from benchmarks import engine, replay

engine.report()
print()
replay.report()
