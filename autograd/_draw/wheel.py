"""Run as a script by `engine`: DOT on standard input, a picture on standard output, by the Graphviz that pygraphviz carries.

A process of its own can be stopped when a layout takes too long, and takes nothing with it if it crashes.
"""

from __future__ import annotations

import sys


def main(format: str, folder: str) -> None:
    """Draw. folder: where pygraphviz is installed."""
    sys.path.append(folder)
    import pygraphviz

    source = sys.stdin.buffer.read().decode()
    sys.stdout.buffer.write(pygraphviz.AGraph(string=source).draw(format=format, prog="dot"))


if __name__ == "__main__":
    main(*sys.argv[1:])
