"""What a step does to parameters, gradients and groups, for every optimiser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import optim
from tests.optim.leaves import Leaf, bits, every_class, every_variant, fed, gradients, step

GRADIENTS = gradients(20, 3)
START = np.array([1.0, -2.0, 0.5])


@every_class
def test_a_parameter_without_a_gradient_is_passed_over(cls: type[optim.Optimizer]) -> None:
    idle, busy = Leaf(1.0), Leaf(2.0, grad=0.5)
    optimizer = cls([idle, busy])
    step(optimizer)
    assert idle.data == 1.0
    assert idle not in optimizer.state
    assert busy.data != 2.0


@every_class
def test_a_parameter_that_was_passed_over_starts_its_own_count(cls: type[optim.Optimizer]) -> None:
    late, alone = Leaf(1.0), Leaf(1.0)
    optimizer, other = cls([late, Leaf(2.0, grad=0.5)]), cls([alone])
    for _ in range(3):
        step(optimizer)
    assert fed(optimizer, late, [0.3, 0.2]) == fed(other, alone, [0.3, 0.2])


@every_class
def test_zero_grad_forgets_every_gradient(cls: type[optim.Optimizer]) -> None:
    leaves = [Leaf(1.0, grad=2.0), Leaf(START, grad=START)]
    cls(leaves).zero_grad()
    assert [leaf.grad for leaf in leaves] == [None, None]


@every_class
def test_zero_grad_may_leave_zeros_where_there_was_a_gradient(cls: type[optim.Optimizer]) -> None:
    number, array, none = Leaf(1.0, grad=np.inf), Leaf(START, grad=np.full(3, np.nan)), Leaf(1.0)
    cls([number, array, none]).zero_grad(set_to_none=False)
    assert bits(number.grad) == bits(0.0)
    assert bits(array.grad) == bits(np.zeros(3))
    assert none.grad is None


@every_class
def test_a_step_calls_the_closure_once_and_returns_its_loss(cls: type[optim.Optimizer]) -> None:
    leaf, calls, loss = Leaf(1.0), [], object()

    def closure() -> object:
        calls.append(leaf.data)
        leaf.grad = 2.0 * leaf.data
        return loss

    assert cls([leaf]).step(closure) is loss
    assert calls == [1.0]
    assert leaf.data < 1.0


@every_class
def test_a_closure_that_fails_changes_nothing(cls: type[optim.Optimizer]) -> None:
    leaf = Leaf(START, grad=START)
    optimizer = cls([leaf])
    step(optimizer)
    before = bits(leaf.data), bits(leaf.grad), {k: bits(x) for k, x in optimizer.state[leaf].items()}
    with pytest.raises(ZeroDivisionError):
        optimizer.step(lambda: 1 / 0)
    assert (bits(leaf.data), bits(leaf.grad), {k: bits(x) for k, x in optimizer.state[leaf].items()}) == before


@every_variant
def test_a_step_writes_into_no_array_it_was_given(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    leaf = Leaf(START)
    optimizer = cls([leaf], **settings)
    fed(optimizer, leaf, GRADIENTS)
    leaf.grad = GRADIENTS[0]
    held = [leaf.data, leaf.grad, *(x for x in optimizer.state[leaf].values() if isinstance(x, np.ndarray))]
    before = [bits(x) for x in held]
    step(optimizer)
    assert [bits(x) for x in held] == before


@every_variant
def test_maximize_climbs_f_where_the_plain_rule_descends_minus_f(cls: type[optim.Optimizer], settings: dict[str, Any]) -> None:
    up, down = Leaf(START), Leaf(START)
    climbed = fed(cls([up], **{**settings, "maximize": True}), up, GRADIENTS)
    assert bits(climbed) == bits(fed(cls([down], **{**settings, "maximize": False}), down, -GRADIENTS))


@every_class
def test_a_rate_of_0_moves_nothing(cls: type[optim.Optimizer]) -> None:
    leaf = Leaf(START)
    assert bits(fed(cls([leaf], lr=0.0), leaf, GRADIENTS)[-1]) == bits(START)


@every_class
def test_each_group_has_its_own_settings_and_shares_the_others(cls: type[optim.Optimizer]) -> None:
    fast, slow = Leaf(START), Leaf(START)
    optimizer = cls([{"params": [fast], "lr": 0.3}, {"params": [slow]}], lr=0.1)
    assert [group["lr"] for group in optimizer.param_groups] == [0.3, 0.1]
    alone = {lr: Leaf(START) for lr in (0.3, 0.1)}
    assert bits(fed(optimizer, fast, GRADIENTS)) == bits(fed(cls([alone[0.3]], lr=0.3), alone[0.3], GRADIENTS))
    fast.grad = None
    assert bits(fed(optimizer, slow, GRADIENTS)) == bits(fed(cls([alone[0.1]], lr=0.1), alone[0.1], GRADIENTS))


@every_class
def test_a_group_may_join_later(cls: type[optim.Optimizer]) -> None:
    first, second = Leaf(1.0), Leaf(2.0)
    optimizer = cls([first])
    given = {"params": (leaf for leaf in [second]), "lr": 0.5}
    optimizer.add_param_group(given)
    assert optimizer.param_groups[1]["params"] == [second]
    assert set(given) == {"params", "lr"}
    second.grad = 1.0
    step(optimizer)
    assert second.data < 2.0


@every_class
def test_parameters_may_come_from_a_generator(cls: type[optim.Optimizer]) -> None:
    leaves = [Leaf(1.0), Leaf(2.0)]
    assert cls(leaf for leaf in leaves).param_groups[0]["params"] == leaves


@every_class
def test_a_rate_written_by_a_schedule_holds_from_the_next_step(cls: type[optim.Optimizer]) -> None:
    leaf, other = Leaf(START), Leaf(START)
    optimizer = cls([leaf], lr=0.5)
    optimizer.param_groups[0]["lr"] = 0.1
    assert bits(fed(optimizer, leaf, GRADIENTS[:1])) == bits(fed(cls([other], lr=0.1), other, GRADIENTS[:1]))


@every_class
def test_numpy_numbers_serve_as_settings_data_and_gradients(cls: type[optim.Optimizer]) -> None:
    plain, numpy = Leaf(1.5), Leaf(np.float64(1.5))
    path = fed(cls([plain], lr=0.25), plain, [0.5, -0.5])
    assert bits(fed(cls([numpy], lr=np.float64(0.25)), numpy, [np.float32(0.5), np.float64(-0.5)])) == bits(path)


@every_class
def test_an_array_without_axes_is_a_single_number(cls: type[optim.Optimizer]) -> None:
    bare, plain = Leaf(np.array(1.5)), Leaf(1.5)
    path = fed(cls([bare]), bare, [np.array(0.5), np.array(-0.5)])
    assert bits(path) == bits(fed(cls([plain]), plain, [0.5, -0.5]))
