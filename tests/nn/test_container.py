"""Containers: Sequential, ModuleList, ModuleDict."""

from collections import OrderedDict

import pytest

import nn


def test_sequential_feeds_each_module_with_the_one_before_it():
    double, shift = nn.Elementwise(lambda x: 2.0 * x), nn.Elementwise(lambda x: x + 1.0)
    assert nn.Sequential(double, shift)([3.0]).tolist() == [7.0]
    assert nn.Sequential(shift, double)([3.0]).tolist() == [8.0]
    assert nn.Sequential()([3.0]) == [3.0]


def test_sequential_is_indexed_sliced_extended_and_replaced_like_a_list():
    a, b, c, d = nn.Tanh(), nn.Linear(1, 1), nn.ReLU(), nn.ELU()
    net = nn.Sequential(a, b)
    assert net.append(c) is net
    assert net.extend([d]) is net
    assert (len(net), list(net), net[0], net[-1]) == (4, [a, b, c, d], a, d)
    front = net[:2]
    assert isinstance(front, nn.Sequential)
    assert list(front) == [a, b]
    assert list(net[1:].state_dict()) == ["0.weight", "0.bias"]
    assert b.weight[0, 0].label == "linear1.weight[0, 0]"
    net[-4] = d
    assert list(net) == [d, b, c, d]
    with pytest.raises(IndexError):
        net[4]
    with pytest.raises(IndexError):
        net[4] = a
    assert len(net) == 4


def test_sequential_takes_names_in_a_dict():
    net = nn.Sequential(OrderedDict(hidden=nn.Linear(2, 3), bend=nn.Tanh(), out=nn.Linear(3, 1)))
    assert list(net.state_dict()) == ["hidden.weight", "hidden.bias", "out.weight", "out.bias"]
    assert net([1.0, 2.0]).shape == (1,)
    assert repr(net[1:2]) == "Sequential(\n  (0): Tanh()\n)"


def test_a_module_list_registers_its_members():
    layers = nn.ModuleList(nn.Linear(1, 1) for _ in range(2))
    layers.append(nn.Linear(1, 1))
    assert list(layers.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias", "2.weight", "2.bias"]
    assert isinstance(layers[1:], nn.ModuleList)
    assert len(layers[1:]) == 2
    assert layers[2].bias[0].label == "linear2.bias[0]"


def test_a_module_dict_registers_its_members():
    heads = nn.ModuleDict({"mean": nn.Linear(1, 1)})
    heads["variance"] = nn.Linear(1, 1, bias=False)
    heads["mean"] = nn.Linear(1, 1, bias=False)
    assert list(heads) == list(heads.keys()) == ["mean", "variance"]
    assert list(heads.values()) == [heads["mean"], heads["variance"]]
    assert dict(heads.items()) == {"mean": heads["mean"], "variance": heads["variance"]}
    assert "mean" in heads
    assert "forward" not in heads
    assert len(heads) == 2
    assert list(heads.state_dict()) == ["mean.weight", "variance.weight"]
    with pytest.raises(KeyError, match="median"):
        heads["median"]


def sequential():
    return nn.Sequential(nn.Tanh())


@pytest.mark.parametrize(("make", "change", "kind", "message"), [
    (sequential, lambda m: m.append(nn.Tanh), TypeError, r"member '1' is <class 'nn\.activation\.Tanh'>.*nn\.Tanh\(\)"),
    (sequential, lambda m: m.extend([nn.Tanh(), 3]), TypeError, r"member '2' is 3 \(int\)"),
    (sequential, lambda m: m.append([nn.Tanh()]), TypeError, r"Sequential\(\*modules\)"),
    (sequential, lambda m: m.__setitem__(0, "tanh"), TypeError, "member '0' is 'tanh'"),
    (nn.ModuleList, lambda m: m.append(None), TypeError, "ModuleList: member '0' is None"),
    (nn.ModuleDict, lambda m: m.update({"a": nn.Tanh(), "b": 3}), TypeError, "member 'b' is 3"),
    (nn.ModuleDict, lambda m: m.update({"a": nn.Tanh(), "train": nn.Tanh()}), KeyError, "'train' cannot name"),
    (nn.ModuleDict, lambda m: m.__setitem__("a.b", nn.Tanh()), KeyError, "'a.b' cannot name"),
    (nn.ModuleDict, lambda m: m.__setitem__("", nn.Tanh()), KeyError, "'' cannot name"),
    (nn.ModuleDict, lambda m: m.__setitem__(3, nn.Tanh()), KeyError, "3 cannot name"),
], ids=["class", "one of several", "list", "replacement", "None", "dict value", "attribute", "dot", "empty name", "number"])
def test_what_cannot_be_a_member_is_refused_and_nothing_is_added(make, change, kind, message):
    container = make()
    before = list(container.named_children())
    with pytest.raises(kind, match=message):
        change(container)
    assert list(container.named_children()) == before
