/** A graph at many moments: the numbers of a net while it is trained, to be watched, stopped, and gone through again. */

import { h, mark, s, write } from "./dom.js";
import { graphView } from "./graph.js";
import { counted, digits } from "./numbers.js";
import { player } from "./player.js";
import { shell } from "./shell.js";

const WIDEST = "−0.12345";
const CURVE = { width: 600, height: 110, margin: 6 };

/**
 * Puts a film into an element of a page.
 * data: {title, scene, frames: [{step, data: [numbers], grad: [numbers], loss}]}, numbers in the order of the scene's nodes.
 * Returns push(frame), for a frame that comes later, focus() and destroy().
 */
export function mountFilm(host, data) {
  const { scene } = data;
  const frames = [...data.frames];
  const place = new Map(scene.nodes.map((node, i) => [node.id, i]));
  const graph = graphView({ ...scene, nodes: scene.nodes.map((node) => ({ ...node, texts: [WIDEST] })) });
  const said = (i) => `Training step ${frames[i].step}, loss ${digits(frames[i].loss)}`;
  const live = h("input", { type: "checkbox", checked: true, onchange: () => live.checked && last() });
  const controls = player({
    count: frames.length,
    said,
    go: (i) => {
      live.checked = i === frames.length - 1;
      show(i);
    },
  });
  const [sentence, curve] = [h("p", { class: "sentence", role: "status" }), curveOf()];
  const view = shell(host, {
    title: data.title, graph, controls,
    options: [h("label", { class: "ask", title: "Go on to each new step of the training" }, live, "Follow the training")],
    below: [h("div", { class: "words" }, sentence, curve.element)],
  });

  function show(i) {
    const { data: values, grad } = frames[i];
    graph.show({
      phase: "training", now: null, near: [], edges: [], product: null, done: () => true, edge: () => "",
      node: (id) => ({ value: digits(values[place.get(id)]), grad: digits(grad[place.get(id)]), open: false }),
    });
    write(sentence, said(i));
    curve.show(frames, i);
  }

  function last() {
    controls.put(frames.length - 1);
    show(frames.length - 1);
  }

  last();
  return {
    push(frame) {
      frames.push(frame);
      controls.lengthen(frames.length);
      if (live.checked) last();
      else curve.show(frames, controls.at());
    },
    focus: view.focus,
    destroy: view.destroy,
  };
}

/** The loss over the frames, with a mark at the one that is shown. */
function curveOf() {
  const { width, height, margin } = CURVE;
  const [line, dot] = [s("polyline", { class: "loss" }), s("circle", { r: 4.5 })];
  const [most, least] = [s("text", { x: margin, y: 12 }), s("text", { x: margin, y: height - 4 })];
  const element = s("svg", { class: "curve", viewBox: `0 0 ${width} ${height}`, width, height, role: "img" }, line, dot, most, least);
  return {
    element,
    show(frames, i) {
      const losses = frames.map((frame) => Number(frame.loss)).map((x) => (Number.isFinite(x) ? x : 0));
      const [top, bottom] = [Math.max(...losses), Math.min(...losses)];
      const x = (k) => 70 + ((width - 80) * k) / Math.max(frames.length - 1, 1);
      const y = (loss) => margin + ((height - 2 * margin) * (top - loss)) / (top - bottom || 1);
      mark(line, "points", losses.map((loss, k) => `${x(k).toFixed(1)},${y(loss).toFixed(1)}`).join(" "));
      mark(dot, "cx", String(x(i)));
      mark(dot, "cy", String(y(losses[i])));
      write(most, digits(top));
      write(least, digits(bottom));
      mark(element, "aria-label", `The loss over ${counted(frames.length, "recorded step")}: from ${digits(losses[0])} to ${digits(losses.at(-1))}`);
    },
  };
}
