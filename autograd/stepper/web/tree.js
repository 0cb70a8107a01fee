/** Which boxes are to be seen: nodes, and groups of nodes that are folded into one box. */

/** The groups of a scene by their paths, each with its groups and nodes inside; the root holds all. */
export function treeOf(scene) {
  const root = { id: "", name: "", path: [], groups: new Map(), nodes: [], all: [] };
  let count = 0;
  scene.nodes.forEach((node, first) => {
    let group = root;
    root.all.push(node);
    for (const part of node.path) {
      if (!group.groups.has(part)) {
        const path = [...group.path, part];
        group.groups.set(part, { id: `g${count++}`, name: part, path, first, groups: new Map(), nodes: [], all: [] });
      }
      group = group.groups.get(part);
      group.all.push(node);
    }
    group.nodes.push(node);
  });
  return root;
}

/** Every group of a tree. */
export function groupsOf(root) {
  return [...root.groups.values()].flatMap((group) => [group, ...groupsOf(group)]);
}

/**
 * What is to be seen when the groups in `open` (ids) are open.
 * Returns the boxes as a tree to lay out, the box in which each node is seen, and the edges between boxes: those between the same two
 * boxes are one, unless both are nodes.
 */
export function visible(scene, root, open) {
  const boxOf = new Map();
  const places = new Map(scene.nodes.map((node, place) => [node.id, place]));
  const folded = (group) => {
    for (const node of group.all) boxOf.set(node.id, group.id);
    return { id: group.id, group };
  };
  const single = (node) => {
    boxOf.set(node.id, node.id);
    return { id: node.id, node };
  };
  const unfolded = (group) => {
    const parts = [...[...group.groups.values()].map((inner) => [inner.first, inner]), ...group.nodes.map((node) => [places.get(node.id), node])];
    parts.sort((a, b) => a[0] - b[0]);
    const members = parts.map(([, part]) => (!part.all ? single(part) : open.has(part.id) ? unfolded(part) : folded(part)));
    return { id: `open-${group.id}`, group, members };
  };
  const top = unfolded(root);
  const edges = new Map();
  scene.edges.forEach((edge, k) => {
    const [tail, head] = [boxOf.get(edge.tail), boxOf.get(edge.head)];
    if (tail === head) return;
    const key = tail === edge.tail && head === edge.head ? `e${k}` : `${tail}>${head}`;
    if (!edges.has(key)) edges.set(key, { key, tail, head, members: [] });
    edges.get(key).members.push(k);
  });
  return { top, boxOf, edges: [...edges.values()] };
}

/** The one node through which a group gives its result, or null if there are several. */
export function wayOut(scene, group) {
  const inside = new Set(group.all.map((node) => node.id));
  const out = new Set(scene.edges.filter((edge) => inside.has(edge.tail) && !inside.has(edge.head)).map((edge) => edge.tail));
  if (inside.has(scene.output)) out.add(scene.output);
  return out.size === 1 ? [...out][0] : null;
}
