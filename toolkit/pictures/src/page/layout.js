'use strict';
// Where boxes go: layers where they are few, forces where they are many, piece by piece so that the page stays alive.
const Layout = (() => {
  const MOST_IN_LAYERS = 90;
  const GAP = 50;

  // The pieces that no line joins, the largest first.
  function pieces(nodes, edges) {
    const joined = new Map(nodes.map((node) => [node.id, []]));
    for (const edge of edges) {
      joined.get(edge.source).push(edge.target);
      joined.get(edge.target).push(edge.source);
    }
    const known = new Map(nodes.map((node) => [node.id, node]));
    const seen = new Set();
    const found = [];
    for (const node of nodes) {
      if (seen.has(node.id)) continue;
      const piece = [];
      const open = [node.id];
      seen.add(node.id);
      while (open.length) {
        const id = open.pop();
        piece.push(known.get(id));
        for (const next of joined.get(id)) if (!seen.has(next)) { seen.add(next); open.push(next); }
      }
      found.push(piece);
    }
    return found.sort((a, b) => b.length - a.length);
  }

  function within(piece, edges) {
    const ids = new Set(piece.map((node) => node.id));
    return edges.filter((edge) => ids.has(edge.source) && edge.source !== edge.target);
  }

  function inLayers(piece, edges) {
    const graph = new dagre.graphlib.Graph({ multigraph: true });
    graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 70, ranker: piece.length > 40 ? 'tight-tree' : 'network-simplex' });
    graph.setDefaultEdgeLabel(() => ({}));
    for (const node of piece) graph.setNode(node.id, { width: node.width, height: node.height });
    edges.forEach((edge, place) => graph.setEdge(edge.target, edge.source, {}, 'e' + place));
    dagre.layout(graph);
    for (const node of piece) { const at = graph.node(node.id); node.x = at.x; node.y = at.y; }
    // A chain of many would be a line that nobody can read.
    const { width, height } = graph.graph();
    return piece.length <= 8 || Math.max(width / height, height / width) <= 6;
  }

  function byForce(piece, edges) {
    const links = edges.map((edge) => ({ source: edge.source, target: edge.target }));
    return d3.forceSimulation(piece)
      .force('link', d3.forceLink(links).id((node) => node.id).distance(130))
      .force('charge', d3.forceManyBody().strength(-500).theta(1.1).distanceMax(1500))
      .force('collide', d3.forceCollide((node) => node.width / 2 + 12))
      .force('x', d3.forceX().strength(0.05)).force('y', d3.forceY().strength(0.07))
      .alphaDecay(0.035).stop();
  }

  // Puts pieces beside and below each other, about as wide as the window.
  function pack(all, ratio) {
    const sized = all.map((piece) => {
      const left = Math.min(...piece.map((it) => it.x - it.width / 2));
      const top = Math.min(...piece.map((it) => it.y - it.height / 2));
      const right = Math.max(...piece.map((it) => it.x + it.width / 2));
      const bottom = Math.max(...piece.map((it) => it.y + it.height / 2));
      return { piece, left, top, width: right - left, height: bottom - top };
    });
    const area = sized.reduce((sum, it) => sum + (it.width + GAP) * (it.height + GAP), 0);
    const widest = Math.max(...sized.map((it) => it.width), Math.sqrt(area * ratio));
    let x = 0, y = 0, row = 0;
    for (const it of sized.sort((a, b) => b.height - a.height)) {
      if (x > 0 && x + it.width > widest) { x = 0; y += row + GAP; row = 0; }
      for (const node of it.piece) { node.x += x - it.left; node.y += y - it.top; }
      x += it.width + GAP;
      row = Math.max(row, it.height);
    }
  }

  let run = 0;
  // Calls `place` when every box has its place.
  function arrange(nodes, edges, ratio, place) {
    const mine = ++run;
    if (!nodes.length) return place();
    const all = pieces(nodes, edges);
    const forces = [];
    for (const piece of all) {
      const own = within(piece, edges);
      const few = piece.length <= MOST_IN_LAYERS && own.length <= 3 * MOST_IN_LAYERS;
      if (!few || !inLayers(piece, own)) forces.push(byForce(piece, own));
    }
    const step = () => {
      if (mine !== run) return;
      const end = performance.now() + 24;
      while (forces.length && performance.now() < end) {
        forces[0].tick();
        if (forces[0].alpha() < 0.02) forces.shift();
      }
      if (!forces.length) { pack(all, ratio); place(); return; }
      setTimeout(step, 0);
    };
    step();
  }
  return { arrange };
})();
