/** The stepper: a picture, a player, the step written out, and a check by hand. */

import { card, question } from "./card.js";
import { checkForm } from "./check.js";
import { h, write } from "./dom.js";
import { graphView } from "./graph.js";
import { momentsOf, withTexts } from "./moments.js";
import { typeset } from "./numbers.js";
import { player } from "./player.js";
import { shell } from "./shell.js";

const TIP = "← and → step, Home and End jump. Drag to move the picture; Ctrl and the wheel zoom.";
const FOLDS = " Click a green box to unfold it.";

/**
 * Puts a stepper into an element of a page.
 * data: {title, scene, steps: {field: [one of each step]}, slips, tolerance, ask}. moved(i) and answered(answer) tell whoever wants to know.
 * Returns go(i), focus() and destroy().
 */
export function mount(host, data, { index = 0, moved = () => {}, answered = () => {} } = {}) {
  const { scene } = data;
  const steps = rowsOf(data.steps);
  const names = new Map(scene.nodes.map((node) => [node.id, node.name]));
  names.root = scene.output;
  const known = new Set();
  let [current, ask] = [index, data.ask];

  const graph = graphView({ ...scene, nodes: withTexts(scene.nodes, steps) });
  const moments = momentsOf(scene, steps);
  const controls = player({
    count: steps.length,
    parts: partsOf(steps),
    said: (i) => `Step ${i + 1} of ${steps.length}, ${steps[i].phase}`,
    go: (i) => {
      show(i);
      moved(i);
    },
  });
  const form = checkForm(data, {
    answered: (answer) => answered({ step: current, ...answer }),
    reveal: () => {
      known.add(current);
      show(current);
    },
  });
  const asking = h("input", { type: "checkbox", checked: ask, onchange: () => {
    ask = asking.checked;
    show(current);
  } });
  const [sentence, written] = [h("p", { class: "sentence", role: "status", "aria-live": "polite" }), h("div", { class: "card" })];
  const view = shell(host, {
    title: `Step through the ${data.title.replace(/^Graph/, "graph")}`, graph, controls,
    options: [h("label", { class: "ask", title: "Hide each product until you have worked it out" }, asking, "Ask me first")],
    below: [h("div", { class: "below" }, h("div", { class: "words" }, sentence, written), form.element), transcript(steps, (i) => go(i, true))],
  });

  function show(i) {
    current = i;
    const step = steps[i];
    const hidden = Boolean(ask && step.check && !known.has(i));
    graph.show(moments(i, hidden));
    write(sentence, hidden ? question(step, names) : typeset(step.sentence));
    const tip = i ? null : h("p", { class: "hint" }, TIP + (graph.foldable ? FOLDS : ""));
    written.replaceChildren(...[...card(step, names, hidden), tip].filter(Boolean));
    written.className = `card ${step.phase}`;
    form.put(step, hidden);
  }

  function go(i, tell = false) {
    const target = Math.min(Math.max(i, 0), steps.length - 1);
    controls.stop();
    controls.put(target);
    show(target);
    if (tell) moved(target);
  }

  go(index);
  return { go, focus: view.focus, destroy: view.destroy };
}

/** From lists of each field to one object for each step. */
function rowsOf(fields) {
  const names = Object.keys(fields);
  return fields[names[0]].map((_, i) => Object.fromEntries(names.map((name) => [name, fields[name][i]])));
}

function partsOf(steps) {
  const start = steps.findIndex((step) => step.phase === "backward");
  return [...(start > 0 ? [{ name: "Forward", start: 0 }] : []), { name: "Backward", start }];
}

/** All steps as a list, made when it is opened. */
function transcript(steps, go) {
  const list = h("ol", {});
  const fill = () => {
    if (list.childElementCount) return;
    list.append(...steps.map((step, i) => h("li", {}, h("button", { type: "button", onclick: () => go(i) }, typeset(step.sentence)))));
  };
  return h("details", { class: "all", ontoggle: fill }, h("summary", {}, `All ${steps.length} steps`), list);
}
