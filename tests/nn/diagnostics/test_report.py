"""The table that the diagnostics of units give."""

import numpy as np
import pytest

from nn.diagnostics import LayerUnits, UnitReport

REPORT = UnitReport("saturated", (LayerUnits("1", "Tanh", np.array([0.5, 0.0])), LayerUnits("body.3", "ReLU", np.array([1.0]))))


def test_it_prints_as_a_table():
    assert repr(REPORT).splitlines() == [
        "layer   kind  units  saturated",
        "1       Tanh      2     25.0 %",
        "body.3  ReLU      1    100.0 %",
    ]


def test_shares_are_means_over_units():
    assert REPORT.share == 0.5
    assert [layer.share for layer in REPORT] == [0.25, 1.0]
    assert len(REPORT) == 2


def test_a_layer_is_found_by_its_name():
    assert REPORT["body.3"].kind == "ReLU"
    with pytest.raises(KeyError, match=r"no layer is called '2'. Use one of '1', 'body.3'"):
        REPORT["2"]
