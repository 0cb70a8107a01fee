"""Writing a picture to exactly the file that was asked for, and never over something else."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path

FORMATS = {".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".gv": "dot"}

HEAD = 4096
PICTURE = re.compile(
    rb"\x89PNG\r\n\x1a\n"
    rb"|%PDF-"
    rb"|(?:\xef\xbb\xbf)?\s*(?><\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s/>]"
    rb"|\s*(?>(?://|#)[^\n]*\s*|/\*.*?\*/\s*)*(?:strict\s+)?(?:di)?graph\b\s*(?:\"[^\"]*\"|\w*)\s*\{"
    rb"|\Z",
    re.DOTALL,
)
"""How PNG, PDF, SVG and DOT begin. An empty file may be written over as well."""


def format_of(path: Path) -> str:
    """The format that the file's name asks for."""
    format = FORMATS.get(path.suffix.lower())
    if format is None:
        raise ValueError(f"save: {path.name!r} has the suffix {path.suffix!r}. Use one of {', '.join(FORMATS)}.")
    return format


def require_writable(path: Path) -> None:
    """Raise unless the folder exists, and the file is new or a picture."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save: there is no folder {str(path.parent)!r}. Make it first.")
    if path.exists() and not is_picture(path):
        raise FileExistsError(f"save: {str(path)!r} exists and is no picture. Choose another name, or delete it yourself.")


def is_picture(path: Path) -> bool:
    """Is this a file in one of the formats, whatever its name?"""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return PICTURE.match(file.read(HEAD)) is not None


def write(path: Path, content: bytes) -> None:
    """Put the content there in one piece, or leave everything as it was."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(content)
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
