"""`make bench`: every measured figure, in one go."""

from benchmarks import engine, irregular, replay, stepper

for measured in (engine, replay, irregular, stepper):
    measured.report()
    print()
