"""no_grad, scope, anomaly, recording."""

import gc
import threading

import pytest

from autograd import AnomalyError, Value, anomaly, dot, no_grad, recording, scope


def test_no_grad_nests_and_ends_with_its_block():
    x = Value(2.0)
    with no_grad():
        with no_grad():
            assert (x * x).inputs == ()
        assert (x * x).inputs == ()
        assert x.tanh().is_leaf
        assert dot([x], [x]).is_leaf
    assert (x * x).inputs == (x, x)


def test_a_mode_ends_when_its_block_raises():
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert not (Value(1.0) * 2.0).is_leaf


def test_scopes_nest_into_paths():
    x = Value(1.0)
    with scope("mlp"):
        a = x * 2.0
        with scope("layer1"):
            b = x + 1.0
        c = dot([x], [2.0])
    d = x * 2.0
    assert [a.place.scope, b.place.scope, c.place.scope] == ["mlp", "mlp/layer1", "mlp"]
    assert d.place is None


def test_modes_belong_to_their_thread():
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((Value(1.0) * 2.0).is_leaf))
        thread.start()
        thread.join()
    assert seen == [False]


@pytest.mark.parametrize(("bad", "message"), [
    (lambda p: p.log(), r"log of 'p' = 0.0 gave -inf, at .*test_modes.py:\d+"),
    (lambda p: 1.0 / p, r"div of 1.0, 'p' = 0.0 gave inf, at .*test_modes.py:\d+"),
    (lambda p: dot([p, 1e308], [1.0, 1e308]), r"dot of 'p' = 0.0, 1e\+308, 1.0, 1e\+308 gave inf"),
])
def test_anomaly_names_op_operands_and_line(bad, message):
    p = Value(0.0, label="p")
    with anomaly(), pytest.raises(AnomalyError, match=message):
        bad(p)


def test_anomaly_names_the_adjoint_and_the_line_that_made_the_node():
    x = Value(0.0, label="x")
    with anomaly():
        y = x.sqrt()
        with pytest.raises(AnomalyError, match=r"the adjoint of 'x' = 0.0 became inf through sqrt, made at .*test_modes.py:\d+"):
            y.backward()
        with pytest.raises(AnomalyError, match=r"div of .* gave inf"):
            y.backward(create_graph=True)
    assert x.grad is None
    y.backward()
    assert x.grad == float("inf")


def test_anomaly_keeps_the_scope():
    with scope("net"), anomaly():
        y = Value(1.0) * 2.0
    assert y.place.scope == "net"
    assert "test_modes.py" in y.place.line


@pytest.mark.parametrize("was_on", [True, False])
def test_recording_pauses_the_collector_and_puts_it_back(was_on):
    if not was_on:
        gc.disable()
    try:
        with recording():
            assert not gc.isenabled()
            with recording():
                pass
            assert not gc.isenabled()
        assert gc.isenabled() == was_on
    finally:
        gc.enable()
