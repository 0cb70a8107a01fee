"""A headless browser, and a JupyterLab for it to work in."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REQUIRED = "CHALKGRAD_BROWSER_TESTS"
"""Set to "required" where a missing browser is a failure."""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def browser():
    """Chromium. It is closed with each module: while it is there, its event loop runs, and others in this thread cannot."""
    if not CHROMIUM:
        if os.environ.get(REQUIRED) == "required":
            pytest.fail("no Chromium on the PATH, and here these tests must run")
        pytest.skip("no Chromium on the PATH: apt-get install chromium fonts-dejavu-core")
    sync = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[dev]'")
    with sync.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


@pytest.fixture
def page(browser, request):
    """A page, 1400 by 900, in the colours that the test's marker `scheme` asks for. It fails the test if a script fails."""
    scheme = request.node.get_closest_marker("scheme")
    context = browser.new_context(viewport={"width": 1400, "height": 900}, color_scheme=scheme.args[0] if scheme else "light")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    errors, asked = [], []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("request", lambda one: asked.append(one.url))
    opened.asked = asked
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def open_saved(page, tmp_path):
    """Save a stepper, and open the file with the network cut off."""

    def opened(stepper):
        page.context.set_offline(True)
        path = stepper.save(tmp_path / "lesson.html")
        page.goto(path.as_uri())
        page.locator(".view").wait_for()
        return page

    return opened


@dataclass
class Lab:
    """A JupyterLab: its address, and the folder with the notebooks."""

    url: str
    folder: Path

    def ask(self, path: str) -> object:
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=5) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):  # noqa: ARG001 - without a browser there is no need of it
    """A JupyterLab that shares nothing with the one of the person who runs the tests."""
    home = tmp_path_factory.mktemp("lab")
    folder, settings = home / "notebooks", home / "settings" / "@jupyterlab" / "apputils-extension"
    folder.mkdir()
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython",
              "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **{name: str(home / place) for name, place in places.items()}}
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
               "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True", f"--ServerApp.root_dir={folder}",
               "--LabApp.extension_manager=readonly"]
    found = Lab(f"http://127.0.0.1:{port}", folder)
    log = home / "log"
    with log.open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        until(lambda: answers(found), 60.0, lambda: log.read_text())
        yield found
    finally:
        process.terminate()
        process.wait(20)


def answers(lab: Lab) -> bool:
    try:
        return bool(lab.ask("api"))
    except OSError:
        return False


def until(holds, seconds, otherwise):
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            pytest.fail(otherwise())
        time.sleep(0.1)


PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden) "


@pytest.fixture
def notebook(lab, page):
    """Open a notebook; `run` runs all of its cells."""

    def opened(name, *cells, run=True, outputs=()):
        found = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        found.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        for cell, output in zip(found.cells, outputs, strict=False):
            cell.outputs = [output]
        nbformat.write(found, lab.folder / f"{name}.ipynb")
        page.goto(f"{lab.url}/lab/tree/{name}.ipynb?reset")
        page.wait_for_selector(PANEL + '.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        # The toolbar says idle before there is a kernel, and what is run then is lost: the server knows.
        until(lambda: ready(lab, name), 60.0, lambda: "no kernel")
        page.wait_for_timeout(200)
        if run:
            page.click('.lm-MenuBar-item:has-text("Run")')
            page.click('.lm-Menu-item[data-command="runmenu:run-all"]')
        return page

    return opened


def ready(lab: Lab, name: str) -> bool:
    kernels = [session["kernel"] for session in lab.ask("api/sessions") if session["path"] == f"{name}.ipynb"]
    return any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels)
