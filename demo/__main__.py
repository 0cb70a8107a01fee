"""`make demo`."""

from pathlib import Path

from autograd import draw
from demo import diabetes, pictures, xor

OUT = Path("demo_out")


def main() -> None:
    """Train both, print what came of it, and leave the pictures in demo_out."""
    OUT.mkdir(exist_ok=True)
    model, xor_losses = xor.train()
    print(f"\n{xor.truth_table(model)}\n")
    result = diabetes.train()
    print(f"\nR² on held-out patients, each fifth in turn: net {result.net:.3f}, ordinary least squares {result.least_squares:.3f}\n")

    graph = draw(xor.labelled_output(model), fold="none").save(OUT / "xor_graph.svg")
    curves, surface = OUT / "loss_curves.png", OUT / "xor_surface.png"
    pictures.loss_curves(curves, {"XOR": xor_losses, "Diabetes": result.losses})
    pictures.decision_surface(surface, model)
    print("Pictures:")
    print(f"  {graph.resolve()}  the XOR net as a graph, with every gradient")
    print(f"  {curves.resolve()}  both losses by epoch")
    print(f"  {surface.resolve()}  what the XOR net answers")


if __name__ == "__main__":
    main()
