"""PyPI has another package that installs `autograd`: each of ours says so, in one sentence."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def errors(code: str, path: Path) -> str:
    """What a fresh interpreter complains about, when it looks for packages in `path` first."""
    program = f"import sys; sys.path[:0] = [{str(path)!r}, {str(ROOT)!r}]; {code}"
    return subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False).stderr


def test_its_files_among_ours_are_noticed(tmp_path):
    shutil.copytree(ROOT / "autograd", tmp_path / "autograd", ignore=shutil.ignore_patterns("__pycache__"))
    assert errors("import autograd", tmp_path) == ""
    (tmp_path / "autograd" / "tracer.py").write_text("")
    assert "uninstall both, then install chalkgrad again" in errors("import autograd", tmp_path)


def test_nn_says_that_autograd_is_another_one(tmp_path):
    (tmp_path / "autograd").mkdir()
    (tmp_path / "autograd" / "__init__.py").write_text("")
    assert "ImportError: Another project's package 'autograd'" in errors("import nn", tmp_path)
