"""Make notebooks from their texts: `python notebooks/build.py 04_threshold_units …`, or all of them without a name.

A notebook is written, and reviewed, as Markdown in `notebooks/text`. This runs it from the top and keeps what it shows.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parent
TEXTS = NOTEBOOKS / "text"


def unrun(text: Path) -> NotebookNode:
    """The notebook of a text, without outputs. Of a cell's metadata only its tags stay."""
    notebook = jupytext.read(text, fmt="md")
    for place, cell in enumerate(notebook.cells):
        cell["id"] = f"{text.stem[:2]}-{place:02d}"
        cell.metadata = NotebookNode({"tags": list(cell.metadata["tags"])} if cell.metadata.get("tags") else {})
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"}, language_info={"name": "python"}
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def run(notebook: NotebookNode) -> NotebookNode:
    """The notebook with what its cells show, run from the top in a fresh kernel."""
    metadata = notebook.metadata.copy()
    client = NotebookClient(notebook, timeout=60, coalesce_streams=True, resources={"metadata": {"path": str(NOTEBOOKS)}})
    client.execute(env={**os.environ, "PYTHONPATH": str(NOTEBOOKS.parent)})
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata = metadata
    return notebook


def main(names: list[str]) -> None:
    """Build those that are named, or all."""
    for text in [TEXTS / f"{name}.md" for name in names] or sorted(TEXTS.glob("*.md")):
        start = time.perf_counter()
        nbformat.write(run(unrun(text)), NOTEBOOKS / f"{text.stem}.ipynb")
        print(f"{text.stem}: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
