"""Modules: what is registered, how it is named, switched, saved, loaded, copied and printed."""

import copy
import pickle

import numpy as np
import pytest

import nn
from autograd import Value
from tests.nn.measure import scopes
from tests.oracles import files, nets


class Net(nn.Module):
    """A net with parts of every kind."""

    def __init__(self, rng=0):
        super().__init__()
        self.first = nn.Linear(2, 3, rng=rng)
        self.scale = nn.Parameter([1.0, 2.0, 3.0])
        self.norm = nn.BatchNorm1d(3)
        self.rest = [nn.Tanh(), nn.Linear(3, 1, rng=rng)]

    def forward(self, input):
        x = self.norm(self.first(input) * np.asarray(self.scale))
        for module in self.rest:
            x = module(x)
        return x


KEYS = [
    "scale", "first.weight", "first.bias", "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
    "norm.num_batches_tracked", "rest.1.weight", "rest.1.bias",
]
X = [[1.0, 2.0], [-0.5, 0.25], [0.0, 3.0]]


def numbers(state):
    return {key: np.asarray(x).tolist() for key, x in state.items()}


def test_parameters_come_once_in_order_with_their_keys():
    net = Net()
    assert [name for name, _ in net.named_parameters()] == [key for key in KEYS if "running" not in key and "batches" not in key]
    assert [p.shape for p in net.parameters()] == [(3,), (3, 2), (3,), (3,), (3,), (1, 3), (1,)]
    assert [name for name, _ in net.named_parameters(recurse=False)] == ["scale"]


def test_modules_and_children_come_outer_before_inner():
    net = Net()
    assert [name for name, _ in net.named_modules()] == ["", "first", "norm", "rest.0", "rest.1"]
    assert next(iter(net.modules())) is net
    assert [name for name, _ in net.named_children()] == ["first", "norm", "rest.0", "rest.1"]
    assert list(net.children()) == [net.first, net.norm, *net.rest]


def test_buffers_come_with_their_keys():
    net = Net()
    assert [name for name, _ in net.named_buffers()] == [key for key in KEYS if "running" in key or "batches" in key]
    assert [np.shape(b) for b in net.buffers()] == [(3,), (3,), ()]
    assert list(net.named_buffers(recurse=False)) == []


def test_modules_in_lists_tuples_and_dicts_are_registered_wherever_they_stand():
    class Deep(nn.Module):
        def __init__(self):
            super().__init__()
            self.late = []
            self.late.append(nn.Linear(1, 1, bias=False))
            self.pair = (nn.Linear(1, 1, bias=False), "text", 3, None)
            self.heads = {"mean": nn.Linear(1, 1, bias=False), 2: nn.Linear(1, 1, bias=False)}
            self.grid = [[nn.Linear(1, 1, bias=False)], {"a": [nn.Parameter(0.0)]}]
            self.sizes = [1, 2, 3]

    deep = Deep()
    assert [name for name, _ in deep.named_parameters()] == [
        "grid.1.a.0", "late.0.weight", "pair.0.weight", "heads.mean.weight", "heads.2.weight", "grid.0.0.weight",
    ]
    assert deep.sizes == [1, 2, 3]
    assert type(deep.late) is list
    deep.late.append(nn.Linear(1, 1, bias=False))
    assert "late.1.weight" in deep.state_dict()
    deep.eval()
    assert not deep.late[1].training


def test_what_is_shared_is_yielded_once_and_saved_under_each_key():
    tied = nn.Linear(2, 2, rng=0)
    net = nn.Sequential(tied, nn.Tanh(), tied)
    assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias"]
    assert len(list(net.children())) == 2
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    out = nn.Linear(2, 2, rng=0)
    out.weight = tied.weight
    both = nn.Sequential(tied, out)
    assert len(list(both.parameters())) == 3
    assert both.summary().endswith(" 8")


def test_a_replaced_or_deleted_part_is_forgotten():
    net = Net()
    net.first = nn.Linear(2, 3, bias=False)
    assert "first.bias" not in net.state_dict()
    net.first = None
    del net.norm
    assert [key.split(".")[0] for key in net.state_dict()] == ["scale", "rest", "rest"]


def test_leaves_are_labelled_by_their_keys():
    net = Net()
    assert net.first.weight[0, 1].label == "first.weight[0, 1]"
    assert net.scale[2].label == "scale[2]"
    assert net.rest[1].bias[0].label == "rest.1.bias[0]"
    assert nn.Linear(2, 1).weight[0, 1].label == "weight[0, 1]"

    outer = nn.Sequential(net, nn.Linear(1, 1))
    assert outer[1].bias[0].label == "linear1.bias[0]"
    assert net.first.weight[0, 1].label == "net0.first.weight[0, 1]"
    net.extra = nn.Linear(1, 1)
    assert net.extra.bias[0].label == "net0.extra.bias[0]"


def test_nodes_are_made_in_the_scopes_of_their_modules():
    y = Net().eval()(X[0])
    assert scopes(y[0]) == {
        "net", *(f"net/{part}{j}" for part in ("first/neuron", "norm/feature") for j in range(3)), "net/rest.0", "net/rest.1/neuron0",
    }


def test_lists_of_modules_give_their_members_scopes_of_their_own():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.ModuleList([nn.Tanh()])
            self.b = nn.ModuleDict({"c": nn.Tanh()})
            self.d = nn.Sequential(nn.Tanh())

        def forward(self, input):
            return self.d(self.b["c"](self.a[0](input)))

    assert scopes(Two()([Value(1.0)])[0]) == {"two/a.0", "two/b.c", "two/d/tanh0"}


def test_what_comes_into_a_list_later_is_named_when_the_net_is_called():
    class Late(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers, self.shifts = [], {}
            for _ in range(2):
                self.layers.append(nn.Linear(1, 1))
            self.shifts["a"] = nn.Parameter([0.0])

        def forward(self, input):
            return self.layers[1](self.layers[0](input)) + self.shifts["a"]

    late = Late()
    assert scopes(late([1.0])[0]) == {"late", "late/layers.0/neuron0", "late/layers.1/neuron0"}
    assert [p.label for p in late.parameters()] == [name for name, _ in late.named_parameters()]
    outer = nn.Sequential(late)
    late.layers.append(nn.Linear(1, 1))
    outer([1.0])
    assert late.layers[2].bias[0].label == "late0.layers.2.bias[0]"


def test_the_scope_ends_where_forward_raises():
    with pytest.raises(ValueError, match="features"):
        nn.Linear(2, 1)([1.0])
    assert (Value(1.0) + 1.0).place is None


def test_train_and_eval_switch_everything_inside():
    net = Net()
    assert all(m.training for m in net.modules())
    assert net.eval() is net
    assert not any(m.training for m in net.modules())
    assert net.train() is net
    assert all(m.training for m in net.modules())
    net.norm.eval()
    assert net.training


def test_zero_grad_forgets_every_gradient():
    net = Net()
    nn.functional.mse_loss(net(X), [[0.0]] * 3).backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all(np.array_equal(p.grad, np.zeros(p.shape)) for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all(p.grad is None for p in net.parameters())


def test_apply_calls_inner_modules_first():
    net, seen = Net(), []
    assert net.apply(seen.append) is net
    assert seen == [net.first, net.norm, *net.rest, net]


def test_a_parameter_gives_way_to_a_parameter_or_none_only():
    layer = nn.Linear(1, 1, rng=0)
    held = layer.weight
    for wrong in (3.0, held - 1.0, np.ones((1, 1)), nn.Tanh()):
        with pytest.raises(TypeError, match=r"Linear\.weight is a Parameter.*weight\.data ="):
            layer.weight = wrong
        assert layer.weight is held
    layer.weight = nn.Parameter([[2.0]])
    layer.bias = None
    assert list(layer.state_dict()) == ["weight"]


def test_a_net_does_not_contain_itself():
    net = Net()
    for holder in (net, net.rest[1]):
        before = dict(vars(holder))
        for part in (net, [net], {"net": net}):
            with pytest.raises(ValueError, match=r"\.parent: .*contains itself"):
                holder.parent = part
        assert vars(holder) == before


def test_a_module_gives_way_to_a_module_or_none_only():
    net = Net()
    held = net.first
    for wrong in (3.0, nn.Parameter(0.0), "linear"):
        with pytest.raises(TypeError, match=r"Net\.first is a Linear"):
            net.first = wrong
        assert net.first is held


@pytest.mark.parametrize("part", [nn.Tanh(), nn.Parameter(0.0), [nn.Tanh()], {"a": nn.Tanh()}], ids=["module", "parameter", "list", "dict"])
def test_a_forgotten_super_init_is_pointed_out_when_a_part_is_assigned(part):
    class Forgetful(nn.Module):
        def __init__(self):
            self.width = 3
            self.part = part

    with pytest.raises(AttributeError, match=r"Forgetful cannot hold 'part' yet.*super\(\).__init__\(\)"):
        Forgetful()


def test_a_forgotten_super_init_is_pointed_out_when_it_is_called():
    class Forgetful(nn.Module):
        def __init__(self):
            self.width = 3

        def forward(self, input):
            return input

    with pytest.raises(AttributeError, match=r"be called yet.*super\(\).__init__\(\)"):
        Forgetful()([1.0])
    with pytest.raises(AttributeError, match=r"super\(\).__init__\(\)"):
        Forgetful().register_buffer("mean", 0.0)


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match=r"Module has no forward. Define forward\(self, input\)"):
        nn.Module()([1.0])


def test_the_mode_is_true_or_false():
    net = Net()
    with pytest.raises(ValueError, match="the mode is 'eval'"):
        net.train("eval")
    assert all(m.training for m in net.modules())


def test_properties_and_slots_of_a_subclass_keep_working():
    class Named(nn.Module):
        @property
        def width(self):
            return self._width

        @width.setter
        def width(self, n):
            self._width = 2 * n

    named = Named()
    named.width = 3
    assert named.width == 6


# Buffers


def test_a_buffer_is_kept_as_floats_or_an_integer():
    module = nn.Module()
    source = np.array([1.0, 2.0])
    module.register_buffer("mean", source)
    module.register_buffer("count", 3)
    module.register_buffer("nothing", None)
    module.register_buffer("hidden", [1.0], persistent=False)
    source[0] = 9.0
    assert module.mean.tolist() == [1.0, 2.0]
    assert numbers(module.state_dict()) == {"mean": [1.0, 2.0], "count": 3}
    module.mean = [3, 4]
    module.count = np.int64(5)
    assert module.mean.dtype == np.float64
    assert type(module.count) is int
    assert [name for name, _ in module.named_buffers()] == ["mean", "count", "hidden"]


@pytest.mark.parametrize(("name", "value", "kind"), [
    ("forward", 1.0, KeyError), ("mean", 1.0, KeyError), ("a.b", 1.0, KeyError), (" ", 1.0, KeyError), ("new", "text", TypeError),
    ("new", [Value(1.0)], TypeError), ("new", True, TypeError),
])
def test_a_buffer_with_a_bad_name_or_value_is_refused(name, value, kind):
    module = nn.Module()
    module.register_buffer("mean", [1.0])
    with pytest.raises(kind, match=name):
        module.register_buffer(name, value)
    assert numbers(module.state_dict()) == {"mean": [1.0]}


@pytest.mark.parametrize("wrong", ["text", [Value(1.0)], nn.Parameter(0.0), nn.Tanh()], ids=["text", "Value", "Parameter", "Module"])
def test_a_buffer_is_replaced_by_numbers_only(wrong):
    module = nn.Module()
    module.register_buffer("mean", [1.0])
    with pytest.raises(TypeError, match="mean"):
        module.mean = wrong
    assert module.mean.tolist() == [1.0]


# State


def trained():
    net = Net(rng=1)
    net(X)
    net.scale.data = [0.5, -0.25, 1e-300]
    return net


def test_state_is_arrays_of_floats_under_pytorchs_keys():
    state = trained().state_dict()
    assert list(state) == KEYS
    assert all(type(x) is np.ndarray and x.dtype == np.float64 for key, x in state.items() if key != "norm.num_batches_tracked")
    assert state["norm.num_batches_tracked"] == 1
    assert type(state["norm.num_batches_tracked"]) is int


def test_state_is_a_copy():
    net = trained()
    before = numbers(net.state_dict())
    for x in net.state_dict().values():
        if isinstance(x, np.ndarray):
            x[...] = 7.0
    assert numbers(net.state_dict()) == before


def test_a_state_put_into_another_net_makes_it_the_same():
    net, other = trained(), Net(rng=2)
    state = net.state_dict()
    assert other.load_state_dict(state) == ([], [])
    assert numbers(other.state_dict()) == numbers(state)
    assert [y.item() for y in other(X)[:, 0]] == [y.item() for y in net(X)[:, 0]]
    state["norm.running_mean"][0] = 7.0
    assert other.norm.running_mean[0] != 7.0


def test_lists_parameters_and_narrow_floats_can_be_loaded():
    layer = nn.Linear(2, 1)
    layer.load_state_dict({"weight": [[1, 2]], "bias": np.array([0.5], dtype=np.float32)})
    assert numbers(layer.state_dict()) == {"weight": [[1.0, 2.0]], "bias": [0.5]}
    other = nn.Linear(2, 1)
    other.load_state_dict(dict(layer.named_parameters()))
    assert numbers(other.state_dict()) == numbers(layer.state_dict())
    assert other.weight[0, 0] is not layer.weight[0, 0]


BAD_STATES = {
    "a key is missing": (lambda s: s.pop("scale"), ["'scale' is missing"]),
    "a key is unexpected": (lambda s: s.update(more=[1.0]), ["'more' is unexpected"]),
    "a shape is transposed": (lambda s: s.update({"first.weight": np.zeros((2, 3))}), [r"'first.weight' has shape \(2, 3\), and \(3, 2\)"]),
    "a number stands for many": (lambda s: s.update({"first.bias": 0.0}), [r"'first.bias' has shape \(\), and \(3,\) here"]),
    "text": (lambda s: s.update({"first.bias": ["a", "b", "c"]}), ["'first.bias': 'a'"]),
    "truth values": (lambda s: s.update({"first.bias": np.array([True, False, True])}), ["'first.bias': True"]),
    "None": (lambda s: s.update({"norm.running_var": None}), ["'norm.running_var': None"]),
    "Values": (lambda s: s.update({"scale": [Value(1.0)] * 3}), ["'scale': Values"]),
    "ragged rows": (lambda s: s.update({"first.weight": [[1.0], [2.0, 3.0], [4.0]]}), ["'first.weight': the rows"]),
    "a fraction that counts": (lambda s: s.update({"norm.num_batches_tracked": 1.5}), ["'norm.num_batches_tracked' is 1.5"]),
    "infinitely many": (lambda s: s.update({"norm.num_batches_tracked": float("inf")}), ["'norm.num_batches_tracked' is inf"]),
    "several at once": (lambda s: (s.pop("scale"), s.update({"more": 1, "first.bias": "a"})),
                        ["'scale' is missing", "'more' is unexpected", "'first.bias': 'a'"]),
}


@pytest.mark.parametrize("case", BAD_STATES)
def test_a_state_that_does_not_fit_is_refused_whole(case):
    spoil, complaints = BAD_STATES[case]
    net, state = trained(), Net(rng=2).state_dict()
    before = numbers(net.state_dict())
    spoil(state)
    with pytest.raises(ValueError, match=r"Net\.load_state_dict: the state does not fit, and nothing was written") as caught:
        net.load_state_dict(state)
    for complaint in complaints:
        assert caught.match(complaint)
    assert numbers(net.state_dict()) == before


@pytest.mark.parametrize("state", [None, [1.0], "weights.json"], ids=repr)
def test_a_state_is_a_mapping(state):
    with pytest.raises(TypeError, match=r"state_dict\(\)"):
        nn.Linear(1, 1).load_state_dict(state)


def test_not_strict_passes_over_keys_but_not_over_shapes():
    layer = nn.Linear(1, 1)
    found = layer.load_state_dict({"weight": [[2.0]], "more": 1.0}, strict=False)
    assert (found.missing_keys, found.unexpected_keys) == (["bias"], ["more"])
    assert layer.weight.item() == 2.0
    with pytest.raises(ValueError, match="'weight' has shape"):
        layer.load_state_dict({"weight": [2.0], "bias": [7.0]}, strict=False)
    assert layer.bias.item() != 7.0


# Copies


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))], ids=["deepcopy", "pickle"])
def test_a_copy_is_equal_and_independent(copied):
    net = trained()
    other = copied(net)
    before = numbers(net.state_dict())
    assert numbers(other.state_dict()) == before
    assert [p.label for p in other.parameters()] == [p.label for p in net.parameters()]
    assert not {id(leaf) for p in net.parameters() for leaf in np.asarray(p).flat} & {
        id(leaf) for p in other.parameters() for leaf in np.asarray(p).flat
    }
    other.train()(X)
    nn.functional.mse_loss(other(X), [[0.0]] * 3).backward()
    for p in other.parameters():
        p.data -= 0.1 * p.grad
    assert numbers(net.state_dict()) == before
    assert all(p.grad is None for p in net.parameters())
    assert numbers(other.state_dict()) != before


def test_what_is_shared_stays_shared_in_a_copy():
    tied = nn.Linear(2, 2)
    other = copy.deepcopy(nn.Sequential(tied, tied))
    assert other[0] is other[1]


# Printed forms


def test_nets_are_printed_as_pytorch_prints_them():
    specs = [spec for spec in nets.PRINTED if "Maxout" not in spec and ["ScaledTanh"] not in spec]
    expected = files.load("layers")["printed"]
    assert [repr(nets.built(nn, spec)) for spec in specs] == expected


def test_own_settings_stand_before_the_modules_inside():
    assert repr(nn.Layer(2, 3, "relu")) == "Layer(\n  in_features=2, out_features=3, bias=True\n  (activation): ReLU()\n)"


def test_the_summary_lists_names_classes_outputs_and_parameters():
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.BatchNorm1d(4), nn.Dropout(), nn.MLP(4, [2, 1]))
    assert net.summary().splitlines() == [
        "name   class        outputs  parameters",
        "0      Linear             4          16",
        "1      Tanh               4           0",
        "2      BatchNorm1d        4           8",
        "3      Dropout            4           0",
        "4.0    Linear             2          10",
        "4.1    Tanh               2           0",
        "4.2    Linear             1           3",
        "4.3    Identity           1           0",
        "total                                37",
    ]
    assert repr(net.summary()) == str(net.summary())


def test_the_summary_of_a_net_of_neurons():
    net = nn.Sequential(nn.Layer(2, 3), nn.Neuron(3, "relu"))
    assert [line.split()[-2:] for line in net.summary().splitlines()[1:-1]] == [["3", "9"], ["Tanh", "0"], ["1", "4"], ["ReLU", "0"]]


def test_the_summary_leaves_open_what_only_forward_knows():
    lines = Net().summary().splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [
        ["net", "Net", "3"], ["first", "Linear", "3"], ["norm", "BatchNorm1d", "3"], ["rest.0", "Tanh", "0"], ["rest.1", "Linear", "1"],
        ["total", "22"],
    ]
