"""The notebook stepper: how long it takes to build, how large it is saved, and how long a step takes in a browser."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import nn
from autograd import Stepper, Value, tanh
from autograd import sum as total
from benchmarks.clock import clocked

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
STEP = """async () => {
  const root = document.querySelector('main > div').shadowRoot;
  const [view, boxes] = [root.querySelector('.view'), root.querySelectorAll('.box').length];
  const times = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    view.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
    root.querySelector('.pane').getBoundingClientRect();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - start);
  }
  return [boxes, times];
}"""


def graph(nodes: int) -> Value:
    """Sums, products and tanh of earlier nodes, chosen at random."""
    rng = random.Random(nodes)
    leaves = [Value(rng.uniform(-1.0, 1.0), f"x{i}") for i in range(max(4, nodes // 10))]
    values, used = list(leaves), set(leaves)
    while len(values) < nodes - 1:
        a, b = rng.sample(values[-14:], 2)
        used |= {a, b}
        values.append(rng.choice([a * b, a + b, a - b, tanh(a)]))
    root: Value = total([v for v in values if v not in used])
    return root


def net() -> Value:
    """The squared error of a 2-16-16-1 net on one example."""
    loss: Value = (nn.MLP(2, [16, 16, 1], rng=0)([Value(0.5, "x1"), Value(-0.3, "x2")]) - 1.0) ** 2
    return loss


def report() -> None:
    """Print the tables."""
    print("Stepper\n")
    print(f"{'':34}{'nodes':>8}{'steps':>8}{'built, ms':>12}{'saved, ms':>12}{'kB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lesson.html"
        graphs = {"10 nodes": graph(11), "100 nodes": graph(113), "300 nodes": graph(340), "net 2-16-16-1": net()}
        for name, root in graphs.items():
            stepper = Stepper(root)
            built, saved = (median(clocked(job) for _ in range(5)) for job in (lambda r=root: Stepper(r), lambda s=stepper: s.save(path)))
            size = path.stat().st_size / 1e3
            print(f"{name:34}{len(stepper.steps.nodes):8}{len(stepper.steps):8}{1e3 * built:12.1f}{1e3 * saved:12.1f}{size:8.0f}")
        if not CHROMIUM:
            print("\nNo Chromium was found, so steps in a browser were not measured.")
            return
        Stepper(graph(340), fold="none").save(path)
        boxes, times = in_browser(path)
    print(f"\nA step with {boxes} boxes in Chromium, from the key to after the next frame: median {median(times):.1f} ms, "
          f"19 of 20 under {sorted(times)[len(times) * 19 // 20]:.1f} ms")


def in_browser(path: Path) -> tuple[int, list[float]]:
    """How many boxes a page shows, and the milliseconds from a key to the frame after it, step by step."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(path.as_uri())
        found: list[Any] = page.evaluate(STEP)
        browser.close()
    return found[0], found[1]


if __name__ == "__main__":
    report()
