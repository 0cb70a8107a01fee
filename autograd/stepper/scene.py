"""What the front end is given: boxes, edges and foldings of a graph, and its steps, as dicts, lists, texts and numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from autograd._draw.flat import Graph
from autograd._draw.fold import FOLDINGS, Groups, by_scope, depth_of
from autograd._draw.text import digits, sign, visible
from autograd._handcheck import slips_of
from autograd._steps import Steps
from autograd.value import Value

COUNTS = ("phase", "place", "arrivals", "remaining")
NUMBERS = ("value", "partial", "adjoint", "before", "contribution", "after")
TEXTS = ("partial_text", "reason", "sentence", "stale")


def folded(graph: Graph, fold: str) -> Groups:
    """The folding that a setting names.

    Raises:  ValueError: there is none of this name.
    """
    if fold not in FOLDINGS:
        raise ValueError(f"fold={fold!r}. Use {', '.join(map(repr, FOLDINGS))}.")
    return FOLDINGS[fold](graph)


def scene_of(graph: Graph, names: Mapping[Value, str], groups: Groups) -> dict[str, Any]:
    """A graph: its nodes, each with the path of the groups around it; its edges; and the groups that are open at first."""
    paths = paths_of(graph, groups)
    nodes = [node_of(i, v, names, path) for i, (v, path) in enumerate(zip(graph.nodes, paths, strict=True))]
    edges = [
        {"tail": f"n{j}", "head": f"n{i}", "place": place}
        for i, operands in enumerate(graph.inputs)
        for place, j in enumerate(operands)
    ]
    return {"nodes": nodes, "edges": edges, "open": open_at_first(paths, groups), "output": nodes[-1]["id"]}


def paths_of(graph: Graph, groups: Groups) -> list[list[str]]:
    """The groups around each node, outermost first: its scopes, and around them the group it is folded into where that is no scope."""
    paths = []
    for scope, group in zip(by_scope(graph, max(depth_of(graph), 1)), groups, strict=True):
        parts = scope.split("/") if scope else []
        is_scope = group is None or parts[: group.count("/") + 1] == group.split("/")
        paths.append([visible(part) for part in ([] if is_scope else [str(group)]) + parts])
    return paths


def open_at_first(paths: list[list[str]], groups: Groups) -> list[list[str]]:
    """The groups that are open: those around a group that is folded, and those around a node that is not."""
    opened: dict[tuple[str, ...], None] = {}
    for path, group in zip(paths, groups, strict=True):
        around = len(path) if group is None else min(group.count("/"), len(path) - 1)
        opened |= {tuple(path[:n]): None for n in range(1, around + 1)}
    return [list(path) for path in opened]


def node_of(i: int, v: Value | float, names: Mapping[Value, str], path: list[str]) -> dict[str, Any]:
    """One box. A constant is called by its number, and has no gradient."""
    if not isinstance(v, Value):
        return {"id": f"n{i}", "kind": "constant", "name": digits(v), "sign": "", "path": path, "value": None}
    kind = "operation" if v.op else "leaf"
    return {"id": f"n{i}", "kind": kind, "name": names[v], "sign": sign(v.op) if v.op else "", "path": path, "value": as_json(v.item())}


def steps_of(steps: Steps, graph: Graph) -> tuple[dict[str, list[Any]], list[tuple[str, str]]]:
    """The steps, field by field; and the slips that a check by hand tells of, as (diagnosis, sentence).

    "check" has for each question the numbers that slips would give, each with the place of its slip.
    """
    ids = {v: f"n{i}" for i, v in enumerate(graph.nodes) if isinstance(v, Value)}
    told: dict[tuple[str, str], int] = {}
    fields: dict[str, list[Any]] = {name: [as_json(getattr(step, name)) for step in steps] for name in (*COUNTS, *NUMBERS, *TEXTS)}
    for name in ("formula", "numbers"):
        fields[name] = [getattr(step, name) if step.phase == "forward" else "" for step in steps]
    fields["node"] = [ids[step.node] for step in steps]
    fields["to"] = [None if step.to is None else ids[step.to] for step in steps]
    fields["check"] = [check and asked(check, step.arrivals, told) for step, check in zip(steps, slips_of(steps), strict=True)]
    return fields, list(told)


def asked(check: dict[str, Any], arrivals: int | None, told: dict[tuple[str, str], int]) -> dict[str, list[tuple[float, int]]]:
    """The wrong answers to the questions of a step. The sum is asked for only where it is more than the contribution."""
    return {
        what: [(x, told.setdefault((name, said), len(told))) for x, name, said in found["slips"]]
        for what, found in check.items()
        if what == "contribution" or arrivals != 1
    }


def as_json(x: Any) -> Any:
    """A number as JSON has it: what is not finite is a text. Anything else as it is."""
    return str(x) if isinstance(x, float) and not math.isfinite(x) else x
