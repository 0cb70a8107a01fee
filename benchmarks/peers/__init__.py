"""One module for each library that takes part. Each names its forms in FORMS: name in the table -> form.

A form takes a job and returns `train(steps) -> loss`: it goes on from where it is for that many whole training steps
(forward, backward, update), and gives the loss of the last one, before its update. A form that does not do a job returns
the reason, a string.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.jobs import Job

Train = Callable[[int], float]
Form = Callable[[Job], Train | str]
