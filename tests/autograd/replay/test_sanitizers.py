"""The extension keeps to its own memory and to defined behaviour: the tests of programs, with every access in C watched."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.builds import copied, extensions, run

WATCHED = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -g"
TESTS = ("test_native.py", "test_program.py", "test_training.py", "test_layers.py", "test_anomaly.py")


def library(name: str) -> str | None:
    """The path of one of the compiler's libraries, which is preloaded since Python itself was built without it."""
    if shutil.which("gcc") is None:
        return None
    path = subprocess.run(["gcc", f"-print-file-name={name}.so"], capture_output=True, text=True, check=True).stdout.strip()
    return path if Path(path).is_absolute() else None


@pytest.mark.long
def test_the_extension_under_address_and_undefined_behaviour_sanitizers(tmp_path):
    address, undefined = library("libasan"), library("libubsan")
    if address is None or undefined is None:
        pytest.skip("there is no gcc here with libasan and libubsan")
    folder = copied(tmp_path)
    run(folder, "setup.py", "build_ext", "--inplace", CC="gcc", CFLAGS=WATCHED)
    assert extensions(folder), "the extension was not built"
    tests = [f"tests/autograd/replay/{name}" for name in TESTS]
    run(folder, "-m", "pytest", "-q", "-x", "-s", "-p", "no:cacheprovider", "-m", "not long", *tests,
        LD_PRELOAD=f"{address} {undefined}", ASAN_OPTIONS="detect_leaks=0", PYTHONMALLOC="malloc")
