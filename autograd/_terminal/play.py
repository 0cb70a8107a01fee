"""Stepping with the keys of a terminal."""

from __future__ import annotations

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import FormattedTextControl, Layout, Window
from prompt_toolkit.output import Output

from autograd._terminal.view import View


def play(view: View, input: Input | None = None, output: Output | None = None) -> int:
    """Show the steps one by one until q is pressed. Returns the place of the last one shown."""
    at = 0
    last = len(view.steps) - 1
    keys = KeyBindings()

    def go(*names: str, to: int = 0, by: int = 0) -> None:
        """Bind keys that move by so many steps, or else to a step."""

        def moved(_: KeyPressEvent) -> None:
            nonlocal at
            at = min(max(at + by, 0), last) if by else to

        for name in names:
            keys.add(name)(moved)

    go("right", "down", " ", "enter", "l", "j", by=1)
    go("left", "up", "backspace", "h", "k", by=-1)
    go("pagedown", by=10)
    go("pageup", by=-10)
    go("home", "g", to=0)
    go("end", "G", to=last)

    @keys.add("q")
    @keys.add("escape", eager=True)
    @keys.add("c-c")
    @keys.add("c-d")
    def quit(event: KeyPressEvent) -> None:
        event.app.exit()

    def text() -> StyleAndTextTuples:
        size = get_app().output.get_size()
        return [(style, f"{line}\n") for style, line in view.lines(at, size.columns, size.rows)]

    window = Window(FormattedTextControl(text, focusable=True, show_cursor=False), always_hide_cursor=True)
    Application[None](layout=Layout(window), key_bindings=keys, full_screen=True, input=input, output=output).run()
    return at
