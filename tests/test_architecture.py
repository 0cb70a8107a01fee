"""Arrows between modules point one way."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ["errors", "ieee", "ops", "symbol", "emit", "modes", "value", "tracing", "functions"]


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever the import stands, but for those that only types need."""
    found = set()
    tree = ast.parse(path.read_text())
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    typing_only = {id(n) for block in blocks for n in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def of(path: Path, package: str) -> set[str]:
    return {name for name in imports(path) if name.split(".")[0] == package}


@pytest.mark.parametrize("floor", FLOORS)
def test_each_floor_of_autograd_rests_on_lower_ones_only(floor):
    above = FLOORS[FLOORS.index(floor) :]
    for name in of(ROOT / "autograd" / f"{floor}.py", "autograd"):
        parts = name.split(".")
        assert len(parts) == 1 or parts[1] not in above, f"{floor} imports {name}"
        assert len(parts) == 1 or parts[1] in (*FLOORS, ""), f"{floor} imports {name}"


def test_packages_depend_one_way():
    for path in files("autograd"):
        assert not of(path, "nn") | of(path, "optim"), path
    for path in files("optim"):
        assert not of(path, "nn") | of(path, "autograd"), path
    for path in files("nn"):
        if "training" not in path.parts:
            assert not of(path, "optim"), path


def test_no_module_imports_itself_in_a_circle():
    graph = {}
    for package in ("autograd", "nn", "optim"):
        for path in files(package):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            graph[name] = imports(path)
    graph = {name: {n for n in found if n in graph and n != name and n not in ("autograd", "nn", "optim")} for name, found in graph.items()}
    done: set[str] = set()
    while len(done) < len(graph):
        ready = {name for name, needs in graph.items() if name not in done and needs <= done}
        assert ready, f"a circle among {sorted(set(graph) - done)}"
        done |= ready


def test_importing_autograd_needs_the_standard_library_alone():
    code = "import sys, autograd; print({'numpy', 'graphviz', 'matplotlib', 'sklearn', 'torch'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
