'use strict';
// The drawing: boxes and lines on a canvas, by Cytoscape.
const Draw = (() => {
  const LINE = 16, CHAR = 7.3;
  const MOST_ZOOM = 1.1;

  // What many lines need: straight ones without arrows are drawn much quicker.
  const MANY = 400;

  function style(many) {
    const box = (name) => ({ 'background-color': color(name + '-box'), 'border-color': color(name), 'border-width': 2 });
    return [
      { selector: 'node', style: {
        shape: 'round-rectangle', width: 'data(width)', height: 'data(height)', 'background-color': color('box'),
        'border-color': color('edge'), 'border-width': 1, label: 'data(label)', color: color('text'),
        'font-family': 'ui-monospace, monospace', 'font-size': 12, 'line-height': 1.33, 'text-wrap': 'wrap',
        'text-max-width': 2000, 'text-valign': 'center', 'text-halign': 'center', 'text-justification': 'left',
        'min-zoomed-font-size': 5 } },
      { selector: 'edge', style: {
        width: 1.3, 'line-color': color('edge'), 'target-arrow-color': color('edge'), 'target-arrow-shape': 'triangle',
        'arrow-scale': 0.8, 'curve-style': many ? 'haystack' : 'bezier', 'haystack-radius': 0 } },
      { selector: 'edge.naming', style: { 'line-style': 'dashed' } },
      { selector: 'node.made', style: box('green') },
      { selector: 'node.gone', style: box('red') },
      { selector: 'node.changed', style: box('yellow') },
      { selector: 'edge.made', style: { 'line-color': color('green'), 'target-arrow-color': color('green'), width: 2 } },
      { selector: 'edge.gone', style: { 'line-color': color('red'), 'target-arrow-color': color('red'), width: 2 } },
      { selector: '.faded', style: { opacity: 0.16 } },
      { selector: 'node.chosen', style: { 'border-color': color('accent'), 'border-width': 3, 'background-color': color('chosen') } },
      { selector: 'edge.chosen', style: { 'line-color': color('accent'), 'target-arrow-color': color('accent'), width: 2 } },
    ];
  }

  // A box as text: its name, and a line for each column.
  function boxed(id, title, lines, classes) {
    const widest = Math.max(title.length, ...lines.map((line) => line.length));
    const rule = lines.length ? ['─'.repeat(widest)] : [];
    const text = [title, ...rule, ...lines];
    return { id, label: text.join('\n'), classes: classes || '', width: widest * CHAR + 22, height: text.length * LINE + 14 };
  }

  const short = (text, most) => (text.length > most ? text.slice(0, most - 1) + '…' : text);

  // Line breaks and what turns the direction of writing would tear a box.
  const plain = (text) => text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '�');

  // Draws when every box has its place, and gives the drawing to `options.done`.
  function open(container, nodes, edges, options) {
    const many = nodes.length > MANY;
    const ratio = Math.max(0.5, container.clientWidth / Math.max(1, container.clientHeight));
    Layout.arrange(nodes, edges, ratio, () => {
      const cy = cytoscape({
        container, style: style(many), minZoom: 0.02, maxZoom: 3, boxSelectionEnabled: false, autoungrabify: many,
        hideEdgesOnViewport: many, textureOnViewport: many, pixelRatio: many ? 1 : 'auto',
        elements: [
          ...nodes.map(({ x, y, ...node }) => ({ group: 'nodes', data: node, classes: node.classes, position: { x: x || 0, y: y || 0 } })),
          ...edges.map((edge) => ({ group: 'edges', data: edge, classes: edge.classes || '' })),
        ],
        layout: { name: 'preset', fit: true, padding: 30 },
      });
      if (cy.zoom() > MOST_ZOOM) { cy.zoom(MOST_ZOOM); cy.center(); }
      cy.on('tap', 'node', (event) => options.chosen?.(event.target.id()));
      options.done(cy);
    });
  }

  // The diagram moves by the keyboard, too, while it has the focus.
  function keys(container, current) {
    container.addEventListener('keydown', (event) => {
      const cy = current();
      const by = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
      if (!cy || event.ctrlKey || event.metaKey || event.altKey) return;
      if (by) cy.panBy({ x: by[0], y: by[1] });
      else if (event.key === '+' || event.key === '=') zoom(cy, 1.25);
      else if (event.key === '-') zoom(cy, 0.8);
      else if (event.key === '0') cy.fit(undefined, 30);
      else return;
      event.preventDefault();
    });
  }

  function zoom(cy, factor) {
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  // Moves to a box with its neighbours.
  function show(cy, id) {
    const all = cy.getElementById(id).closedNeighborhood().nodes();
    const box = all.boundingBox();
    const level = Math.min(MOST_ZOOM, cy.width() / (box.w + 80), cy.height() / (box.h + 80));
    const middle = { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
    const pan = { x: cy.width() / 2 - middle.x * level, y: cy.height() / 2 - middle.y * level };
    cy.stop();
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) cy.viewport({ zoom: level, pan });
    else cy.animate({ zoom: level, pan, duration: 200 });
  }

  // The colours of the theme.
  const retheme = (cy) => cy.style(style(cy.nodes().length > MANY));

  return { open, keys, zoom, show, boxed, short, plain, retheme };
})();
