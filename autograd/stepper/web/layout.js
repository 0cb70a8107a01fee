/**
 * Places boxes in columns, inputs on the left: the method of Sugiyama. An open group is laid out by itself first, and then
 * stands as one box among its neighbours; so opening one never shuffles the others.
 */

const COLUMN_GAP = 108;
const ROW_GAP = 14;
const THREAD_GAP = 6;
const SWEEPS = 8;

/**
 * Gives every item x and y, and an open group its width and height.
 * item: {id, width, height}, or {id, members: [items], margin: {top, right, bottom, left}}. edges: [{tail, head}], by the ids of items.
 * Returns the way points of edges that pass by other columns: Map "tail>head" -> [{x, y, width}].
 */
export function arrange(top, edges) {
  const routes = new Map();
  place(top, edges, routes);
  shift(top, 0, 0);
  for (const points of routes.values()) points.sort((a, b) => a.x - b.x);
  return routes;
}

function place(group, edges, routes) {
  const home = new Map();
  const claim = (item, child) => {
    home.set(item.id, child);
    for (const member of item.members ?? []) claim(member, child);
  };
  group.members.forEach((item, child) => claim(item, child));
  group.members.forEach((item) => item.members && place(item, edges, routes));

  const pairs = new Map();
  for (const { tail, head } of edges) {
    const [u, v] = [home.get(tail), home.get(head)];
    if (u === v) continue;
    const key = `${u ?? tail}>${v ?? head}`;
    if (!pairs.has(key)) pairs.set(key, { u, v, edges: [] });
    pairs.get(key).edges.push(`${tail}>${head}`);
  }
  const { vertices, layers, threads } = layered(group.members, [...pairs.values()]);
  order(vertices, layers);
  const height = settle(vertices, layers);
  const width = columns(layers);

  const { top, right, bottom, left } = group.margin;
  group.width = Math.max(width + left + right, group.least ?? 0);
  group.height = height + top + bottom;
  group.points = [];
  for (const vertex of vertices) {
    if (vertex.item) Object.assign(vertex.item, { x: left + vertex.x, y: top + vertex.y - vertex.height / 2 });
  }
  for (const { pair, thread } of threads) {
    for (const { x, y, width } of thread) {
      const point = { x: left + x, y: top + y, width };
      group.points.push(point);
      for (const edge of pair.edges) routes.set(edge, [...(routes.get(edge) ?? []), point]);
    }
  }
}

/** From places within a group to places in the whole. */
function shift(item, dx, dy) {
  item.x = (item.x ?? 0) + dx;
  item.y = (item.y ?? 0) + dy;
  for (const point of item.points ?? []) {
    point.x += item.x;
    point.y += item.y;
  }
  for (const member of item.members ?? []) shift(member, item.x, item.y);
}

/** The columns, with a thread of narrow vertices for each edge that passes by a column, be it on its way in or out of the group. */
function layered(items, pairs) {
  const vertices = items.map((item) => ({ item, width: item.width, height: item.height, before: [], after: [] }));
  const inner = pairs.filter(({ u, v }) => u !== undefined && v !== undefined);
  const forward = new Set(inner.filter(acyclic(items.length, inner)));
  const rank = ranks(items.length, [...forward]);
  vertices.forEach((vertex, i) => (vertex.rank = rank[i]));
  const last = Math.max(...rank);
  const threads = [];
  for (const pair of pairs) {
    const [tail, head] = [vertices[pair.u], vertices[pair.v]];
    if (tail && head && !forward.has(pair)) continue;
    const thread = [];
    let from = tail;
    const join = (to) => {
      from?.after.push(to);
      if (from) to.before.push(from);
      from = to;
    };
    for (let r = tail ? tail.rank + 1 : 0; r < (head ? head.rank : last + 1); r++) {
      const next = { item: null, width: 0, height: 2, before: [], after: [], rank: r };
      join(next);
      thread.push(next);
    }
    if (head && from) join(head);
    vertices.push(...thread);
    if (thread.length) threads.push({ pair, thread });
  }
  const layers = Array.from({ length: last + 1 }, () => []);
  for (const vertex of vertices) layers[vertex.rank].push(vertex);
  return { vertices, layers, threads };
}

/** A test that keeps enough pairs out for the rest to have no circle: groups may take from each other. */
function acyclic(n, pairs) {
  const after = Array.from({ length: n }, () => []);
  for (const pair of pairs) after[pair.u].push(pair);
  const state = new Uint8Array(n);
  const back = new Set();
  for (let start = 0; start < n; start++) {
    const stack = state[start] ? [] : [[start, 0]];
    while (stack.length) {
      const top = stack[stack.length - 1];
      const [u, i] = top;
      state[u] = 1;
      if (i === after[u].length) {
        state[u] = 2;
        stack.pop();
        continue;
      }
      top[1]++;
      const pair = after[u][i];
      if (state[pair.v] === 1) back.add(pair);
      else if (state[pair.v] === 0) stack.push([pair.v, 0]);
    }
  }
  return (pair) => !back.has(pair);
}

/** The column of each item: one after the last of its inputs; but what has no input stands just before its first user. */
function ranks(n, pairs) {
  const rank = new Array(n).fill(0);
  const waiting = new Array(n).fill(0);
  const after = Array.from({ length: n }, () => []);
  for (const { u, v } of pairs) {
    after[u].push(v);
    waiting[v]++;
  }
  const sources = [...rank.keys()].filter((i) => !waiting[i]);
  const ready = [...sources];
  for (const u of ready) {
    for (const v of after[u]) {
      rank[v] = Math.max(rank[v], rank[u] + 1);
      if (--waiting[v] === 0) ready.push(v);
    }
  }
  for (const u of sources) if (after[u].length) rank[u] = Math.min(...after[u].map((v) => rank[v])) - 1;
  return rank;
}

/** The order within each column that the mean place of the neighbours asks for; the one with the fewest crossings is kept. */
function order(vertices, layers) {
  const number = () => layers.forEach((layer) => layer.forEach((vertex, i) => (vertex.order = i)));
  number();
  let best = { crossings: crossings(layers), layers: layers.map((layer) => [...layer]) };
  for (let sweep = 0; sweep < SWEEPS && best.crossings; sweep++) {
    const side = sweep % 2 ? "after" : "before";
    const walk = sweep % 2 ? [...layers].reverse() : layers;
    for (const layer of walk) {
      for (const vertex of layer) vertex.pull = vertex[side].length ? mean(vertex[side], (other) => other.order) : vertex.order;
      layer.sort((a, b) => a.pull - b.pull || a.order - b.order);
      layer.forEach((vertex, i) => (vertex.order = i));
    }
    const found = crossings(layers);
    if (found < best.crossings) best = { crossings: found, layers: layers.map((layer) => [...layer]) };
  }
  best.layers.forEach((layer, i) => (layers[i] = layer));
  number();
}

/** How many pairs of edges cross: for each edge, those met before it that end further down; by a Fenwick tree. */
function crossings(layers) {
  let count = 0;
  for (const layer of layers) {
    const ends = layer.flatMap((vertex) => vertex.after.map((other) => other.order).sort((a, b) => a - b));
    const tree = new Array(ends.reduce((a, b) => Math.max(a, b), 0) + 2).fill(0);
    ends.forEach((end, met) => {
      count += met;
      for (let i = end + 1; i > 0; i -= i & -i) count -= tree[i];
      for (let i = end + 1; i < tree.length; i += i & -i) tree[i]++;
    });
  }
  return count;
}

/** The height of each vertex: near the mean of its neighbours, in its order, without touching. Returns the height of all. */
function settle(vertices, layers) {
  for (const layer of layers) {
    let y = 0;
    layer.forEach((vertex, i) => {
      y += i ? apart(layer[i - 1], vertex) : 0;
      vertex.y = y;
    });
    const middle = y / 2;
    for (const vertex of layer) vertex.y -= middle;
  }
  const [alone, both] = [[["before"], ["after"]], [["before", "after"], ["after", "before"]]];
  for (const sides of [...alone, ...alone, ...both, ...both, ...both, ...both]) {
    const walk = sides[0] === "after" ? [...layers].reverse() : layers;
    for (const layer of walk) {
      for (const vertex of layer) {
        const others = sides.flatMap((side) => vertex[side]);
        const weights = others.map((other) => (vertex.item && other.item ? 1 : vertex.item || other.item ? 2 : 8));
        vertex.weight = others.length ? Math.max(...weights) : 0.1;
        vertex.goal = others.length ? others.reduce((sum, other, i) => sum + weights[i] * other.y, 0) / weights.reduce((a, b) => a + b) : vertex.y;
      }
      isotonic(layer);
    }
  }
  const top = Math.min(...vertices.map((vertex) => vertex.y - vertex.height / 2));
  for (const vertex of vertices) vertex.y -= top;
  return Math.max(...vertices.map((vertex) => vertex.y + vertex.height / 2));
}

/** The places nearest to the goals, by least squares, that keep order and distance: neighbours that meet move on as one block. */
function isotonic(layer) {
  const blocks = [];
  let offset = 0;
  layer.forEach((vertex, i) => {
    offset += i ? apart(layer[i - 1], vertex) : 0;
    vertex.offset = offset;
    let block = { sum: (vertex.goal - offset) * vertex.weight, weight: vertex.weight, members: [vertex] };
    while (blocks.length && blocks.at(-1).sum / blocks.at(-1).weight > block.sum / block.weight) {
      const above = blocks.pop();
      block = { sum: above.sum + block.sum, weight: above.weight + block.weight, members: above.members.concat(block.members) };
    }
    blocks.push(block);
  });
  for (const { sum, weight, members } of blocks) for (const vertex of members) vertex.y = sum / weight + vertex.offset;
}

function apart(a, b) {
  return (a.height + b.height) / 2 + (a.item && b.item ? ROW_GAP : THREAD_GAP);
}

/** The x of each vertex: columns as wide as their widest box, boxes in the middle. Returns the width of all. */
function columns(layers) {
  let x = 0;
  for (const layer of layers) {
    const width = Math.max(...layer.map((vertex) => vertex.width));
    for (const vertex of layer) {
      if (!vertex.item) vertex.width = width;
      vertex.x = x + (width - vertex.width) / 2;
    }
    x += width + COLUMN_GAP;
  }
  return x - COLUMN_GAP;
}

function mean(others, of) {
  return others.reduce((sum, other) => sum + of(other), 0) / others.length;
}
