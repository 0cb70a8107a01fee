/** The buttons, the slider and the keys that lead through a sequence. */

import { h, icon, mark, write } from "./dom.js";

const FIRST = "M3 3h2v10H3zM13 3v10L6 8z";
const BACK = "M11.5 3v10L4.5 8z";
const NEXT = "M4.5 3v10l7-5z";
const LAST = "M11 3h2v10h-2zM3 3v10l7-5z";
const PLAY = "M4 2.5v11l9-5.5z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";
const PACE = 1600;

/**
 * A player. count: how many there are. parts: [{name, start}] to jump to. said(i): what the slider says.
 * go(i) is called for each move; start(i) moves without a call.
 */
export function player({ count, parts = [], said, go }) {
  let [index, length, timer] = [0, count, null];
  const button = (label, path, action, name) => h("button", { type: "button", class: name, "aria-label": label, title: label, onclick: action }, icon(path));
  const first = button("First step (Home)", FIRST, () => move(0), "first");
  const back = button("Back (←)", BACK, () => move(index - 1), "back");
  const next = button("Next step (→)", NEXT, () => move(index + 1), "next");
  const last = button("Last step (End)", LAST, () => move(length - 1), "last");
  const play = button("Play", PLAY, () => (timer ? stop() : start()), "play");
  const slider = h("input", { type: "range", min: 0, max: count - 1, value: 0, "aria-label": "Step", oninput: () => move(Number(slider.value)) });
  const place = h("span", { class: "place" });
  const speed = h("select", { "aria-label": "Speed", title: "Speed", onchange: () => timer && start() },
    ...[0.5, 1, 2, 4, 16].map((x) => h("option", { value: x, selected: x === 1 }, `${x}×`)));
  const jumps = parts.map((part) => h("button", { type: "button", class: "part", onclick: () => move(part.start) }, part.name));

  function move(to) {
    stop();
    advance(to);
  }

  function advance(to) {
    const target = Math.min(Math.max(to, 0), length - 1);
    if (target === index) return;
    put(target);
    go(target);
  }

  /** Shows a place without telling anyone. */
  function put(target) {
    index = target;
    slider.value = index;
    mark(slider, "aria-valuetext", said(index));
    write(place, `${index + 1} / ${length}`);
    for (const one of [first, back]) one.disabled = index === 0;
    for (const one of [next, last]) one.disabled = index === length - 1;
    const part = parts.filter(({ start: from }) => from <= index).length - 1;
    jumps.forEach((jump, i) => mark(jump, "aria-pressed", String(i === part)));
  }

  function start() {
    stop();
    if (index === length - 1) advance(0);
    timer = setInterval(() => (index < length - 1 ? advance(index + 1) : stop()), PACE / Number(speed.value));
    play.replaceChildren(icon(PAUSE));
    play.setAttribute("aria-label", "Pause");
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.replaceChildren(icon(PLAY));
    play.setAttribute("aria-label", "Play");
  }

  const keys = { ArrowRight: () => move(index + 1), ArrowLeft: () => move(index - 1), Home: () => move(0), End: () => move(length - 1) };
  put(0);
  return {
    element: h("div", { class: "player" },
      h("span", { class: "parts" }, ...jumps), h("span", { class: "buttons" }, first, back, next, last), h("span", { class: "buttons" }, play, speed),
      slider, place),
    put,
    stop,
    at: () => index,
    lengthen(n) {
      length = n;
      slider.max = n - 1;
      put(index);
    },
    /** Handles the keys of the whole view; those of a text field and of the slider are left to them. */
    key(event) {
      const target = event.composedPath()[0];
      if (event.ctrlKey || event.metaKey || event.altKey || target.matches?.("input, select, textarea")) return;
      const action = keys[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    },
  };
}
