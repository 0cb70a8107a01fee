"""Install the CPU build of the PyTorch that the oracles are recorded with, if it can be had; never the build of several gigabytes.

    python tests/oracles/install_torch.py

pip is asked first what it would download. Where the answer is the build for graphics cards, or nothing, this says so and
leaves: the live comparisons are then skipped, and the recorded ones remain.
"""

import importlib.util
import json
import subprocess
import sys

VERSION = "2.13.0"


def planned() -> list[str] | None:
    """The names of the packages that pip would install; None where it finds none."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--report", "-", f"torch=={VERSION}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return [item["metadata"]["name"] for item in json.loads(answer.stdout)["install"]] if answer.returncode == 0 else None


def main() -> int:
    """0 when torch is there."""
    if importlib.util.find_spec("torch"):
        return 0
    names = planned()
    if names is None:
        print(f"torch=={VERSION} cannot be had here; the live comparisons with PyTorch will be skipped.")
        return 1
    if any(name.startswith(("nvidia", "cuda", "triton")) for name in names):
        print(f"Only the multi-gigabyte build of torch=={VERSION} is offered here. For live comparisons, install the CPU build by hand.")
        return 1
    return subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"torch=={VERSION}"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
