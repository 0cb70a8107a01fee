"""The whole step in C does what the eager step does, and lets go as soon as somebody looks or changes anything."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import sys
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Value, anomaly, no_grad, trace
from autograd.errors import AnomalyError
from autograd.replay.native import training as native
from autograd.replay.native.executor import _native
from autograd.replay.training import TrainStep
from optim._variants import CHOICES
from tests.optim.leaves import VARIANTS, name_of

pytestmark = pytest.mark.skipif(_native is None, reason="the native extension is not built")

RNG = np.random.default_rng(11)
X, Y = RNG.normal(size=(6, 10, 3)), RNG.normal(size=(6, 10))
WITHOUT_LOOKING_AHEAD = [(cls, settings) for cls, settings in VARIANTS if cls is not optim.NesterovLookahead]


class Pair:
    """A net trained by compiled steps, and its twin trained on the graph."""

    def __init__(self, make: Any, sizes: tuple[int, ...] = (4, 1)) -> None:
        self.model, self.twin = (nn.MLP(3, list(sizes), rng=5) for _ in range(2))
        self.optimizer, self.eager = make(self.model.parameters()), make(self.twin.parameters())
        self.program = trace(lambda x, y: (self.model(x) - y) ** 2.0, X[0, 0], Y[0, 0], executor="native")
        self.step = self.program.train_step(self.optimizer)

    def both(self, x: Any, y: Any) -> None:
        """A step of each; they agree on the loss and on every parameter."""
        loss = nn.functional.mse_loss(self.twin(x), np.reshape(y, (-1, 1)))
        self.eager.zero_grad()
        loss.backward()
        self.eager.step()
        assert self.step(x, y) == pytest.approx(loss.item(), rel=1e-12, abs=1e-12)

    def require_equal(self) -> None:
        for p, q in zip(self.model.parameters(), self.twin.parameters(), strict=True):
            np.testing.assert_allclose(p.data, q.data, rtol=1e-11, atol=1e-11)


def sgd(parameters: Any) -> Any:
    return optim.SGD(parameters, lr=0.05, momentum=0.9)


@pytest.mark.parametrize(("cls", "settings"), WITHOUT_LOOKING_AHEAD, ids=name_of)
@pytest.mark.parametrize("whole", [True, False], ids=["one loop", "in pieces"])
def test_every_rule_runs_in_c(cls: Any, settings: dict[str, Any], whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the one loop that was compiled for it, and as the operations it was recorded with; 1,000 parameters are more than a piece."""
    if not whole:
        monkeypatch.setattr(native, "WHOLE", {})
    pair = Pair(lambda parameters: cls(parameters, **settings), sizes=(200, 1))
    assert isinstance(pair.step, _native.Step)
    for _ in range(4):
        for eager, compiled in zip(pair.twin.parameters(), pair.model.parameters(), strict=True):
            eager.data = compiled.data
        pair.eager.load_state_dict(copy.deepcopy(pair.optimizer.state_dict()))
        pair.both(X[0], Y[0])
        for p, q in zip(pair.model.parameters(), pair.twin.parameters(), strict=True):
            np.testing.assert_allclose(p.data, q.data, rtol=1e-12, atol=1e-12)


def test_the_usual_rules_are_compiled_as_one_loop() -> None:
    for cls, settings in WITHOUT_LOOKING_AHEAD:
        if settings.keys() <= {*CHOICES, "lr"}:
            step = Pair(lambda parameters, cls=cls, settings=settings: cls(parameters, **settings)).step
            assert [numbered.described[-1] >= 0 for _, _, numbered in step.rules] == [True], (cls, settings)


def test_a_schedule_is_followed() -> None:
    pair = Pair(sgd)
    for k in range(9):
        pair.optimizer.param_groups[0]["lr"] = pair.eager.param_groups[0]["lr"] = 0.05 / (k // 3 + 1)
        pair.both(X[k % 6], Y[k % 6])
    pair.require_equal()


def test_a_setting_out_of_range_is_refused_at_the_next_step() -> None:
    pair = Pair(sgd)
    pair.step(X[0], Y[0])
    before = [p.data.copy() for p in pair.model.parameters()]
    pair.step(X[0], Y[0])
    after = [p.data.copy() for p in pair.model.parameters()]
    pair.optimizer.param_groups[0]["lr"] = -1.0
    with pytest.raises(ValueError, match="lr must be"):
        pair.step(X[0], Y[0])
    assert all(np.array_equal(p.data, q) for p, q in zip(pair.model.parameters(), after, strict=True))
    assert not any(np.array_equal(q, r) for q, r in zip(after, before, strict=True))


MEDDLING = {
    "look at a parameter": lambda m, o: next(iter(m.parameters())).data,
    "save": lambda m, o: o.state_dict(),
    "look at the state": lambda m, o: o.state,
    "load": lambda m, o: o.load_state_dict(copy.deepcopy(o.state_dict())),
    "halve a parameter": lambda m, o: setattr(next(iter(m.parameters())), "data", next(iter(m.parameters())).data * 0.5),
    "halve the state": lambda m, o: [r.update(momentum_buffer=r["momentum_buffer"] * 0.5) for r in o.state.values()],
    "forget the state": lambda m, o: setattr(o, "state", {}),
    "another setting": lambda m, o: o.param_groups[0].update(momentum=0.5),
    "an eager step": lambda m, o: o.zero_grad() or m(X[0]).sum().backward() or o.step(),
}


@pytest.mark.parametrize("meddle", MEDDLING.values(), ids=MEDDLING)
def test_whoever_looks_or_meddles_between_steps_sees_and_changes_what_there_is(meddle: Any) -> None:
    pair = Pair(sgd)
    for k in range(4):
        pair.both(X[k], Y[k])
        meddle(pair.model, pair.optimizer)
        meddle(pair.twin, pair.eager)
        for p, q in zip(pair.model.parameters(), pair.twin.parameters(), strict=True):
            record, other = pair.optimizer.state.get(p), pair.eager.state.get(q)
            if record is None or other is None:
                assert record is other
                continue
            assert (record["step"], type(record["step"])) == (other["step"], type(other["step"]))
            np.testing.assert_allclose(record["momentum_buffer"], other["momentum_buffer"], rtol=1e-10, atol=1e-12)
        pair.require_equal()


def test_parameters_added_later_are_stepped() -> None:
    pair = Pair(lambda parameters: optim.Adam([next(iter(parameters))], lr=0.01))
    pair.both(X[0], Y[0])
    for model, optimizer in ((pair.model, pair.optimizer), (pair.twin, pair.eager)):
        optimizer.add_param_group({"params": list(model.parameters())[1:], "lr": 0.02})
    for k in range(5):
        pair.both(X[k], Y[k])
    pair.require_equal()


def test_batches_may_change_their_size_and_their_kind() -> None:
    pair = Pair(sgd)
    kinds = [(10, np.float64), (4, np.float64), (10, np.float32), (10, np.int64), (1, np.float64), (10, list), (10, np.asfortranarray)]
    for batch, kind in kinds:
        x, y = (np.round(a[1][:batch] * 4.0) for a in (X, Y))
        pair.both(*(a.tolist() if kind is list else kind(a) for a in (x, y)))
    pair.require_equal()


def test_an_array_that_is_written_into_is_read_again() -> None:
    pair = Pair(sgd)
    x, y = X[0].copy(), Y[0].copy()
    for _ in range(4):
        pair.both(x, y)
        x *= -0.5
        y += 1.0
    pair.require_equal()


def test_many_steps_are_those_steps() -> None:
    pair = Pair(lambda parameters: optim.NAdam(parameters, lr=0.01))
    losses = pair.step.many(X, Y)
    other = Pair(lambda parameters: optim.NAdam(parameters, lr=0.01))
    assert losses.tolist() == [other.step(x, y) for x, y in zip(X, Y, strict=True)]
    for p, q in zip(pair.model.parameters(), other.model.parameters(), strict=True):
        assert np.array_equal(p.data, q.data)


def test_a_gradient_that_is_not_finite_ends_many_steps_where_it_is_met() -> None:
    pair, other = Pair(sgd), Pair(sgd)
    bad = X.copy()
    bad[3, 2, 1] = math.inf
    with pytest.raises(optim.NonFiniteGradientError):
        pair.step.many(bad, Y)
    other.step.many(X[:3], Y[:3])
    for p, q in zip(pair.model.parameters(), other.model.parameters(), strict=True):
        assert np.array_equal(p.data, q.data)
        assert p.grad is None
    assert all(record["step"] == 3 for record in pair.optimizer.state.values())
    with pytest.raises(optim.NonFiniteGradientError):
        pair.step(bad[3], Y[3])
    assert pair.step(X[3], Y[3]) == other.step(X[3], Y[3])


def test_modes_are_heeded() -> None:
    pair = Pair(sgd)
    pair.both(X[0], Y[0])
    with no_grad():
        pair.step(X[1], Y[1])
    bad = X[2].copy()
    bad[4] = math.nan
    before = [p.data.copy() for p in pair.model.parameters()]
    pair.step(X[1], Y[1])
    before = [p.data.copy() for p in pair.model.parameters()]
    for take in (lambda: pair.step(bad, Y[2]), lambda: pair.step.many(bad[np.newaxis], Y[2:3])):
        with anomaly(), pytest.raises(AnomalyError):
            take()
    assert all(np.array_equal(p.data, q) for p, q in zip(pair.model.parameters(), before, strict=True))


class Cubic(optim.SGD):
    """A rule that the extension has not been built with."""

    def rule(self, θ: Any, g: Any, s: Any, h: Any) -> Any:  # noqa: ARG002
        return θ - h.lr * g * g * g / 3.0


class Signed(optim.SGD):
    """A rule that is more than arithmetic."""

    def rule(self, θ: Any, g: Any, s: Any, h: Any) -> Any:  # noqa: ARG002
        return θ - h.lr * np.sign(g)


def test_a_rule_of_a_users_own_runs_in_c_if_it_is_arithmetic() -> None:
    pair = Pair(lambda parameters: Cubic(parameters, lr=0.1), sizes=(300, 1))
    assert isinstance(pair.step, _native.Step)
    for k in range(6):
        pair.both(X[k], Y[k])
    pair.require_equal()


def test_a_rule_that_is_more_than_arithmetic_runs_on_arrays() -> None:
    pair = Pair(lambda parameters: Signed(parameters, lr=0.01))
    assert isinstance(pair.step, TrainStep)
    for k in range(6):
        pair.both(X[k], Y[k])
    pair.require_equal()


def test_optimisers_are_copied_and_pickled_between_steps() -> None:
    pair = Pair(lambda parameters: optim.Adam(parameters, lr=0.01))
    for k in range(3):
        pair.step(X[k], Y[k])
    twin, loaded = copy.deepcopy(pair.optimizer), pickle.loads(pickle.dumps(pair.optimizer))
    assert twin.state_dict()["state"][0]["step"] == loaded.state_dict()["state"][0]["step"] == 3
    pair.step(X[3], Y[3])
    assert twin.state_dict()["state"][0]["step"] == 3


def test_two_programs_take_turns() -> None:
    pair = Pair(sgd)
    second = trace(lambda x, y: (pair.model(x) - y) ** 2.0, X[0, 0], Y[0, 0], executor="native").train_step(pair.optimizer)
    first = pair.step
    for k in range(6):
        pair.step = (first, second)[k % 2]
        pair.both(X[k], Y[k])
    pair.require_equal()


def test_one_number_parameters_that_lie_apart_are_stepped() -> None:
    """The optimiser has them in another order than the program, and some it does not have."""
    w = [Value(0.1 * k) for k in range(7)]
    step = trace(lambda x: sum(wk * x * (k + 1.0) for k, wk in enumerate(w)) ** 2.0, 1.0, executor="native").train_step(
        optim.SGD([w[5], w[0], w[1], w[4]], lr=1e-3))
    twins = [Value(0.1 * k) for k in range(7)]
    eager = optim.SGD([twins[5], twins[0], twins[1], twins[4]], lr=1e-3)
    for x in (0.5, -1.0, 2.0):
        step([x])
        eager.zero_grad()
        (sum(wk * x * (k + 1.0) for k, wk in enumerate(twins)) ** 2.0).backward()
        eager.step()
    assert [v.item() for v in w] == pytest.approx([v.item() for v in twins], rel=1e-13)
    assert w[2].item() == 0.2


def test_a_step_shows_what_it_stands_for() -> None:
    pair = Pair(sgd)
    assert pair.step.program is pair.program
    assert pair.step.optimizer is pair.optimizer
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = pair.step.nothing_of_the_kind
    with pytest.raises(TypeError, match="not_an_argument"):
        pair.step(X[0], not_an_argument=Y[0])


def test_arrays_are_let_go() -> None:
    pair = Pair(sgd)
    for k in (2, 3):
        pair.step(X[k], Y[k])
    x, y = X[0].copy(), Y[0].copy()
    pair.step(x, y)
    held = sys.getrefcount(x)
    for _ in range(50):
        pair.step(x, y)
    assert sys.getrefcount(x) == held
    pair.step(X[1], Y[1])
    assert sys.getrefcount(x) == 2
    many = X.copy()
    pair.step.many(many, Y)
    assert sys.getrefcount(many) == 2


def test_a_step_is_collected_with_its_owner() -> None:
    pair = Pair(sgd)
    pair.step(X[0], Y[0])

    def count() -> int:
        return sum(isinstance(o, _native.Step) for o in gc.get_objects())

    gc.collect()
    before = count()
    pair.optimizer.state  # noqa: B018 - the optimiser lets go of the step
    del pair
    gc.collect()
    assert count() == before - 1


def classifier() -> tuple[Any, Any]:
    model = nn.MLP(4, [8, 3], rng=1)
    loss = nn.CrossEntropyLoss(weight=[1.0, 2.0, 0.5], ignore_index=-1)
    program = trace(lambda x, c: loss(model(x), c), np.zeros(4), 0, executor="native")
    return model, program.train_step(optim.Adam(model.parameters(), lr=0.01))


@pytest.mark.parametrize("dtype", [np.int64, np.float64, np.int32])
def test_losses_on_class_numbers_run_in_one_call(dtype: Any) -> None:
    x, classes = RNG.normal(size=(20, 4)), (np.arange(20) % 3).astype(dtype)
    classes[4] = -1
    model, step = classifier()
    twin, loss = nn.MLP(4, [8, 3], rng=1), nn.CrossEntropyLoss(weight=[1.0, 2.0, 0.5], ignore_index=-1)
    eager = optim.Adam(twin.parameters(), lr=0.01)
    assert isinstance(step, _native.Step)
    for _ in range(5):
        expected = loss(twin(x), classes.astype(int).tolist())
        eager.zero_grad()
        expected.backward()
        eager.step()
        assert step(x, classes) == pytest.approx(expected.item(), rel=1e-12)
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(p.data, q.data, rtol=1e-10, atol=1e-12)


def test_a_class_that_there_is_not_is_refused_and_nothing_changes() -> None:
    model, step = classifier()
    x, classes = RNG.normal(size=(3, 20, 4)), np.tile(np.arange(20) % 3, (3, 1))
    for _ in range(3):
        step(x[0], classes[0])
    before = [p.data.copy() for p in model.parameters()]
    wrong = classes.copy()
    wrong[0, 5] = 3
    for take in (lambda: step(x[0], wrong[0]), lambda: step.many(x, wrong)):
        with pytest.raises(ValueError, match="no whole number from 0 to 2"):
            take()
        assert all(np.array_equal(p.data, q) for p, q in zip(model.parameters(), before, strict=True))
