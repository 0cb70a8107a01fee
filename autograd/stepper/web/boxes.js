/** The boxes of the picture: nodes with their numbers, folded groups, and the frames around open ones. */

import { mark, s, write } from "./dom.js";
import { counted } from "./numbers.js";
import { cut, widthOf } from "./text.js";

const LINE = 18;
const PAD = 10;
const CAPTION = 42;
const FRAME = { top: 34, right: 16, bottom: 16, left: 16 };
// Above the first row there is room for the product.
const EDGE_OF_ALL = { top: 58, right: 18, bottom: 18, left: 18 };

/** Gives every box its width and height, and every open group its margins. byId: the nodes. */
export function measure(item, byId) {
  if (item.members) {
    const { name, path } = item.group;
    Object.assign(item, path.length ? { margin: FRAME, least: widthOf(cut(name), true) + 64 } : { margin: EDGE_OF_ALL, least: 0 });
    for (const member of item.members) measure(member, byId);
    const folded = item.members.filter((member) => member.group && !member.members);
    for (const member of folded) member.width = Math.max(...folded.map(({ width }) => width));
    return;
  }
  const { node, group } = item;
  if (node?.kind === "constant") {
    Object.assign(item, { width: Math.max(36, widthOf(node.name) + 20), height: 26 });
    return;
  }
  const shown = node ?? byId.get(group.out);
  const title = node ? widthOf(cut(node.name), true) + (node.sign ? widthOf(node.sign) + 10 : 0) : widthOf(cut(group.name), true) + 26;
  const body = shown ? CAPTION + Math.max(...shown.texts.map((text) => widthOf(text, true)), widthOf("not yet")) : widthOf(contents(group));
  item.width = Math.ceil(Math.max(title, body) + 2 * PAD);
  item.height = LINE * (shown ? 3 : 2) + 10;
}

/** A box: {element, kind, show(moment)}. toggle(id) opens a group. */
export function boxOf(item, toggle) {
  return item.node ? nodeBox(item) : groupBox(item, toggle);
}

function nodeBox(item) {
  const { node, x, y, width, height } = item;
  const element = s("g", { class: "box", "data-node": node.id });
  if (node.kind === "constant") {
    element.append(s("rect", { x, y, width, height, rx: height / 2 }), s("text", { x: x + width / 2, y: y + 18, class: "middle" }, node.name));
    return { element, kind: "constant", show: () => {} };
  }
  const numbers = numbersOf(item);
  element.append(
    s("rect", { x, y, width, height, rx: node.kind === "leaf" ? 12 : 4 }),
    s("text", { x: x + PAD, y: y + 20, class: "title" }, cut(node.name), node.sign ? s("tspan", { dx: 8, class: "sign" }, node.sign) : null),
    ...numbers.elements,
  );
  if (node.name !== cut(node.name)) element.append(s("title", {}, node.name));
  return { element, kind: node.kind, show: (moment) => numbers.show(moment.node(node.id)) };
}

function groupBox(item, toggle) {
  const { group, x, y, width, height } = item;
  const numbers = group.out === null ? null : numbersOf(item);
  const element = s("g", { class: "box", ...button(group, false, toggle) },
    s("title", {}, `${contents(group)}: click to unfold`),
    s("rect", { x: x + 4, y: y + 4, width, height, rx: 6, class: "behind" }),
    s("rect", { x, y, width, height, rx: 6 }),
    s("text", { x: x + PAD, y: y + 20, class: "title" }, cut(group.name)),
    s("path", { class: "knob", d: `M${x + width - 20},${y + 15}h10m-5,-5v10` }),
    ...(numbers ? numbers.elements : [s("text", { x: x + PAD, y: y + 20 + LINE, class: "caption" }, contents(group))]));
  return { element, kind: "group", show: (moment) => numbers?.show(moment.node(group.out)) };
}

/** The rows of a box for its number and its gradient. */
function numbersOf({ x, y, width }) {
  const caption = (text, row) => s("text", { x: x + PAD, y: y + 20 + LINE * row, class: "caption" }, text);
  const [value, grad] = [1, 2].map((row) => s("text", { x: x + width - PAD, y: y + 20 + LINE * row, class: "end" }));
  return {
    elements: [caption("data", 1), value, caption("grad", 2), grad],
    show(number) {
      write(value, number.value ?? "not yet");
      mark(value, "class", number.value === null ? "end waiting" : "end");
      write(grad, number.grad ?? "not yet");
      mark(grad, "class", number.grad === null ? "end waiting" : number.open ? "end open" : "end");
    },
  };
}

/** The frame around an open group, with a button that folds it. */
export function frameOf(item, toggle) {
  const { group, x, y, width, height } = item;
  return s("g", { class: "frame" },
    s("rect", { x, y, width, height, rx: 10 }),
    s("g", { class: "handle", ...button(group, true, toggle) },
      s("title", {}, "Click to fold"),
      s("rect", { x: x + 6, y: y + 5, width: widthOf(cut(group.name), true) + 36, height: 24, rx: 6 }),
      s("path", { class: "knob", d: `M${x + 14},${y + 17}h10` }),
      s("text", { x: x + 31, y: y + 22, class: "title" }, cut(group.name))));
}

/** What makes an element of the picture a button. */
function button(group, isOpen, toggle) {
  return {
    role: "button", tabindex: 0, "data-group": group.id, "aria-expanded": String(isOpen),
    "aria-label": `${group.name}: ${contents(group)}. ${isOpen ? "Fold" : "Unfold"}.`,
    onclick: () => toggle(group.id),
    onkeydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      toggle(group.id);
    },
  };
}

/** What is inside of a group: 3 operations, 17 leaves. */
function contents(group) {
  return ["operation", "leaf"].map((kind) => [group.all.filter((node) => node.kind === kind).length, kind])
    .filter(([n]) => n).map(([n, kind]) => counted(n, kind)).join(", ");
}
