"""Pictures asked for in the wrong words, and files that are no place for them."""

import math

import autograd
import nn
from autograd import draw
from tests.bad_input.world import Row

ROOT = "Draw one output, as in draw(loss)."
FOLD = "Use 'auto', 'none', 'neuron', 'layer' or a function from a Value to the name of its group."
SUFFIX = "Use one of .svg, .png, .pdf, .dot, .gv."
OTHER = "Choose another name, or delete it yourself."
PATH = "Give the name of a file, as in save('graph.svg')."
SAVE = type(draw(autograd.Value(1.0))).save

SETTINGS = [
    Row("a list of roots", lambda w: draw([w.loss]), TypeError, "label='loss')] (list) is no Value", ROOT, draw),
    Row("a module as root", lambda w: draw(w.linear), TypeError, "draw: Linear(in_features=2, out_features=2, bias=True)", ROOT, draw),
    Row("a number as root", lambda w: draw(2.0), TypeError, "draw: 2.0 (float)", ROOT, draw),
    Row("no root", lambda w: draw(None), TypeError, "draw: None (NoneType)", ROOT, draw),
    Row("an unknown folding", lambda w: draw(w.loss, fold="layers"), ValueError, "draw: fold='layers'", FOLD, draw),
    Row("folding that is a bool", lambda w: draw(w.loss, fold=False), ValueError, "draw: fold=False", FOLD, draw),
    Row("a folding function that gives numbers", lambda w: draw(w.loss, fold=lambda v: 1), TypeError, "returned 1 (int)",
        "Return the name of its group, or None.", draw),
    Row("an unknown direction", lambda w: draw(w.loss, rankdir="left"), ValueError, "draw: rankdir='left'", "Use 'LR', 'RL', 'TB', 'BT'.",
        draw),
    Row("a direction in small letters", lambda w: draw(w.loss, rankdir="lr"), ValueError, "draw: rankdir='lr'", "Use 'LR'", draw),
    Row("an unknown part to show", lambda w: draw(w.loss, show=["data", "value"]), ValueError, "draw: show='value'",
        "Use 'op', 'data', 'grad', 'partial'.", draw),
    Row("nothing in place of parts to show", lambda w: draw(w.loss, show=None), ValueError, "draw: show=None", "Use 'op'", draw),
    Row("dots neither folded nor unfolded", lambda w: draw(w.loss, nary=True), ValueError, "draw: nary=True", "Use 'folded', 'unfolded'.",
        draw),
    Row("too many boxes", lambda w: draw(w.loss, fold="none", max_nodes=2), ValueError, "this would be 5 boxes, more than max_nodes=2",
        "Fold more of them together, as with fold='layer', or ask for all with max_nodes=5.", draw),
    Row("scopes of a program", lambda w: draw(w.program, fold="layer"), ValueError, "draw: a program has kernels for nodes",
        "Leave fold, nary and show out.", draw),
    Row("gradients of a program", lambda w: draw(w.program, show="grad"), ValueError, "nothing else can be shown", "Leave fold", draw),
    Row("too many kernels", lambda w: draw(w.program, max_nodes=3), ValueError, "boxes, more than max_nodes=3",
        "ask for all with max_nodes=", draw),
    Row("boxes without an end", lambda w: draw(w.loss, max_nodes=math.inf), ValueError, "draw: max_nodes=inf",
        "Use a whole number from 1 up.", draw),
    Row("a number of boxes in words", lambda w: draw(w.loss, max_nodes="all"), ValueError, "draw: max_nodes='all'",
        "Use a whole number from 1 up.", draw),
]

FILES = [
    Row("a text file in the way", lambda w: w.drawing.save(w.folder / "notes.svg"), FileExistsError, "notes.svg' exists and is no picture",
        OTHER, SAVE),
    Row("a folder in the way", lambda w: w.drawing.save(w.folder / "folder.svg"), FileExistsError, "folder.svg' exists and is no picture",
        OTHER, SAVE),
    Row("no suffix", lambda w: w.drawing.save(w.folder / "graph"), ValueError, "save: 'graph' has the suffix ''", SUFFIX, SAVE),
    Row("another suffix", lambda w: w.drawing.save(str(w.folder / "graph.jpg")), ValueError, "'graph.jpg' has the suffix '.jpg'", SUFFIX,
        SAVE),
    Row("a text file by its suffix", lambda w: w.drawing.save(w.folder / "notes.txt"), ValueError, "'notes.txt' has the suffix '.txt'",
        SUFFIX, SAVE),
    Row("nothing but a suffix", lambda w: w.drawing.save(w.folder / ".svg"), ValueError, "save: '.svg' has the suffix ''", SUFFIX, SAVE),
    Row("a folder as path", lambda w: w.drawing.save(w.folder), ValueError, "has the suffix ''", SUFFIX, SAVE),
    Row("a folder that is not there", lambda w: w.drawing.save(w.folder / "none" / "graph.svg"), FileNotFoundError,
        "save: there is no folder", "Make it first.", SAVE),
    Row("a file for a folder", lambda w: w.drawing.save(w.folder / "notes.txt" / "graph.dot"), FileNotFoundError, "notes.txt'",
        "Make it first.", SAVE),
    Row("no path", lambda w: w.drawing.save(None), TypeError, "save: None (NoneType) is no path", PATH, SAVE),
    Row("a path of bytes", lambda w: w.drawing.save(b"graph.svg"), TypeError, "save: b'graph.svg' (bytes) is no path", PATH, SAVE),
    Row("a file number", lambda w: w.drawing.save(1), TypeError, "save: 1 (int) is no path", PATH, SAVE),
    Row("no time to lay out", lambda w: w.drawing.save(w.folder / "old.svg", timeout=0), ValueError, "save: timeout=0",
        "Give a number of seconds above 0.", SAVE),
    Row("a time in words", lambda w: w.drawing.save(w.folder / "old.svg", timeout="1 min"), TypeError, "save: timeout: '1 min' (str)",
        "Use int, float or a numpy scalar", SAVE),
    Row("a time that is None", lambda w: w.drawing.save(w.folder / "new.dot", timeout=None), TypeError, "save: timeout: None",
        "Use int, float or a numpy scalar", SAVE),
]

STATES = [
    Row("a path for a state", lambda w: w.model.load_state_dict(str(w.folder / "notes.txt")), TypeError, "notes.txt' (str) is no state",
        "Give what state_dict() returned.", nn.Module.load_state_dict),
]

ROWS = [*SETTINGS, *FILES, *STATES]
