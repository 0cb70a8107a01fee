"""Every notebook runs, and shows in the repository what it shows when it is run."""

import copy
import re
from pathlib import Path

import nbformat
import pytest

from tests.support import script

ROOT = Path(__file__).parents[1]
LONGEST = 15
build = script("notebooks/build.py")


@pytest.fixture(scope="module", params=sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def kept(path):
    """The notebook as it is in the repository."""
    return nbformat.read(path, as_version=4)


@pytest.fixture(scope="module")
def run(kept):
    """The notebook after it was run from the top in a fresh kernel."""
    return build.run(copy.deepcopy(kept))


def code(notebook):
    return {cell.id: cell for cell in notebook.cells if cell.cell_type == "code"}


def outputs(notebook):
    return [output for cell in code(notebook).values() for output in cell.outputs]


def said(notebook):
    """What each cell prints, and its results as text, with the other forms they have."""
    return {name: [form(output) for output in cell.outputs] for name, cell in code(notebook).items()}


def form(output):
    data = output.get("data", {})
    return output.get("text"), data.get("text/plain"), sorted(data)


def test_it_shows_what_it_shows_when_it_is_run(kept, run):
    assert outputs(kept)
    assert said(kept) == said(run)


def test_its_text_says_the_same(kept, path):
    text = build.unrun(build.TEXTS / f"{path.stem}.md")
    written, shown = ([(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells] for notebook in (text, kept))
    assert written == shown


def test_every_text_has_its_notebook():
    names = [sorted(path.stem for path in folder.glob(kind)) for folder, kind in ((build.TEXTS, "*.md"), (build.NOTEBOOKS, "*.ipynb"))]
    assert names[0] == names[1]


def test_its_cells_were_run_in_order(kept):
    assert [cell.execution_count for cell in code(kept).values()] == list(range(1, len(code(kept)) + 1))


def test_it_shows_no_error_and_no_warning(kept):
    assert not [output for output in outputs(kept) if output.output_type == "error" or output.get("name") == "stderr"]


def test_its_cells_are_short(kept):
    assert {name: cell.source for name, cell in code(kept).items() if len(cell.source.splitlines()) > LONGEST} == {}


def test_it_says_nothing_of_the_machine_it_was_run_on(kept):
    assert not [cell.id for cell in kept.cells if cell.metadata.keys() - {"tags"}]
    assert sorted(kept.metadata) == ["kernelspec", "language_info"]
    assert kept.metadata.kernelspec.name == "python3"
    assert list(kept.metadata.language_info) == ["name"]
    assert not re.search(r"[\"'\s](/home/|/root/|/tmp/|/Users/|[A-Z]:\\)", nbformat.writes(kept))


def test_what_moves_can_be_seen_where_no_script_may_run(kept):
    moving = [html for output in outputs(kept) if "<script" in (html := output.get("data", {}).get("text/html", ""))]
    assert all(re.search('<img alt="[^"]*graph of [^>]* src="data:', html, re.IGNORECASE) for html in moving)
    assert all("<summary>All steps</summary>" in html for html in moving)


def test_its_links_lead_to_files(kept, path):
    links = [link for cell in kept.cells if cell.cell_type == "markdown" for link in re.findall(r"\]\(([^)#]+)", cell.source)]
    assert [link for link in links if not (path.parent / link).exists()] == []
