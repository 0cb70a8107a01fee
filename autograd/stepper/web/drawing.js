/** The SVG of one state of folding, and how it is brought up to a moment. */

import { boxOf, frameOf, measure } from "./boxes.js";
import { mark, s, write } from "./dom.js";
import { edgeOf, portsOf, productOf, settleLabels } from "./edges.js";
import { arrange } from "./layout.js";
import { counted } from "./numbers.js";

// So many edges are drawn thin and without labels: the current one has its product.
const MANY = 120;

/**
 * Draws what is to be seen. seen: as `visible` gives it. byId: the nodes. toggle(id) opens or folds a group.
 * A moment says what is shown: {phase, now, near, edges, product, node(id), edge(k), done(k)}.
 */
export function drawing(seen, byId, toggle) {
  measure(seen.top, byId);
  const routes = arrange(seen.top, seen.edges);
  const [frames, lines, boxes, labels] = ["frames", "lines", "boxes", "labels"].map((name) => s("g", { class: name }));
  const { width, height } = seen.top;
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, class: seen.edges.length > MANY ? "graph many" : "graph" }, frames, lines, boxes, labels);

  const shown = new Map();
  const taken = [];
  const gather = (item) => {
    if (!item.members) {
      const box = boxOf(item, toggle);
      shown.set(item.id, { item, ...box });
      boxes.append(box.element);
      taken.push(item);
      return;
    }
    if (item.group.path.length) {
      frames.append(frameOf(item, toggle));
      taken.push({ x: item.x, y: item.y, width: item.least, height: 26 });
    }
    item.members.forEach(gather);
  };
  gather(seen.top);

  const itemOf = (id) => shown.get(id).item;
  const routeOf = ({ tail, head }) => routes.get(`${tail}>${head}`) ?? [];
  const ports = portsOf(seen.edges, itemOf, routeOf);
  const edges = seen.edges.map((edge) => edgeOf(edge, itemOf(edge.tail), itemOf(edge.head), routeOf(edge), ports.get(edge)));
  if (seen.edges.length <= MANY) settleLabels(edges, taken);
  lines.append(...edges.map((edge) => edge.element));
  labels.append(...edges.map((edge) => edge.label));
  const edgeBy = new Map(edges.flatMap((edge) => edge.members.map((k) => [k, edge])));
  const product = productOf(seen.top);
  svg.append(product.element);

  return {
    svg,
    width,
    height,
    placeOf: (id) => shown.get(seen.boxOf.get(id))?.item,
    scaled: (zoom) => product.scaled(zoom),
    show(moment, zoom) {
      const now = seen.boxOf.get(moment.now);
      const near = new Set(moment.near.map((id) => seen.boxOf.get(id)));
      for (const [id, box] of shown) {
        box.show(moment);
        mark(box.element, "class", `box ${box.kind}${id === now ? " now" : near.has(id) ? " near" : ""} ${moment.phase}`);
      }
      const current = new Set(moment.edges.map((k) => edgeBy.get(k)));
      for (const edge of edges) {
        const isNow = current.has(edge);
        mark(edge.element, "class", `edge${isNow ? ` now ${moment.phase}` : ""}${edge.members.every(moment.done) ? " done" : ""}`);
        if (isNow && edge.element.nextSibling) lines.append(edge.element);
        write(edge.label, edge.members.length > 1 ? counted(edge.members.length, "edge") : moment.edge(edge.members[0]));
        mark(edge.label, "visibility", edge.room && !(isNow && moment.product) ? "visible" : "hidden");
      }
      product.show(moment.product, moment.product && (edgeBy.get(moment.edges[0]) ?? shown.get(now)?.item));
      product.scaled(zoom);
    },
  };
}
