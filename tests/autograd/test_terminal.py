"""The command line, and stepping in a terminal: a real one, as far as the program can tell."""

import ast
import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from autograd import Value, _terminal, steps
from autograd._terminal import command
from autograd._terminal.expression import CALLS, graph_of
from autograd._terminal.play import play
from autograd._terminal.reading import ExpressionError
from autograd._terminal.view import View
from autograd.ops import TABLE

NEURON = "tanh(w*x + b)"
NUMBERS = {"w": 0.5, "x": 2.0, "b": -1.0}


# Reading expressions


@pytest.mark.parametrize(("text", "value"), [
    ("x + 2*x - x/4 + x**2", 2.0 + 4.0 - 0.5 + 4.0),
    ("-x**2", -4.0),
    ("+x - -x", 4.0),
    ("2**-x", 0.25),
    ("(x + 1)*(x - 1)", 3.0),
    ("a = x*3; a*a", 36.0),
    ("a = x*3\n  b = a + 1 # a comment\n  b", 7.0),
    ("x = 1; y = 2; x + y", 3.0),
    ("maximum(x, 3) + leaky_relu(-x) + leaky_relu(-x, 0.5)", 3.0 - 0.02 - 1.0),
    ("sum(x, x, 1) + sum([x, 1]) + mean(x, 4) + dot([x, 2], [3, x])", 5.0 + 3.0 + 3.0 + 10.0),
    ("9**9**9 + x", float("inf")),
    ("x*1e400", float("inf")),
    ("x/0", float("inf")),
    ("θ = x; θ", 2.0),
])
def test_an_expression_is_computed(text, value):
    assert graph_of(text, {} if text.startswith("x =") else {"x": 2.0}).item() == pytest.approx(value)


@pytest.mark.parametrize("name", sorted({*CALLS} - {"mean"}))
def test_every_operation_of_the_table_can_be_written(name):
    op = TABLE[name]
    inputs = ["x", "t"][: len(op.partials)]
    text = f"{name}({', '.join(f'[{x}]' if op.nary else x for x in inputs)})"
    numbers = dict(zip(inputs, (0.25, 0.75), strict=False))
    assert graph_of(text, numbers).item() == op(*([[x] for x in numbers.values()] if op.nary else numbers.values()))


def test_names_become_labels_and_the_output_is_y():
    out = graph_of("a = w*x; tanh(a + b)", NUMBERS)
    assert list(steps(out).names.values()) == ["w", "x", "b", "a", "v1", "y"]
    assert graph_of("loss = w**2", {"w": 1.0}).label == "loss"
    assert graph_of("y**2", {"y": 1.0}).label == "out"
    assert graph_of("y + out", {"y": 1.0, "out": 2.0}).label == ""
    assert steps(graph_of("c = w; c*w", {"w": 1.0}))[0].formula == "c = identity(w)"


@pytest.mark.parametrize(("text", "place", "message"), [
    ("w*X + 1", "X", "X has no number. Add what you want there, such as X=1."),
    ("w*bias", "bias", "bias has no number"),
    ("p + q*r + w", "p", "p, q and r have no numbers. Add what you want there, such as p=1 q=1 r=1."),
    ("ww*w", "ww", "Did you mean w?"),
    ("tahn(w)", "tahn", "There is no function tahn. Did you mean tan or tanh?"),
    ("ln(w)", "ln", "Did you mean log?"),
    ("max(w, 0)", "max", "Did you mean maximum?"),
    ("frobnicate(w)", "frobnicate", "There are abs, acos,"),
    ("eval(w)", "eval", "There is no function eval."),
    ("tanh + w", "tanh", "tanh is a function: write what it is taken of in brackets, as in tanh(x)."),
    ("w.data + 1", "w.data", "A dot after a name reaches into Python's objects, and there are none here."),
    ("w.exp()", "w.exp", "Write a function as tanh(x)."),
    ("w[0]", "w[0]", "Give each number a name of its own"),
    ("w + w^2", "w + w^2", "A power is written **, as in x**2."),
    ("w @ w", "w @ w", "dot([a, b], [c, d])"),
    ("w // 2", "w // 2", "slope 0"),
    ("w % 2", "w % 2", "remainder"),
    ("w > 0", "w > 0", "A comparison has no slope."),
    ("w if w else 1", "w if w else 1", "A choice has no slope."),
    ("w, w", "w, w", "Only one number can come out."),
    ("[w, w]", "[w, w]", "Only one number can come out."),
    ("a = [w, w]; sum(a)", "[w, w]", "A name stands for one number, and this is a list."),
    ("not w", "not w", "This is Python, and no formula."),
    ("[w for w in w]", "[w for w in w]", "This is Python, and no formula."),
    ("f'{w}'", "f'{w}'", "This is Python, and no formula."),
    ("'w'", "'w'", "is no number"),
    ("w + 2j", "2j", "is no number"),
    ("True*w", "True", "True is a word of Python's own, and no name."),
    ("lambda*w", "lambda", "Call it lambda_, say."),
    ("import os", "import", "is a word of Python's own"),
    ("2w", "2w", "Is a sign missing here? A product is written with *, as in 2*x."),
    ("w w", "w ", "Is a sign missing here?"),
    ("2(w + 1)", "2(w + 1)", "Is a * missing before the bracket?"),
    ("w(w + 1)", "w(w + 1)", "Is a * missing before the bracket?"),
    ("(w + 1)(w + 2)", "(w + 1)(w + 2)", "Is a * missing before the bracket?"),
    ("tanh(w", "(", "The bracket '(' is never closed."),
    ("tanh(w))", ")", "The bracket ')' closes nothing that is open here."),
    ("tanh(w]", "]", "The bracket ']' closes nothing that is open here."),
    ("2·w", "·", "Write * for ·."),
    ("w²", "²", "Write **2 for ²."),
    ("w − 1", "−", "Write - for −."),
    ("w*", "", "This cannot be read. Use numbers, names, + - * / **"),
    ("2 + 3", "2 + 3", "This has no names, so there is nothing to differentiate by."),
    ("a = 1; a = w; a", "a", "a is given twice."),
    ("w = 3; w", "w", "w is given twice."),
    ("a = b = w", "a", "On the left of = stands one name"),
    ("a, b = w", "a, b", "On the left of = stands one name"),
    ("a += w", "a += w", "Give the new node a new name"),
    ("w*2; w*3", "w*2", "This is computed and then not used."),
    ("a = c*2; c = w; a + c", "c", "c is used before it is given."),
    ("a = w*2\nθ = a*3\n  θ + tanh(β*a)\nw", "β", "β has no number"),
    ("a = w*2\nb = θ θ\na", "θ ", "Is a sign missing here?"),
    ("a = w*2\nb = (a\n", "(", "The bracket '(' is never closed."),
    ("a = w*2\nb = a²\nb", "²", "Write **2 for ²."),
    ("tanh(w, w)", "tanh(w, w)", "tanh: the number of inputs is 2."),
    ("tanh(x=w)", "tanh(x=w)", "Give the inputs of tanh one after the other"),
    ("tanh(*w)", "tanh(*w)", "Give the inputs of tanh one after the other"),
    ("tanh([w])", "tanh([w])", "tanh takes numbers"),
    ("dot(w, w)", "dot(w, w)", "Give dot two lists"),
    ("dot([w], [w, w])", "dot([w], [w, w])", "Each x needs its y."),
    ("sum([w], w)", "sum([w], w)", "Give sum one list"),
    ("mean()", "mean()", "the sequence is empty"),
    ("9" * 400 + "*w", "9" * 72, "Write it as a power of ten"),
])
def test_what_cannot_be_read_is_shown_with_its_place_and_a_remedy(text, place, message):
    with pytest.raises(ExpressionError) as caught:
        graph_of(text, {"w": 1.0})
    said, line, mark = str(caught.value).split("\n")
    assert message in said
    assert re.fullmatch(r" {4,}\^+", mark)
    assert line.ljust(len(mark))[mark.index("^") :].startswith(place)
    assert mark.count("^") == max(1, len(place))


@pytest.mark.parametrize(("text", "message"), [
    ("", "The expression is empty"),
    ("  # nothing", "The expression is empty"),
    ("-" * 9000 + "w", "nested"),
    ("(" * 150 + "w" + ")" * 150, None),
    ("(" * 250 + "w" + ")" * 250, "nested too deeply"),
    ("w" + "+w" * 140, None),
    ("w" + "+w" * 300, "nested more than 150 deep. Give parts of it names"),
    ("w" + "+w" * 4000, "nested"),
    ("exp(" * 190 + "w" + ")" * 190, "nested more than 150 deep"),
    ("w" * 10_001, "has 10,001 characters, and up to 10,000 are read"),
    ("9" * 5000 + "*w", "cannot be read"),
    ("w\0", "cannot be read"),
    ("\ud800*w", "cannot be read"),
])
def test_what_is_huge_or_deep_does_no_harm(text, message):
    if message is None:
        assert graph_of(text, {"w": 1.0}).item() == pytest.approx(1.0 + text.count("+"))
        return
    with pytest.raises(ExpressionError, match=re.escape(message)):
        graph_of(text, {"w": 1.0})


def test_a_number_without_a_use_is_named():
    with pytest.raises(ExpressionError, match=r"^wight is given, but not used. Leave it out. Did you mean weight\?$"):
        graph_of("2*weight", {"weight": 1.0, "wight": 1.0})


PIECES = ["w", "x", "2", "+", "-", "*", "**", "/", "(", ")", "tanh", "sum", "dot", "[", "]", ",", ";", "=", ".", " ", "\n", "lambda", ":",
          "'", "{", "}", "@", "\x1b", "\0", "é", "not", "__class__", "9e999", "0x", "_", "\\", "#", "for", "in", "if", "yield", "print"]


@settings(deadline=None, max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("__import__('os').system('true')")
@example("w.__class__.__mro__")
@example("(lambda: w)()")
@example("print(w)")
@example("[x for x in ().__class__.__base__.__subclasses__()]")
@example("(w := 3)")
def test_any_text_is_a_graph_or_an_error_and_nothing_is_run(text):
    def nothing(*_):
        raise AssertionError(text)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("eval", "exec", "print", "open", "input"):
            patch.setattr(f"builtins.{name}", nothing)
        with contextlib.suppress(ExpressionError):
            assert isinstance(graph_of(text, {"w": 1.0, "x": 2.0}), Value)


def test_the_reader_never_calls_on_python_to_compute():
    sources = [ast.parse(path.read_text()) for path in Path(_terminal.__file__).parent.glob("*.py")]
    calls = [node.func for source in sources for node in ast.walk(source) if isinstance(node, ast.Call)]
    called = {function.id for function in calls if isinstance(function, ast.Name)}
    assert not called & {"eval", "exec", "compile", "__import__", "setattr"}


# The screen


def screen(view, at, width=80, height=24):
    return "\n".join(text for _, text in view.lines(at, width, height))


def view_of(text=NEURON, numbers=NUMBERS):
    return View(steps(graph_of(text, numbers)), text)


def test_forward_numbers_are_not_yet_known_before_their_step():
    view = view_of()
    assert screen(view, 1) == """\
tanh(w*x + b)                                               step 2 of 9, forward

  node  formula       number   gradient
  w     given            0.5   not yet
  x     given              2   not yet
· b     given             -1   not yet
· v1    w*x                1   not yet
▸ v2    v1 + b             0   not yet
  y     tanh(v2)     not yet   not yet

Compute v2 = v1 + b: 1 + (-1) = 0.

← back   → next   Home first   End last   q quit"""


def test_backward_gradients_are_not_yet_known_before_they_arrive():
    view = view_of("x*x + x", {"x": 3.0})
    assert screen(view, 4) == """\
x*x + x                                                    step 5 of 7, backward

  node  formula      number   gradient
◂ x     given             3   1 so far, 2 to come
  v1    x*x               9   1
▸ y     v1 + x           12   1

y passes 1 on to x: 1 × 1 = 1. x has 1 so far, 2 more to come.

  ∂y/∂x += ∂y/∂y × ∂y/∂x⁽²⁾
         = 0 + 1 × 1 = 1

∂y/∂x⁽²⁾ = 1. A sum moves exactly as much as the term that moves.

← back   → next   Home first   End last   q quit"""
    assert "3   7" in screen(view, 6)
    assert screen(view, 2).count("not yet") == 2


def test_of_many_nodes_those_are_shown_that_the_step_is_about():
    view = view_of("; ".join(f"a{i} = tanh({'w' if i == 0 else f'a{i - 1}'})" for i in range(60)) + "; a59*w + b", {"w": 0.5, "b": 1.0})
    product = next(step for step in view.steps.backward if step.to_name == "w" and step.place == 1)
    lines = [text for _, text in view.lines(product.index, 80, 24)]
    assert lines[3].startswith("◂ w ")
    assert sum(text.startswith("▸ v1 ") for text in lines) == 1
    assert "  a59 " in "\n".join(lines)
    assert lines[-1].startswith("← back")


def test_marks_do_not_rest_on_colour_alone():
    styles = {text[0]: style for style, text in view_of().lines(6, 80, 24) if text and text[0] in "▸◂"}
    assert styles == {"▸": "reverse", "◂": "bold underline"}


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12), (20, 5), (1, 1), (200, 60)])
def test_the_screen_is_never_overrun(width, height):
    view = view_of("; ".join(f"a{i} = tanh(w*{'x' if i == 0 else f'a{i - 1}'})" for i in range(30)), {"w": 0.5, "x": 2.0})
    for at in range(len(view.steps)):
        lines = view.lines(at, width, height)
        assert len(lines) <= height
        assert all(len(text) <= width for _, text in lines)
        if height >= 24:
            assert sum(text.startswith("▸") for _, text in lines) == 1


# The command


def run(*arguments, **options):
    """What the command prints, its errors, and its exit code."""
    done = subprocess.run([sys.executable, "-m", "autograd", *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          encoding="utf-8", timeout=60, check=False, **options)
    return done.stdout, done.stderr, done.returncode


def test_without_a_terminal_all_steps_are_printed():
    out, errors, code = run("step", NEURON, "w=0.5", "x=2", "b=-1")
    assert (errors, code) == ("", 0)
    assert out == f"{steps(graph_of(NEURON, NUMBERS))}\n\n∂y/∂w = 2\n∂y/∂x = 0.5\n∂y/∂b = 1\n"


@pytest.mark.parametrize(("arguments", "expected"), [
    (["-x*x", "x=3"], "∂y/∂x = -6\n"),
    (["x*x", "x=-1/3"], "∂y/∂x = -0.6667\n"),
    (["--list", "x*x", "x=1e3"], "∂y/∂x = 2000\n"),
    (["x*x", "x = 2"], "∂y/∂x = 4\n"),
    (["w = 3; w*w"], "∂y/∂w = 6\n"),
])
def test_the_command_line_is_read_as_it_is_meant(arguments, expected, capsys):
    assert command.main(["step", *arguments]) == 0
    assert capsys.readouterr().out.endswith(expected)


@pytest.mark.parametrize(("arguments", "message"), [
    (["w*x", "w=0,5", "x=1"], "w=0,5: that is no number. Write w=0.5."),
    (["w*x", "w=half"], "w=half: that is no number. Write w=0.5, -2, 1e-3 or 1/3."),
    (["w*x", "w=1/0"], "that is no number"),
    (["w*x", "w="], "that is no number"),
    (["w", "*", "x", "w=1"], "'*' is no NAME=NUMBER. Write the expression in quotes, then the numbers: python -m autograd step"),
    (["w*x", "2w=1"], "'2w' cannot be a name. Use letters and digits, as in w1=0.5."),
    (["w*x", "lambda=1"], "'lambda' cannot be a name"),
    (["w*x", "w=1", "w=2", "x=1"], "w is given twice. Keep one of the two."),
    (["w*x", "w=1"], "x has no number"),
])
def test_what_cannot_be_done_is_said_in_one_message(arguments, message, capsys):
    assert command.main(["step", *arguments]) == 2
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.startswith("autograd step: ")
    assert message in errors
    assert "Traceback" not in errors


def test_a_pipe_that_is_closed_early_is_no_error():
    arguments = [sys.executable, "-m", "autograd", "step", "x" + "+x" * 140, "x=1"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_terminal_that_knows_only_ascii_gets_question_marks():
    out, errors, code = run("step", NEURON, "w=0.5", "x=2", "b=-1", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert (errors, code) == ("", 0)
    assert "?y/?w = 2" in out


# A terminal


class Screen:
    """What a terminal shows after some output: enough of one for a program that redraws what has changed."""

    def __init__(self, width, height):
        self.cells = [[" "] * width for _ in range(height)]
        self.row = self.column = 0

    def feed(self, text):
        for plain, operands, final, other in re.findall(r"([^\x1b]+)|\x1b\[([?0-9;]*)([A-Za-z])|(\x1b.)", text, re.DOTALL):
            if plain:
                for c in plain:
                    self.put(c)
            elif final:
                n = [int(x) for x in operands.split(";") if x.isdigit()]
                self.control(final, n, operands)
            assert other in ("", "\x1b=", "\x1b>"), other

    def put(self, c):
        if c == "\r":
            self.column = 0
        elif c == "\n":
            self.row = min(self.row + 1, len(self.cells) - 1)
        elif c == "\b":
            self.column -= 1
        elif c >= " ":
            self.cells[self.row][min(self.column, len(self.cells[0]) - 1)] = c
            self.column += 1

    def control(self, final, n, operands):
        count = n[0] if n else 1
        if final == "H":
            self.row, self.column = ((n[0] if n else 1) - 1, (n[1] if len(n) > 1 else 1) - 1)
        elif final in "ABCD":
            self.row += {"A": -count, "B": count}.get(final, 0)
            self.column += {"C": count, "D": -count}.get(final, 0)
        elif final == "K":
            self.cells[self.row][self.column :] = [" "] * (len(self.cells[0]) - self.column)
        elif final == "J":
            first = 0 if operands == "2" else self.row
            for row in self.cells[first:]:
                row[:] = [" "] * len(row)

    def __str__(self):
        return "\n".join("".join(row).rstrip() for row in self.cells).rstrip()


class Session:
    """The program in a pseudo-terminal."""

    def __init__(self, *arguments, width=80, height=24):
        self.size = width, height
        self.bytes = b""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.process = subprocess.Popen([sys.executable, "-m", "autograd", *arguments], stdin=slave, stdout=slave, stderr=slave,
                                        env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}, start_new_session=True)
        os.close(slave)

    @property
    def raw(self):
        """What has been written, without what has only half arrived."""
        return re.sub(r"\x1b(\[[?0-9;]*)?$", "", self.bytes.decode(errors="ignore"))

    def __str__(self):
        screen = Screen(*self.size)
        screen.feed(self.raw)
        return str(screen)

    def read(self, seconds):
        """Take in what is written within this time."""
        if select.select([self.master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):
                self.bytes += os.read(self.master, 65536)

    def until(self, text):
        """Wait until this is on the screen."""
        end = time.monotonic() + 60
        while text not in str(self):
            assert time.monotonic() < end, f"{text!r} never came:\n{self}"
            self.read(0.1)
        return str(self)

    def press(self, keys, then):
        """Send keys, and wait for what they lead to."""
        os.write(self.master, keys.encode())
        return self.until(then)

    def ended(self):
        """The exit code."""
        end = time.monotonic() + 60
        while self.process.poll() is None:
            assert time.monotonic() < end
            self.read(0.1)
        self.read(0.1)
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)


@pytest.fixture
def terminal():
    sessions = []

    def opened(*arguments, **size):
        sessions.append(Session(*arguments, **size))
        return sessions[-1]

    yield opened
    for session in sessions:
        session.close()


RIGHT, LEFT, HOME, END = "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F"


def test_a_learner_steps_through_with_the_keys(terminal):
    session = terminal("step", NEURON, "w=0.5", "x=2", "b=-1")
    view = view_of()
    session.until(screen(view, 0))
    for keys, place in ((RIGHT, 1), (RIGHT * 6, 7), (LEFT, 6), (END, 8), (RIGHT + LEFT, 7), (HOME, 0), (LEFT + " ", 1)):
        assert session.press(keys, screen(view, place)) == screen(view, place)
    os.write(session.master, b"q")
    assert session.ended() == 0
    assert session.raw.count("\x1b[?1049h") == session.raw.count("\x1b[?1049l") == 1


@pytest.mark.parametrize(("keys", "place"), [
    ("", 0), (RIGHT, 1), (LEFT, 0), (END + RIGHT, 8), (END + LEFT, 7), (END + HOME, 0), (" \r\x1b[B", 3), (END + "\x1b[A\x7f", 6),
    ("\x1b[6~", 8), (END + "\x1b[5~", 0),
])
def test_every_key_goes_where_it_should(keys, place):
    with create_pipe_input() as pipe:
        pipe.send_text(f"{keys}q")
        assert play(view_of(), pipe, DummyOutput()) == place


@pytest.mark.parametrize("key", ["q", "\x1b", "\x03", "\x04"])
def test_it_can_be_left_and_the_terminal_is_as_before(terminal, key):
    session = terminal("step", "x*x", "x=2", width=60, height=14)
    session.until("step 1 of 4")
    os.write(session.master, key.encode())
    assert session.ended() == 0
    assert session.raw.rstrip().endswith(("\x1b[?25h", "\x1b[?2004l", "\x1b[?12l\x1b[?25h"))


def test_in_a_terminal_an_error_is_a_message_too(terminal):
    session = terminal("step", "w.data", "w=2")
    assert "reaches into Python's objects" in session.until("^^^^^^")
    assert session.ended() == 2


def test_a_terminal_can_ask_for_the_list(terminal):
    session = terminal("step", "x*x", "x=2", "--list")
    session.until("∂y/∂x = 4")
    assert session.ended() == 0


def test_without_prompt_toolkit_the_list_is_printed_with_word_of_what_is_missing(monkeypatch, capsys):
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delitem(sys.modules, "autograd._terminal.play", raising=False)
    monkeypatch.setitem(sys.modules, "prompt_toolkit.application", None)
    assert command.main(["step", "x*x", "x=2"]) == 0
    out, errors = capsys.readouterr()
    assert errors.startswith("To step with the arrow keys: pip install 'chalkgrad[terminal]'")
    assert out.endswith("∂y/∂x = 4\n")
