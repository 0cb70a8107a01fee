/** What the picture shows at each step. */

import { digits } from "./numbers.js";

/** Every node with all the numbers that it will show, so that its box is wide enough from the start. */
export function withTexts(nodes, steps) {
  const texts = new Map(nodes.map((node) => [node.id, node.value === null ? [] : [digits(node.value)]]));
  for (const step of steps) if (step.to !== null) texts.get(step.to).push(soFar(step));
  return nodes.map((node) => ({ ...node, texts: texts.get(node.id) }));
}

/** A function from a step to what the picture shows then. before: as it is just before the step's own result is known. */
export function momentsOf(scene, steps) {
  const values = new Map(scene.nodes.map((node) => [node.id, node.value === null ? null : digits(node.value)]));
  const edgeAt = new Map(scene.edges.map((edge, k) => [`${edge.head} ${edge.place}`, k]));
  const into = new Map();
  scene.edges.forEach((edge, k) => list(into, edge.head).push(k));

  const [computed, arrived, sent, partials] = [new Map(), new Map(), new Map(), new Map()];
  const back = steps.findIndex((step) => step.phase === "backward");
  steps.forEach((step, i) => {
    if (step.phase === "forward") computed.set(step.node, i);
    else if (step.to === null) list(arrived, step.node).push({ i, text: "1", open: false });
    else {
      const k = edgeAt.get(`${step.node} ${step.place}`);
      list(arrived, step.to).push({ i, text: soFar(step), open: step.remaining > 0 });
      partials.set(k, `×${digits(step.partial)}`);
      sent.set(k, i);
    }
  });

  return (i, before) => {
    const step = steps[i];
    const until = before ? i - 1 : i;
    const edge = step.to === null ? null : edgeAt.get(`${step.node} ${step.place}`);
    const edges = step.phase === "forward" ? (into.get(step.node) ?? []) : edge === null ? [] : [edge];
    return {
      phase: step.phase,
      now: step.node,
      near: [step.node, ...edges.map((k) => scene.edges[k].tail)],
      edges,
      product: edge === null ? null : [digits(step.adjoint), `× ${digits(step.partial)}`, `= ${before ? "?" : digits(step.contribution)}`],
      node(id) {
        const last = arrived.get(id)?.findLast((arrival) => arrival.i <= until);
        return { value: (computed.get(id) ?? -1) <= until ? values.get(id) : null, grad: last?.text ?? null, open: last?.open ?? false };
      },
      edge: (k) => (i >= back ? (partials.get(k) ?? "") : ""),
      done: (k) => (i < back ? (computed.get(scene.edges[k].head) ?? -1) <= until : (sent.get(k) ?? Infinity) <= until),
    };
  };
}

/** The running sum at a node; the dots say that more is to come. */
function soFar(step) {
  return digits(step.after) + (step.remaining ? " + …" : "");
}

/** The list of a key, made when it is first asked for. */
function list(map, key) {
  if (!map.has(key)) map.set(key, []);
  return map.get(key);
}
