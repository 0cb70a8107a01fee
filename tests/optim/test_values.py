"""Optimisers on the leaves of the engine itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import optim
from autograd import StaleGraphError, Value
from tests.optim.leaves import every_class, step


@every_class
def test_a_step_on_values_goes_down_hill(cls: type[optim.Optimizer]) -> None:
    a, b = Value(1.0), Value(-2.0)
    optimizer = cls([a, b])

    def closure() -> float:
        optimizer.zero_grad()
        loss = a * a + b * b * 3.0
        loss.backward()
        return loss.item()

    first = optimizer.step(closure)
    for _ in range(3):
        last = optimizer.step(closure)
    assert last < first


@every_class
def test_a_gradient_that_is_a_graph_is_used_by_its_number(cls: type[optim.Optimizer]) -> None:
    graph, number = Value(3.0), Value(3.0)
    (graph**3).backward(create_graph=True)
    number.grad = 27.0
    assert isinstance(graph.grad, Value)
    step(cls([graph]))
    step(cls([number]))
    assert graph.item() == number.item()


@every_class
def test_zero_grad_lets_go_of_a_gradient_that_is_a_graph(cls: type[optim.Optimizer]) -> None:
    w = Value(3.0)
    (w * w).backward(create_graph=True)
    optimizer = cls([w])
    optimizer.zero_grad(set_to_none=False)
    assert w.grad == 0.0
    assert not isinstance(w.grad, Value)


@every_class
def test_an_inner_node_is_refused_by_its_label(cls: type[optim.Optimizer]) -> None:
    h = Value(2.0) * 3.0
    h.label = "h"
    with pytest.raises(ValueError, match=f"{cls.__name__}: 'h' is computed from other values"):
        cls([h])


def test_a_bare_value_is_refused() -> None:
    with pytest.raises(TypeError, match=r"write SGD\(\[w\]\) for SGD\(w\)"):
        optim.SGD(Value(1.0))


def test_a_graph_from_before_the_step_is_stale() -> None:
    w = Value(3.0)
    loss = w * w
    loss.backward()
    optim.SGD([w]).step()
    with pytest.raises(StaleGraphError):
        loss.backward()


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_a_rule_on_values_can_be_differentiated_by_its_own_rate(momentum: float) -> None:
    """θ' = θ - lr g at the first step, so ∂θ'/∂lr = -g."""
    optimizer = optim.SGD([Value(1.0)], momentum=momentum)
    h = optimizer.coefficients({"step": 1}, optimizer.param_groups[0])
    lr = Value(0.1)
    moved = optimizer.update(Value(1.0), Value(4.0), SimpleNamespace(v=-0.0), SimpleNamespace(**{**h, "lr": lr}))
    moved.backward()
    assert moved.item() == 1.0 - 0.1 * 4.0
    assert lr.grad == -4.0


def test_amsgrad_runs_on_values_too() -> None:
    optimizer = optim.Adam([Value(1.0)], lr=0.5, amsgrad=True)
    h = SimpleNamespace(**optimizer.coefficients({"step": 1}, optimizer.param_groups[0]))
    s = SimpleNamespace(m=Value(0.0), v=Value(0.0), u=Value(9.0))
    optimizer.update(Value(1.0), Value(2.0), s, h)
    assert s.u.item() == 9.0
    assert s.v.item() == pytest.approx(0.004, rel=1e-12)


def test_a_users_own_optimiser_may_have_settings_of_its_own() -> None:
    class SignDescent(optim.Optimizer):
        """θ ← θ - lr sign(g), damped by a setting that no optimiser here has."""

        def __init__(self, params: list[Value], lr: float, damping: float) -> None:
            super().__init__(params, {"lr": lr, "damping": damping, "weight_decay": 0.0, "maximize": False})

        def coefficients(self, clock: dict[str, float], group: dict[str, float]) -> dict[str, float]:
            return {**super().coefficients(clock, group), "damping": group["damping"]}

        def rule(self, θ: float, g: float, s: SimpleNamespace, h: SimpleNamespace) -> float:  # noqa: ARG002
            return θ - h.lr * h.damping * (g / abs(g))

    w = Value(3.0)
    optimizer = SignDescent([w], lr=0.5, damping=0.5)
    (w * w).backward()
    optimizer.step()
    assert w.item() == 2.75
