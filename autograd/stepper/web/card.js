/** What a step does, written out: the sentence, the product with its numbers, and the running sum. */

import { h } from "./dom.js";
import { digits, enclosed, typeset } from "./numbers.js";

/** The parts of the card for a step. hidden: the reader is asked for the numbers first. */
export function card(step, names, hidden) {
  const [node, to, root] = [names.get(step.node), names.get(step.to), names.get(names.root)];
  const reason = step.reason ? h("p", { class: "reason" }, step.reason) : null;
  const stale = step.stale ? h("p", { class: "stale" }, step.stale) : null;
  if (step.to === null) {
    return step.phase === "forward" ? [equation(computed(step, node)), stale] : [equation(seed(root)), reason, stale];
  }
  const product = [
    term("", digits(step.adjoint), `adjoint of ${node}: ${slope(root, node)}`),
    term("×", enclosed(step.partial), `partial: ${slope(node, to)} = ${typeset(step.partial_text)}`),
    term("=", hidden ? "?" : digits(step.contribution), `contribution to ${to}`, "result"),
  ];
  return [equation(product), step.arrivals > 1 ? h("p", { class: "sum" }, sum(step, to, root, hidden)) : null, reason, stale];
}

/** What is said of a step where the numbers are still to be found. */
export function question(step, names) {
  const [node, to] = [names.get(step.node), names.get(step.to)];
  return `${node} has the adjoint ${digits(step.adjoint)}, and the partial ${slope(node, to)} is ${digits(step.partial)}. What does ${node} pass on to ${to}?`;
}

function sum(step, to, root, hidden) {
  const which = `contribution ${step.arrivals - step.remaining} of ${step.arrivals}`;
  const added = `${digits(step.before)} + ${hidden ? "?" : enclosed(step.contribution)} = ${hidden ? "?" : digits(step.after)}`;
  return `${slope(root, to)}${step.remaining ? " so far" : ""} = ${added}  (${which})`;
}

/** The operation in names, the same in numbers, and the result. */
function computed(step, node) {
  const written = step.formula.slice(node.length + " = ".length);
  const numbers = typeset(step.numbers.slice(0, step.numbers.lastIndexOf(" = ")));
  return [term("", node, "node"), term("=", written, "operation"), term("=", numbers, "its numbers"), term("=", digits(step.value), "data", "result")];
}

function seed(root) {
  return [term("", slope(root, root), "how the output moves with itself"), term("=", "1", "here the way back begins", "result")];
}

function slope(y, x) {
  return `∂${y}/∂${x}`;
}

function equation(terms) {
  return h("div", { class: "equation" }, ...terms);
}

/** A part of an equation with the sign before it, and a caption. */
function term(sign, text, caption, kind = "") {
  return h("span", { class: `term ${kind}` }, sign ? h("span", { class: "sign" }, sign) : null, h("span", {}, h("b", {}, text), h("small", {}, caption)));
}
