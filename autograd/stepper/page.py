"""A view as HTML: the front end with its data, alone on a page or among what others write."""

from __future__ import annotations

import html
import itertools
import json
import os
import re
import zlib
from pathlib import Path
from typing import Any

from autograd._draw.files import write
from autograd.stepper.front import front_end

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
"""What a saved page may do: run and show what it holds, and ask no one for anything."""

NUMBERS = itertools.count(1)
"""Of the views that this process has shown."""

START = '<!doctype html>\n<html lang="en">'

PAGE = START + """
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; max-width: 1400px; padding: 12px; font: 15px/1.5 system-ui, sans-serif; background: #f6f8fa; color: #1f2328; }}
h1 {{ font-size: 19px; font-weight: 600; margin: 2px 4px 10px; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #0d1015; color: #e6e9ee; }} }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{fragment}
</main>
</body>
</html>
"""


def fragment(mount: str, data: dict[str, Any], still: str, alone: bool = False) -> str:
    """A view among other things on a page. What is `still` stands there until the script replaces it.

    mount: the function of the front end that makes the view. alone: the keys are for this view from the start.
    """
    script, inside = re.sub("^export ", "", front_end(), flags=re.MULTILINE), literal(data)
    key = f"v{zlib.crc32(inside.encode()):08x}-{next(NUMBERS)}"
    # A notebook may show one output twice, and then runs its script for each.
    host = f'[...document.querySelectorAll("#{key}")].find((one) => !one.shadowRoot)'
    call = f"const host = {host};\nhost.replaceChildren();\n{mount}(host, {inside}){'.focus()' if alone else ''};"
    return f'<div id="{key}">{still}</div>\n<script>\n(() => {{\n{script}\n{call}\n}})();\n</script>'


def literal(data: dict[str, Any]) -> str:
    """Data within a script, which it cannot end, whatever its texts hold."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def save(path: str | os.PathLike[str], title: str, fragment: str) -> Path:
    """Write a view as a whole page, which works without a network."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(f"save: {path!r} ({type(path).__name__}) is no path. Give the name of a file, as in save('lesson.html').")
    path = Path(path)
    require_writable(path)
    write(path, PAGE.format(policy=POLICY, title=html.escape(title), fragment=fragment).encode())
    return path


def require_writable(path: Path) -> None:
    """Raise unless the name is that of a page, the folder exists, and the file is new or a page of ours."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(f"save: {path.name!r} has the suffix {path.suffix!r}. Use .html.")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save: there is no folder {str(path.parent)!r}. Make it first.")
    if path.exists() and not (path.is_file() and path.read_bytes()[: len(START)].decode(errors="replace") in (START, "")):
        raise FileExistsError(f"save: {str(path)!r} exists and is no page saved here. Choose another name, or delete it yourself.")
