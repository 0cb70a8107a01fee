/** The picture as it is handled: folded and unfolded, zoomed, moved, and led along with the steps. */

import { h } from "./dom.js";
import { drawing } from "./drawing.js";
import { counted } from "./numbers.js";
import { groupsOf, treeOf, visible, wayOut } from "./tree.js";

const SMALLEST_TEXT = 12;
const READABLE = 10;
const SPARE = 26;
const TALLEST = 0.62; // as in view.css

/**
 * The picture of a scene.
 * scene: {nodes: [{id, kind, name, sign, path, texts}], edges: [{tail, head, place}], open: [path], output}.
 * Returns its element, `show(moment)`, and what the buttons do: fold, unfold, zoom, fit.
 */
export function graphView(scene) {
  const tree = treeOf(scene);
  const groups = groupsOf(tree);
  for (const group of groups) group.out = wayOut(scene, group);
  const wanted = new Set(scene.open.map((path) => JSON.stringify(path)));
  const open = new Set(groups.filter((group) => wanted.has(JSON.stringify(group.path))).map((group) => group.id));
  const byId = new Map(scene.nodes.map((node) => [node.id, node]));
  const pane = h("div", { class: "pane", tabindex: 0, role: "group", "aria-label": `The graph: ${counted(scene.nodes.length, "node")}` });
  // What is drawn, how large, and of which moment; and where a scroll leads that is under way.
  let [drawn, zoom, moment, aim, aiming] = [null, null, null, null, null];

  function draw() {
    drawn = drawing(visible(scene, tree, open), byId, toggle);
    pane.replaceChildren(drawn.svg);
    setZoom(zoom ?? comfortable());
    if (moment) drawn.show(moment, zoom);
  }

  /** The whole in the pane, but never smaller than can be read. */
  function comfortable() {
    return Math.max(Math.min(fitting(), 1), READABLE / SMALLEST_TEXT);
  }

  function fitting() {
    const [width, height] = [pane.clientWidth || 900, Math.max(360, window.innerHeight * TALLEST)];
    return Math.min((width - 2) / drawn.width, height / drawn.height, 1.25);
  }

  function setZoom(factor) {
    zoom = Math.min(Math.max(factor, 0.02), 3);
    drawn.svg.setAttribute("width", Math.ceil(drawn.width * zoom));
    drawn.svg.setAttribute("height", Math.ceil(drawn.height * zoom));
    drawn.scaled(zoom);
  }

  /** Zooms about the middle of what is seen. */
  function zoomBy(factor, clientX, clientY) {
    const box = pane.getBoundingClientRect();
    const [x, y] = [(clientX ?? box.left + box.width / 2) - box.left, (clientY ?? box.top + box.height / 2) - box.top];
    const [left, top, before] = [pane.scrollLeft + x, pane.scrollTop + y, zoom];
    setZoom(zoom * factor);
    pane.scrollTo({ left: (left * zoom) / before - x, top: (top * zoom) / before - y, behavior: "instant" });
  }

  /** Opens or folds a group, and leaves it where it is on the screen. */
  function toggle(id) {
    const place = () => pane.querySelector(`[data-group="${id}"]`);
    const before = place()?.getBoundingClientRect();
    if (!open.delete(id)) open.add(id);
    draw();
    const after = place()?.getBoundingClientRect();
    if (before && after) pane.scrollBy({ left: after.left - before.left, top: after.top - before.top, behavior: "instant" });
    place()?.focus({ preventScroll: true });
  }

  function setOpen(ids) {
    open.clear();
    for (const id of ids) open.add(id);
    zoom = null;
    draw();
    follow("instant");
  }

  /** Brings the boxes of this moment into view, as far as the pane scrolls. A scroll that is under way counts as done. */
  function follow(behavior) {
    const boxes = (moment?.near ?? []).map((id) => drawn.placeOf(id)).filter(Boolean);
    if (!boxes.length) return;
    const into = (first, [from, to], scroll, room) => {
      const [start, end] = [from * zoom - SPARE, to * zoom + SPARE];
      if (start >= scroll && end <= scroll + room) return scroll;
      const target = start < scroll ? start : end - room;
      return end - start > room || Math.abs(target - scroll) > room ? first * zoom - room / 2 : target;
    };
    const { x, y, width, height } = boxes[0];
    const reach = (at, size) => [Math.min(...boxes.map((box) => box[at])), Math.max(...boxes.map((box) => box[at] + box[size]))];
    const left = into(x + width / 2, reach("x", "width"), aim?.left ?? pane.scrollLeft, pane.clientWidth);
    const top = into(y + height / 2, reach("y", "height"), aim?.top ?? pane.scrollTop, pane.clientHeight);
    if (left === (aim?.left ?? pane.scrollLeft) && top === (aim?.top ?? pane.scrollTop)) return;
    aim = { left, top };
    const far = Math.abs(left - pane.scrollLeft) > pane.clientWidth || Math.abs(top - pane.scrollTop) > pane.clientHeight;
    pane.scrollTo({ left, top, behavior: far ? "instant" : behavior });
    clearTimeout(aiming);
    aiming = setTimeout(() => (aim = null), 700);
  }

  pane.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  }, { passive: false });
  pane.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest("[role=button]")) return;
    const from = { x: event.clientX + pane.scrollLeft, y: event.clientY + pane.scrollTop };
    const move = (to) => pane.scrollTo({ left: from.x - to.clientX, top: from.y - to.clientY, behavior: "instant" });
    const end = () => ["pointermove", "pointerup", "pointercancel"].forEach((name, i) => pane.removeEventListener(name, [move, end, end][i]));
    pane.setPointerCapture(event.pointerId);
    pane.addEventListener("pointermove", move);
    pane.addEventListener("pointerup", end);
    pane.addEventListener("pointercancel", end);
  });

  draw();
  let width = 0;
  const observer = new ResizeObserver(() => {
    // Not the inner width, which changes with each scroll bar.
    if (pane.offsetWidth === width || !pane.offsetWidth) return;
    width = pane.offsetWidth;
    setZoom(comfortable());
    follow("instant");
  });
  observer.observe(pane);

  return {
    element: pane,
    foldable: groups.length > 0,
    show(next) {
      moment = next;
      drawn.show(moment, zoom);
      follow(matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");
    },
    foldAll: () => setOpen([]),
    unfoldAll: () => setOpen(groups.map((group) => group.id)),
    zoomBy,
    fit: () => setZoom(fitting()),
    destroy: () => observer.disconnect(),
  };
}
