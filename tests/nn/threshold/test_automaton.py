"""Any finite automaton is a net of McCulloch-Pitts units: against the table itself, on all short strings."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nn import AutomatonNet, McCullochPitts

ENDS_IN_01 = {"start": {"0": "0", "1": "start"}, "0": {"0": "0", "1": "01"}, "01": {"0": "0", "1": "start"}}
PARITY = {"even": {"0": "even", "1": "odd"}, "odd": {"0": "odd", "1": "even"}}
BY_THREE = {r: {"0": 2 * r % 3, "1": (2 * r + 1) % 3} for r in range(3)}
NO_BB = {"": {"a": "", "b": "b"}, "b": {"a": "", "b": "trap"}, "trap": {"a": "trap", "b": "trap"}}
AUTOMATA = {
    "ends in 01": (ENDS_IN_01, "start", ["01"], lambda s: s.endswith("01")),
    "an odd number of 1s": (PARITY, "even", ["odd"], lambda s: s.count("1") % 2 == 1),
    "a binary number that 3 divides": (BY_THREE, 0, [0], lambda s: int("0" + s, 2) % 3 == 0),
    "no b after a b": (NO_BB, "", ["", "b"], lambda s: "bb" not in s),
    "everything": ({1: {"x": 1}}, 1, [1], lambda s: True),
    "nothing": ({1: {"x": 1}}, 1, [], lambda s: False),
}


def strings(symbols, longest):
    return ["".join(s) for n in range(longest + 1) for s in product(symbols, repeat=n)]


def states(table, start, string):
    """The states that the table goes through."""
    found = [start]
    for symbol in string:
        found.append(table[found[-1]][symbol])
    return found


@pytest.mark.parametrize("name", AUTOMATA)
def test_it_accepts_what_the_language_has(name):
    table, start, accepting, language = AUTOMATA[name]
    net = AutomatonNet(table, start, accepting)
    for s in strings(net.symbols, 8):
        assert net(s) == int(language(s)), s


@pytest.mark.parametrize("name", AUTOMATA)
def test_its_units_go_through_the_states_of_the_table(name):
    table, start, accepting, _ = AUTOMATA[name]
    net = AutomatonNet(table, start, accepting)
    for s in strings(net.symbols, 6):
        assert net.path(s) == states(table, start, s)


@st.composite
def automata(draw):
    """Any table of up to five states and three symbols, its start and its accepting states."""
    n, symbols = draw(st.integers(1, 5)), draw(st.sampled_from(["a", "ab", "abc"]))
    table = {q: {a: draw(st.integers(0, n - 1)) for a in symbols} for q in range(n)}
    return table, draw(st.integers(0, n - 1)), draw(st.sets(st.integers(0, n - 1))), draw(st.lists(st.sampled_from(symbols), max_size=10))


@given(automata())
@settings(max_examples=150, deadline=None)
def test_any_automaton_runs_as_its_table_does(drawn):
    table, start, accepting, string = drawn
    net = AutomatonNet(table, start, accepting)
    expected = states(table, start, string)
    assert net.path(string) == expected
    assert net(string) == int(expected[-1] in accepting)


@given(automata())
@settings(max_examples=100, deadline=None)
def test_for_each_symbol_just_the_unit_of_that_state_and_symbol_fires_and_accept_a_tick_after(drawn):
    table, start, accepting, string = drawn
    net = AutomatonNet(table, start, accepting)
    history, passed = net.run(string), states(table, start, string)
    assert history.shape == (len(string) + 2, len(net.pairs) + 1)
    assert not history[0].any()
    for t, (q, a) in enumerate(zip(passed, string, strict=False), start=1):
        assert [net.pairs[i] for i in history[t, :-1].nonzero()[0]] == [(q, a)]
    assert not history[-1, :-1].any()
    assert history[1:, -1].tolist() == [int(q in accepting) for q in passed]


def test_only_mcculloch_pitts_units_are_used_a_unit_for_each_state_and_symbol_and_one_more():
    net = AutomatonNet(ENDS_IN_01, "start", ["01"])
    assert all(type(unit) is McCullochPitts for unit, _ in net.net.wiring)
    assert len(net.net.wiring) == 3 * 2 + 1
    assert repr(net) == "<AutomatonNet: 3 states, 2 symbols, 7 units>"


def test_the_table_is_copied():
    table = {q: dict(row) for q, row in PARITY.items()}
    net = AutomatonNet(table, "even", ["odd"])
    table["even"]["1"] = "even"
    assert (net("1"), net.path("1")) == (1, ["even", "odd"])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: AutomatonNet([1], 1, []), TypeError, r"the table is \[1\]. Give \{state: \{symbol: next state\}\}"),
        (lambda: AutomatonNet({"a": "b"}, "a", []), TypeError, r"the table is"),
        (lambda: AutomatonNet(PARITY, "none", []), ValueError, r"'none' is no state of the table"),
        (lambda: AutomatonNet({}, 0, []), ValueError, r"0 is no state of the table"),
        (lambda: AutomatonNet(PARITY, "even", ["neither"]), ValueError, r"'neither' is no state"),
        (lambda: AutomatonNet(PARITY, "even", "odd"), TypeError, r"accepting is 'odd'. Give a list of states"),
        (lambda: AutomatonNet(PARITY, "even", None), TypeError, r"accepting is None. Give a list of states"),
        (lambda: AutomatonNet({0: {"a": 7}}, 0, []), ValueError, r"7 is no state"),
        (lambda: AutomatonNet({0: {"a": 0, "b": 0}, 1: {"a": 0}}, 0, []), ValueError, r"state 1 has the symbols \['a'\], and 0 has"),
        (lambda: AutomatonNet({0: {}}, 0, []), ValueError, r"state 0 has the symbols \[\]"),
        (lambda: AutomatonNet(PARITY, "even", ["odd"])("102"), ValueError, r"'2' is no symbol of this automaton. .* '0', '1'"),
        (lambda: AutomatonNet(PARITY, "even", ["odd"])(101), TypeError, r"101 \(int\) is no string"),
    ],
)
def test_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
