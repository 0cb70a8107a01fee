"""Where there is no C compiler the package installs all the same, and does all that it says."""

import pytest

from tests.builds import copied, extensions, run

NONE = {"CC": "/bin/false", "CXX": "/bin/false"}


@pytest.mark.long
def test_it_installs_without_a_compiler(tmp_path):
    folder = copied(tmp_path / "source")
    offline = ("--no-index", "--no-deps", "--no-build-isolation")
    run(folder, "-m", "pip", "install", "-q", *offline, "--target", str(tmp_path / "installed"), ".", **NONE)
    assert (tmp_path / "installed" / "autograd" / "__init__.py").exists()
    assert extensions(tmp_path) == []


@pytest.mark.long
def test_the_whole_suite_passes_without_a_compiler(tmp_path):
    folder = copied(tmp_path)
    run(folder, "setup.py", "build_ext", "--inplace", **NONE)
    assert extensions(folder) == []
    run(folder, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-m", "not long")
