'use strict';
const MOST_WITH_COLUMNS = 30;
const MOST_LISTED_COLUMNS = 40;
const key = (schema, table) => JSON.stringify([schema, table]);
const tables = new Map();
for (const picture of data.services) {
  for (const table of picture.tables) {
    const id = key(picture.schema, table.name);
    const words = [table.name, picture.service, table.comment, ...table.columns.flatMap((it) => [it.name, it.comment])];
    tables.set(id, { id, picture, table, words: words.filter(Boolean).join('\n').toLowerCase() });
  }
}
const sorted = [...tables.values()];
const references = data.references.map((it) => ({
  ...it, source: key(it.from.schema, it.from.table), target: key(it.to.schema, it.to.table), naming: it.by === 'naming',
}));
const near = new Map(sorted.map((it) => [it.id, new Set()]));
for (const it of references) { near.get(it.source)?.add(it.target); near.get(it.target)?.add(it.source); }

const several = data.services.length > 1;
const state = { chosen: null, only: false, service: '', columns: null, words: '' };
let cy = null;

const named = (it) => Draw.plain(several && !state.service ? it.picture.schema + '.' + it.table.name : it.table.name);

function lines(it) {
  const own = new Set(references.filter((ref) => ref.source === it.id && !ref.naming).flatMap((ref) => ref.from.columns));
  const columns = it.table.columns.slice(0, MOST_LISTED_COLUMNS);
  const widest = Math.max(0, ...columns.map((column) => Draw.short(Draw.plain(column.name), 30).length));
  const text = columns.map((column) => {
    const mark = column.primary_key ? '*' : own.has(column.name) ? '→' : ' ';
    const name = Draw.short(Draw.plain(column.name), 30).padEnd(widest);
    return `${mark} ${name} ${Draw.short(Draw.plain(column.type), 24)}${column.nullable ? '?' : ''}`;
  });
  const rest = it.table.columns.length - columns.length;
  return rest ? [...text, `  … ${rest} more`] : text;
}

function shown() {
  if (state.only && state.chosen) {
    const ids = new Set([state.chosen, ...near.get(state.chosen)]);
    return sorted.filter((it) => ids.has(it.id));
  }
  // A partition is drawn as its table.
  return sorted.filter((it) => !it.table.partition_of && (!state.service || it.picture.service === state.service));
}

function map() {
  const nodes = data.services.map((it) => Draw.boxed(it.schema, Draw.plain(it.service), [`${it.tables.length} tables`]));
  const known = new Set(nodes.map((node) => node.id));
  const edges = new Map();
  for (const it of references) {
    if (it.from.schema === it.to.schema) continue;
    for (const schema of [it.from.schema, it.to.schema]) {
      if (!known.has(schema)) { known.add(schema); nodes.push(Draw.boxed(schema, Draw.plain(schema), [])); }
    }
    const id = JSON.stringify([it.from.schema, it.to.schema, it.naming]);
    edges.set(id, { id, source: it.from.schema, target: it.to.schema, classes: it.naming ? 'naming' : '' });
  }
  paint(nodes, [...edges.values()], `${nodes.length} services`, (schema) => {
    const picture = data.services.find((it) => it.schema === schema);
    if (picture) { state.service = picture.service; at('service').value = picture.service; draw(); }
  });
}

function draw() {
  if (state.service === ' map') return map();
  const visible = shown();
  const ids = new Set(visible.map((it) => it.id));
  const columns = state.columns ?? visible.length <= MOST_WITH_COLUMNS;
  at('columns').checked = columns;
  const nodes = visible.map((it) => Draw.boxed(it.id, named(it), columns ? lines(it) : []));
  const edges = references.filter((it) => ids.has(it.source) && ids.has(it.target)).map((it, place) => ({
    id: 'e' + place, source: it.source, target: it.target, classes: it.naming ? 'naming' : '' }));
  const tables = count(visible.length, 'table');
  paint(nodes, edges, state.only ? tables + ': one with its neighbours' : tables, choose);
}

function paint(nodes, edges, told, chosen) {
  cy?.destroy();
  cy = null;
  at('told').textContent = told + ', being arranged';
  const done = (drawn) => {
    cy = drawn;
    at('told').textContent = told;
    document.documentElement.dataset.ready = 'true';
    mark();
  };
  Draw.open(at('picture'), nodes, edges, { chosen, done });
}

// Shows in the diagram what is chosen and what is searched for.
function mark() {
  if (!cy || state.service === ' map') return;
  cy.batch(() => {
    cy.elements().removeClass('faded chosen');
    if (state.chosen && !state.only) {
      const node = cy.getElementById(state.chosen);
      if (node.length) {
        cy.elements().difference(node.closedNeighborhood()).addClass('faded');
        node.connectedEdges().addClass('chosen');
      }
    } else if (state.words) {
      cy.nodes().filter((node) => !tables.get(node.id())?.words.includes(state.words)).addClass('faded');
    }
    if (state.chosen) cy.getElementById(state.chosen).addClass('chosen');
  });
}

function choose(id) {
  const it = tables.get(id);
  if (!it) return;
  state.chosen = id;
  history.replaceState(null, '', '#' + encodeURIComponent(it.picture.schema + '.' + it.table.name));
  for (const button of at('tables').querySelectorAll('button')) {
    button.setAttribute('aria-current', String(button.dataset.id === id));
  }
  // Among many, a table is found with its neighbours alone.
  state.only ||= cy?.nodes().length > 3 * MOST_WITH_COLUMNS || !cy?.getElementById(id).length;
  describe(it);
  if (state.only) {
    draw();
  } else {
    mark();
    Draw.show(cy, id);
  }
}

function go(end) {
  const id = key(end.schema, end.table);
  const name = end.schema + '.' + end.table;
  return tables.has(id) ? element('button', { class: 'link', onclick: () => choose(id) }, name) : name;
}

function describe(it) {
  const { table, picture } = it;
  const heading = (text) => element('h3', {}, text);
  const part = (text, body) => (body ? [heading(text), body] : []);
  const columns = table.columns.map((column) => [
    code((column.primary_key ? '* ' : '') + column.name), code(column.type + (column.nullable ? ' null' : '')),
    [column.identity && 'identity', column.generated && 'generated: ' + column.generated, column.default && 'default: ' + column.default, column.comment]
      .filter(Boolean).join('; ')]);
  const out = references.filter((ref) => ref.source === it.id);
  const back = references.filter((ref) => ref.target === it.id);
  const by = (ref) => (ref.naming ? 'naming alone' : code(ref.by.foreign_key));
  const texts = (list) => list.length ? element('div', {}, ...list.map((one) => element('pre', {}, one.definition))) : null;
  const what = (change) => change.what === 'made' ? 'made it' : change.what === 'changed' ? 'changed it' : 'renamed it from ' + change.what.renamed;
  const traits = [table.unlogged && 'not logged', table.partitioned_by && 'partitioned by ' + table.partitioned_by,
    table.partition_of && `partition of ${table.partition_of.table} ${table.partition_of.bound}`,
    table.row_security && 'row-level security', ...table.inherits.map((parent) => 'inherits from ' + parent)].filter(Boolean);
  at('details').replaceChildren(
    element('h2', { tabindex: '-1' }, table.name),
    element('p', { class: 'dim' }, [picture.service, ...traits].join(' · ')),
    ...(table.comment ? [element('p', {}, table.comment)] : []),
    element('p', {}, element('button', { 'aria-pressed': String(state.only), id: 'only', onclick: () => {
      state.only = !state.only; at('only').setAttribute('aria-pressed', String(state.only)); draw();
    } }, 'Neighbours only')),
    ...part('Columns', grid('Columns of ' + table.name, ['Column', 'Type', 'More'], columns)),
    ...part('Refers to', grid('What it refers to', ['Columns', 'Table', 'By'], out.map((ref) => [code(ref.from.columns.join(', ')), go(ref.to), by(ref)]))),
    ...part('Referred to by', grid('What refers to it', ['Table', 'Columns', 'By'], back.map((ref) => [go(ref.from), code(ref.from.columns.join(', ')), by(ref)]))),
    ...part('Keys and checks', texts(table.constraints)),
    ...part('Indexes', texts(table.indexes)),
    ...part('Triggers', texts(table.triggers)),
    ...part('Policies', texts(table.policies)),
    ...part('Migrations', grid('Migrations', ['Migration', 'What it did'], (table.migrations || []).map((change) => [code(change.migration), what(change)]))));
}

function list() {
  const found = sorted.filter((it) => (!state.service || state.service === ' map' || it.picture.service === state.service)
    && (!state.words || it.words.includes(state.words)));
  // What is called so stands before what has it in a comment.
  found.sort((a, b) => b.table.name.toLowerCase().includes(state.words) - a.table.name.toLowerCase().includes(state.words));
  at('count').textContent = `${found.length} of ${sorted.length} tables`;
  at('tables').replaceChildren(...found.map((it) => element('li', {}, element('button', {
    'data-id': it.id, 'aria-current': String(it.id === state.chosen), onclick: () => choose(it.id) },
    it.table.name, several ? element('span', { class: 'dim' }, ' ' + it.picture.service) : null))));
  return found;
}

function start() {
  const select = at('service');
  select.append(element('option', { value: '' }, 'All tables'));
  if (several) select.append(element('option', { value: ' map' }, 'Map of services'));
  if (several) for (const it of data.services) select.append(element('option', { value: it.service }, it.service));
  select.addEventListener('change', () => { state.service = select.value; state.only = false; list(); draw(); });
  at('columns').addEventListener('change', (event) => { state.columns = event.target.checked; draw(); });
  at('search').addEventListener('input', (event) => { state.words = event.target.value.trim().toLowerCase(); list(); mark(); });
  at('search').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    const first = list()[0];
    if (first) { choose(first.id); at('details').querySelector('h2').focus(); }
  });
  at('all').addEventListener('click', () => { state.only = false; state.chosen = null; state.service = ''; select.value = ''; list(); draw(); });
  at('in').addEventListener('click', () => cy && Draw.zoom(cy, 1.25));
  at('out').addEventListener('click', () => cy && Draw.zoom(cy, 0.8));
  at('fit').addEventListener('click', () => cy?.fit(undefined, 30));
  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input, select, textarea');
    if (event.key === '/' && !typing) { at('search').focus(); event.preventDefault(); }
  });
  Draw.keys(at('picture'), () => cy);
  themed.push(() => cy && Draw.retheme(cy));
  // A database of many tables begins with its services.
  if (several && sorted.length > 400) { state.service = ' map'; select.value = state.service; }
  list();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const it = sorted.find((one) => one.picture.schema + '.' + one.table.name === wanted);
  draw();
  if (it) choose(it.id);
}
start();
