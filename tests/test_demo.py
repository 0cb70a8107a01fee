"""The main job, as a newcomer starts it, where there is no `dot`."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What it prints, and the folder it leaves."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": str(Path(sys.executable).parent)}
    done = subprocess.run([sys.executable, "-m", "demo"], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout, folder / "demo_out"


def test_xor_is_learned(demo):
    assert demo[0].count("right") == 4
    assert "WRONG" not in demo[0]


def test_the_net_is_not_far_below_least_squares(demo):
    line = next(line for line in demo[0].splitlines() if line.startswith("R²"))
    net, least_squares = (float(part.split()[-1]) for part in line.split(":")[1].split(","))
    assert 0.0 < least_squares < 1.0
    assert net >= least_squares - 0.02


def test_the_pictures_are_there_and_named(demo):
    printed, folder = demo
    assert all(str(folder / name) in printed for name in ("xor_graph.svg", "loss_curves.png", "xor_surface.png"))
    assert (folder / "loss_curves.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "xor_surface.png").read_bytes().startswith(b"\x89PNG")
    texts = "".join(ET.parse(folder / "xor_graph.svg").getroot().itertext())
    assert all(name in texts for name in ("x1", "x2", "output", "layer1.weight[0, 1]", "tanh"))
