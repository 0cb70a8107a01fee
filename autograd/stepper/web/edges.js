/** The edges of the picture, what is written on them, and the product on the current one. */

import { mark, s, write } from "./dom.js";
import { widthOf } from "./text.js";

const ARROW = 7;
const [GENTLE, STEEP] = [70, 240];
const LABEL = { width: 54, height: 16 };

/** Where each edge enters its head, as a distance from the middle: apart from each other, in the order in which they come from above. */
export function portsOf(edges, itemOf, routeOf) {
  const into = new Map();
  for (const edge of edges) into.set(edge.head, [...(into.get(edge.head) ?? []), edge]);
  const ports = new Map();
  for (const [head, arriving] of into) {
    const room = Math.min(14, (itemOf(head).height - 10) / arriving.length);
    const from = new Map(arriving.map((edge) => [edge, routeOf(edge).at(-1)?.y ?? middle(itemOf(edge.tail))]));
    arriving.sort((a, b) => from.get(a) - from.get(b));
    arriving.forEach((edge, i) => ports.set(edge, (i - (arriving.length - 1) / 2) * room));
  }
  return ports;
}

/**
 * One edge: out of its tail on the right, along the way points, into its head on the left; a curve that is level at each of them.
 * An arrow stands at its head, and one at its tail for the way back.
 */
export function edgeOf({ key, members }, tail, head, route, port) {
  const start = { x: tail.x + tail.width, y: middle(tail) };
  const end = { x: head.x - ARROW, y: middle(head) + port };
  const points = [start, ...route.flatMap(({ x, y, width }) => (width ? [{ x, y }, { x: x + width, y }] : [{ x, y }])), end];
  let d = `M${start.x},${start.y}`;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const bend = Math.max(Math.abs(b.x - a.x) / 2, b.x < a.x ? 60 : 0);
    d += a.y === b.y && b.x >= a.x ? `L${b.x},${b.y}` : `C${a.x + bend},${a.y} ${b.x - bend},${b.y} ${b.x},${b.y}`;
  }
  return {
    members,
    last: [points.at(-2), end],
    element: s("g", { class: "edge", "data-edge": key },
      s("path", { class: "line", d }),
      s("path", { class: "arrow", d: `M${end.x + ARROW},${end.y}l-8,-4v8z` }),
      s("path", { class: "arrow back", d: `M${start.x - 1},${start.y}l10,-5.5v11z` })),
    label: s("text", { class: "label middle" }),
    room: false,
  };
}

function middle({ y, height }) {
  return y + height / 2;
}

/** The point at a part of the way along the last curve of an edge. */
function along({ last: [a, b] }, t) {
  return { x: a.x + (b.x - a.x) * (1.5 * t * (1 - t) + t ** 3), y: a.y + (b.y - a.y) * (3 * t ** 2 - 2 * t ** 3) };
}

/** The point above which the product stands: the middle of an edge, clear of its slope; but of a steep one near its head, which is in view. */
function pointOn(edge) {
  const [a, b] = edge.last;
  const rise = Math.abs(a.y - b.y);
  const { x, y } = along(edge, rise > STEEP ? 0.85 : 0.5);
  return { x, y: rise < GENTLE ? Math.min(a.y, b.y) : y };
}

/** Puts each label on its edge where it covers nothing of `taken` and no other label; without room, it is left out. */
export function settleLabels(edges, taken) {
  const grid = new Map();
  const cells = ({ x, y, width, height }) => {
    const found = [];
    for (let i = Math.floor(x / 100); i <= Math.floor((x + width) / 100); i++) {
      for (let j = Math.floor(y / 100); j <= Math.floor((y + height) / 100); j++) found.push(`${i},${j}`);
    }
    return found;
  };
  const put = (area) => cells(area).forEach((cell) => grid.set(cell, [...(grid.get(cell) ?? []), area]));
  const apart = (a, b) => a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y;
  const free = (area) => cells(area).every((cell) => (grid.get(cell) ?? []).every((other) => apart(area, other)));
  taken.forEach(put);
  for (const edge of edges) {
    for (const t of [0.45, 0.3, 0.6, 0.2]) {
      const { x, y } = along(edge, t);
      const area = { x: x - LABEL.width / 2, y: y - LABEL.height / 2, ...LABEL };
      if (!free(area)) continue;
      put(area);
      mark(edge.label, "x", String(x));
      mark(edge.label, "y", String(y + 4));
      edge.room = true;
      break;
    }
  }
}

/** The product of the current edge, written as one does by hand, on a plate above it that keeps its size whatever the zoom. */
export function productOf(size) {
  const plate = s("rect", { rx: 8, y: -76, height: 62 });
  const rows = [0, 1, 2].map((i) => s("text", { class: i === 2 ? "end result" : "end", y: 18 * (i - 3) - 4 }));
  const element = s("g", { class: "product", visibility: "hidden" }, plate, ...rows);
  let [at, width] = [null, 0];
  return {
    element,
    /** texts: the three lines, or null. place: an edge, or a box that has the whole edge inside. */
    show(texts, place) {
      at = texts && place && (place.last ? pointOn(place) : { x: place.x + place.width / 2, y: place.y + 6 });
      mark(element, "visibility", at ? "visible" : "hidden");
      if (!at) return;
      width = Math.max(...texts.map((text) => widthOf(text, true))) + 20;
      mark(plate, "x", String(-width / 2));
      mark(plate, "width", String(width));
      rows.forEach((row, i) => {
        write(row, texts[i]);
        mark(row, "x", String(width / 2 - 10));
      });
    },
    scaled(zoom) {
      if (!at) return;
      const scale = Math.max(1, 1 / zoom);
      const margin = (width / 2 + 2) * scale;
      const x = Math.min(Math.max(at.x, margin), size.width - margin);
      mark(element, "transform", `translate(${x} ${Math.max(at.y, 78 * scale)}) scale(${scale})`);
    },
  };
}
