"""What the lecture decks teach, row by row: where it is in the code, which test holds it, and where a learner sees it.

    python docs/cover.py               write docs/coverage.md from docs/rows/*.toml and the notebooks
    python docs/cover.py --break A4 …  break what a row names, in a copy, and see its test fail; all rows without a name
"""

from __future__ import annotations

import ast
import importlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
PAGE, ROWS = ROOT / "docs" / "coverage.md", ROOT / "docs" / "rows"
SECTIONS = {
    "Threshold units": [f"A{i}" for i in range(1, 15)],
    "Activations": [f"B{i}" for i in range(1, 15)],
    "Networks, heads, losses": [f"C{i}" for i in range(1, 18) if i not in (6, 14)],
    "Gradients": [f"D{i}" for i in range(1, 12)],
    "Optimisers and schedules": [f"E{i}" for i in range(1, 13)],
    "Regularisation": [f"F{i}" for i in range(1, 14)],
    "Initialisation and preprocessing": [f"G{i}" for i in range(1, 8)],
    "Batch normalisation": [f"H{i}" for i in range(1, 6)],
    "Practice": ["I1", "I2"],
    "Where the slides are wrong": [f"X{i}" for i in range(1, 27)],
}


@dataclass(frozen=True)
class Row:
    """What the decks teach, and where it is here.

        system   it, in a few words
        names    the public names that are it
        test     the test that holds it, path::function
        file     where it can be broken
        broken   a line's text, found once in the file, and what makes it wrong
    """

    id: str
    system: str
    names: list[str]
    test: str
    file: str
    broken: tuple[str, str]


@dataclass(frozen=True)
class Cell:
    """A place in the course."""

    notebook: str
    place: int


@cache
def rows() -> dict[str, Row]:
    """All rows by their id."""
    found: dict[str, Row] = {}
    for path in sorted(ROWS.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text()).items():
            if name in found:
                raise ValueError(f"{path.name}: row {name} stands in another file too.")
            old, new = table.pop("break")
            found[name] = Row(id=name, broken=(old, new), **table)
    return found


@cache
def cells() -> dict[str, list[Cell]]:
    """The cells of the course that carry the id of a row as their tag."""
    found: dict[str, list[Cell]] = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for place, cell in enumerate(nbformat.read(path, as_version=4).cells):
            for tag in cell.metadata.get("tags", []):
                found.setdefault(tag, []).append(Cell(path.stem, place))
    return found


def missing() -> list[str]:
    """What a row lacks, one sentence for each."""
    wanted = [name for names in SECTIONS.values() for name in names]
    found = [f"{name}: there is no row." for name in wanted if name not in rows()]
    found += [f"{name}: no cell of a notebook has it as its tag." for name in wanted if name not in cells()]
    found += [f"{name}: the decks have no such row." for name in {**rows(), **cells()} if name not in wanted]
    for row in rows().values():
        found += [f"{row.id}: {name} is no public name." for name in row.names if not exists(name)]
        if not has_test(row.test):
            found.append(f"{row.id}: there is no test {row.test}.")
        if (ROOT / row.file).read_text().count(row.broken[0]) != 1:
            found.append(f"{row.id}: {row.file} does not hold {row.broken[0]!r} exactly once.")
    return found


def exists(name: str) -> bool:
    """Whether a dotted name leads somewhere."""
    parts = name.split(".")
    for i in range(len(parts), 0, -1):
        try:
            place = importlib.import_module(".".join(parts[:i]))
        except ModuleNotFoundError:
            continue
        try:
            for part in parts[i:]:
                place = getattr(place, part)
        except AttributeError:
            return False
        return True
    return False


def has_test(test: str) -> bool:
    """Whether a file has this function, or a class with it."""
    path, *names = test.split("::")
    if not (ROOT / path).is_file():
        return False
    body = ast.parse((ROOT / path).read_text()).body
    for name in names:
        inside = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name]
        if not inside:
            return False
        body = inside[0].body
    return bool(names)


def page() -> str:
    """The table of all rows, as Markdown."""
    lines = [
        "# What the lecture decks teach, and where it is here",
        "",
        "Written by `make coverage` from `docs/rows` and the tags of the notebooks' cells; a test fails where a row lacks something.",
        "`python docs/cover.py --break` breaks each named thing in a copy of the repository, and shows that its test notices.",
    ]
    for title, names in SECTIONS.items():
        lines += ["", f"## {title}", "", "| | what | names | test | where a learner sees it |", "|---|---|---|---|---|"]
        lines += [line(rows()[name]) for name in names if name in rows()]
    return "\n".join([*lines, ""])


def line(row: Row) -> str:
    """A row of the table."""
    path, _, test = row.test.partition("::")
    seen = ", ".join(f"[{cell.notebook}](../notebooks/{cell.notebook}.ipynb), cell {cell.place + 1}" for cell in cells().get(row.id, []))
    names = ", ".join(f"`{name}`" for name in row.names)
    return f"| {row.id} | {row.system.replace('|', chr(92) + '|')} | {names} | [`{test}`](../{path}) | {seen} |"


def broken(names: list[str]) -> dict[str, str]:
    """What happens to the test of each row when its thing is broken; empty where it fails as it should."""
    chosen = [rows()[name] for name in names or rows()]
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(2) as pool:
        copies = [copied(Path(place) / str(i)) for i in range(2)]
        halves = pool.map(lambda i: {row.id: verdict(row, copies[i]) for row in chosen[i::2]}, range(2))
        return {name: found for half in halves for name, found in half.items()}


def copied(place: Path) -> Path:
    """A copy of what tests need."""
    unneeded = shutil.ignore_patterns(".git", ".venv", "*.ipynb", "__pycache__", "build", "*_cache", "demo_out")
    shutil.copytree(ROOT, place, ignore=unneeded)
    return place


def verdict(row: Row, place: Path) -> str:
    """What is wrong with a row's test: it should pass, and fail once the thing is broken."""
    file = place / row.file
    whole = file.read_text()
    if status(row.test, place) != 0:
        return "the test does not pass"
    file.write_text(whole.replace(*row.broken))
    after = status(row.test, place)
    file.write_text(whole)
    found = {0: "the test passes though the thing is broken", 1: ""}.get(after, "the test cannot be run once the thing is broken")
    print(f"{row.id}: {found or 'its test fails when it is broken'}", flush=True)
    return found


def status(test: str, place: Path) -> int:
    """pytest's exit code for one test: 0 passed, 1 failed, others for what could not be run."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    return subprocess.run(command, cwd=place, capture_output=True).returncode


def main(arguments: list[str]) -> int:
    """The exit code."""
    if arguments[:1] == ["--break"]:
        wrong = {name: found for name, found in broken(arguments[1:]).items() if found}
        print("\n".join(f"{name}: {found}" for name, found in wrong.items()) or "Every test notices.")
        return bool(wrong)
    PAGE.write_text(page())
    print("\n".join(missing()) or f"{PAGE.relative_to(ROOT)} is complete.")
    return bool(missing())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
