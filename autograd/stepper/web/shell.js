/* global STYLE: the text of view.css, which stands before the scripts. */

/** The frame of every view: its own corner of the page, the theme, the keys, and the buttons of the picture. */

import { h, icon } from "./dom.js";
import { followTheme } from "./theme.js";

const PLUS = "M7 3h2v4h4v2H9v4H7V9H3V7h4z";
const MINUS = "M3 7h10v2H3z";
const WHOLE = "M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z";
const FOLD = "M3 2l5 4 5-4v2.4L8 8.4 3 4.4zM3 14l5-4 5 4v-2.4L8 7.600 3 11.600z";
const UNFOLD = "M3 6.400L8 2.400l5 4v-2.400L8 0 3 4zM3 9.600l5 4 5-4V12l-5 4-5-4z";

/** Fills the host with a view. The host keeps other styles out, and keyboard shortcuts of a notebook from being set off inside. */
export function shell(host, { title, graph, controls, options = [], below }) {
  const button = (label, path, action, name) => h("button", { type: "button", class: name, "aria-label": label, title: label, onclick: action }, icon(path));
  const folding = graph.foldable ? h("span", { class: "buttons" },
    button("Fold all", FOLD, graph.foldAll, "fold"), button("Unfold all", UNFOLD, graph.unfoldAll, "unfold")) : null;
  const view = h("span", { class: "buttons" },
    button("Zoom out", MINUS, () => graph.zoomBy(0.8)), button("Zoom in", PLUS, () => graph.zoomBy(1.25)), button("Show the whole graph", WHOLE, graph.fit));
  const element = h("section", { class: "view", tabindex: 0, "aria-label": title },
    h("div", { class: "bar" }, controls.element, h("span", { class: "options" }, ...options, folding, view)), graph.element, ...below);
  host.setAttribute("data-lm-suppress-shortcuts", "true");
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren(h("style", {}, STYLE), element);
  element.addEventListener("keydown", (event) => {
    controls.key(event);
    event.stopPropagation();
  });
  const forget = followTheme(host, element);
  return {
    focus: () => element.focus({ preventScroll: true, focusVisible: false }),
    destroy() {
      controls.stop();
      graph.destroy();
      forget();
    },
  };
}
