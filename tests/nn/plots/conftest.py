"""Plots are drawn without a screen, and leave no figure open."""

import pytest


@pytest.fixture(autouse=True)
def without_a_screen():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    assert pyplot.get_fignums() == []
    yield
    pyplot.close("all")
