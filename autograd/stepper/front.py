"""The front end: the scripts and the style in `web`, put together."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

MODULES = ("dom", "numbers", "text", "answer", "theme", "layout", "tree", "boxes", "edges", "drawing", "graph", "player", "card", "check",
           "shell", "moments", "stepper", "film")
"""The scripts in `web`, each after those it imports."""


@cache
def front_end() -> str:
    """The front end as one ES module without imports: the style, and the scripts one after the other, without comments and indents."""
    web = files("autograd.stepper") / "web"
    style = f"const STYLE = {json.dumps((web / 'view.css').read_text(encoding='utf-8'))};\n"
    scripts = "\n".join((web / f"{name}.js").read_text(encoding="utf-8") for name in MODULES)
    return style + re.sub(r"^(?:import [^;]*;\n| *//.*\n| */\*[^*].*\*/\n| */\*\*(?s:.*?)\*/\n| +)", "", scripts, flags=re.MULTILINE)
