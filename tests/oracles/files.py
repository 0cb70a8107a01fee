"""Small JSON files of recorded numbers; floats are written in hexadecimal, to the last bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def encoded(x: Any) -> Any:
    """`x` with every float as its hexadecimal text."""
    if isinstance(x, float):
        return x.hex()
    if isinstance(x, dict):
        return {key: encoded(member) for key, member in x.items()}
    return [encoded(member) for member in x] if isinstance(x, (list, tuple)) else x


def decoded(x: Any) -> Any:
    """The inverse of `encoded`: text that looks like a hexadecimal float becomes that float."""
    if isinstance(x, str):
        return float.fromhex(x) if x.lstrip("-").startswith("0x") or x in ("inf", "-inf", "nan") else x
    if isinstance(x, dict):
        return {key: decoded(member) for key, member in x.items()}
    return [decoded(member) for member in x] if isinstance(x, list) else x


def save(name: str, **content: Any) -> None:
    """Write tests/oracles/name.json."""
    (HERE / f"{name}.json").write_text(json.dumps(encoded(content), separators=(",", ":")) + "\n")


def load(name: str) -> Any:
    """Read tests/oracles/name.json."""
    return decoded(json.loads((HERE / f"{name}.json").read_text()))
