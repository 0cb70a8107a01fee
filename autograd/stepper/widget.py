"""The views as widgets: what happens in the browser is known to Python, and the other way round."""

from __future__ import annotations

from typing import Any

from autograd.stepper.front import front_end

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise ImportError("A widget needs anywidget, which is not installed. Run: pip install 'chalkgrad[widget]'. "
                      "Without it the view itself, and .save(path), work as well.") from error

STEPPER = """
export default {
  render({ model, el }) {
    const view = mount(el, model.get("_data"), {
      index: model.get("index"),
      moved: (index) => { model.set("index", index); model.save_changes(); },
      answered: (answer) => { model.set("answers", [...model.get("answers"), answer]); model.save_changes(); },
    });
    const follow = () => view.go(model.get("index"));
    model.on("change:index", follow);
    return () => { model.off("change:index", follow); view.destroy(); };
  },
};
"""

FILM = """
export default {
  initialize({ model }) {
    model.on("change:_frame", () => model.get("_data").frames.push(model.get("_frame")));
  },
  render({ model, el }) {
    const view = mountFilm(el, model.get("_data"));
    const add = () => view.push(model.get("_frame"));
    model.on("change:_frame", add);
    return () => { model.off("change:_frame", add); view.destroy(); };
  },
};
"""


class View(anywidget.AnyWidget):
    """A view with its data; where there are no widgets, what is still to be seen without them."""

    _data = traitlets.Dict().tag(sync=True)

    def __init__(self, data: dict[str, Any], still: str) -> None:
        super().__init__(_data=data)
        self._still = still

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"] = self._still
        return bundle


class StepperWidget(View):
    """A stepper whose place and answers are shared between Python and the browser.

        .index      the step that is shown, from 0; set it to go there
        .answers    what was worked out by hand: dicts of step, what ("contribution" or "after"), given, right, slip

    Args:    data: what `Stepper` gives its front end. still: HTML for pages without widgets.
    Example:
        >>> from autograd import Stepper, Value
        >>> x = Value(3.0, label="x")
        >>> widget = Stepper(x * x).widget()
        >>> widget.index = 2
        >>> widget.index, widget.answers
        (2, [])
    """

    _esm = front_end() + STEPPER
    index = traitlets.Int(0, min=0).tag(sync=True)
    answers: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)


class FilmWidget(View):
    """A film that goes on while it is watched: each new frame is sent to the browser."""

    _esm = front_end() + FILM
    _frame = traitlets.Dict().tag(sync=True)

    def push(self, frame: dict[str, Any]) -> None:
        """Show one more frame."""
        self._frame = frame
