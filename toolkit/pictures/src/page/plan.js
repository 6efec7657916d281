'use strict';
const worst = { everything: 2, writes: 1, nobody: 0 };
const all = data.services.flatMap((it) => it.migrations);
const longest = Math.max(0.1, ...all.flatMap((it) => it.statements).map(seconds));

function seconds(statement) { return Math.max(0, ...statement.tables.map((it) => it.seconds ?? 0)); }

function bar(statement) {
  const stops = statement.tables.map((it) => it.stops).sort((a, b) => worst[b] - worst[a])[0] || 'nobody';
  const took = seconds(statement);
  const made = element('span', { class: 'bar ' + stops, 'aria-hidden': 'true' });
  // A second and an hour are to be seen beside each other.
  made.style.width = 10 + Math.round(130 * Math.sqrt(took / longest)) + 'px';
  const told = took ? `about ${took < 60 ? took.toFixed(1) + ' s' : Math.round(took / 60) + ' min'}` : '';
  return element('span', {}, made, ' ', told);
}

function facts(it) {
  const rows = it.rows == null ? null : `about ${it.rows.toLocaleString('en')} rows`;
  return [it.told, it.lock, it.work, rows, it.size].filter(Boolean).join('; ');
}

function migration(it) {
  const rows = it.statements.map((statement) => [
    element('code', {}, statement.sql), bar(statement),
    statement.tables.length
      ? element('div', {}, ...statement.tables.map((one) => element('div', {}, code(one.table), ' ', facts(one))))
      : element('span', { class: 'dim' }, 'no table that was there')]);
  const notes = it.notes.map((note) => element('li', { class: note.is_open ? 'red' : 'dim' }, note.text));
  return element('div', { class: 'migration' },
    element('h4', {}, it.name, it.in_transaction ? null : element('span', { class: 'dim' }, ' (outside a transaction)')),
    grid('Statements of ' + it.name, ['Statement', 'How long', 'Tables, and who is stopped'], rows),
    notes.length ? element('ul', {}, ...notes) : null);
}

// What is rolled out together, and what waits for its end.
function phases(migrations) {
  const found = [];
  for (const it of migrations) {
    const last = found[found.length - 1];
    if (last && last.late === it.after_rollout) last.migrations.push(it);
    else found.push({ late: it.after_rollout, migrations: [it] });
  }
  return found;
}

function service(it) {
  const body = it.migrations.length
    ? phases(it.migrations).map((phase) => element('div', { class: 'phase' },
      element('h3', {}, phase.late ? 'After the rollout, when no old code runs' : 'Before the rollout, beside old code'),
      ...phase.migrations.map(migration)))
    : [element('p', { class: 'dim' }, 'Nothing is pending.')];
  return element('section', {}, element('h2', {}, it.service), ...body);
}

const sign = { made: '+', gone: '−', changed: '~', same: ' ' };
const key = (end) => JSON.stringify([end.schema, end.table ?? end.name]);

function changes() {
  const { tables, references } = data.changes;
  if (!tables.length) return;
  at('changes').hidden = false;
  const several = new Set(tables.map((it) => it.schema)).size > 1;
  const named = (it) => Draw.plain(several ? it.schema + '.' + it.name : it.name);
  const nodes = tables.map((it) => {
    const lines = it.parts.slice(0, 30).map((part) => sign[part.fate] + ' ' + Draw.short(Draw.plain(part.text), 52));
    if (it.parts.length > 30) lines.push(`  … ${it.parts.length - 30} more`);
    return Draw.boxed(key(it), named(it), lines, it.fate === 'same' ? '' : it.fate);
  });
  const edges = references.map((it, place) => ({
    id: 'e' + place, source: key(it.from), target: key(it.to),
    classes: [it.naming && 'naming', it.fate !== 'same' && it.fate].filter(Boolean).join(' ') }));
  let cy = null;
  const done = (drawn) => {
    cy = drawn;
    // The page scrolls; the diagram zooms by its keys.
    cy.userZoomingEnabled(false);
    document.documentElement.dataset.ready = 'true';
  };
  Draw.open(at('picture'), nodes, edges, { done });
  Draw.keys(at('picture'), () => cy);
  themed.push(() => cy && Draw.retheme(cy));
  const words = { made: 'made', gone: 'dropped', changed: 'changed' };
  const touched = tables.filter((it) => it.fate !== 'same');
  at('list').replaceChildren(grid('What changes', ['Table', 'What', 'Parts'], touched.map((it) => [
    code(it.schema + '.' + it.name), words[it.fate],
    element('div', {}, ...it.parts.map((part) => element('div', { class: { made: 'green', gone: 'red', changed: 'yellow' }[part.fate] },
      sign[part.fate] + ' ', part.text)))])));
}

const statements = all.reduce((sum, it) => sum + it.statements.length, 0);
const stopping = all.flatMap((it) => it.statements).filter((it) => it.tables.some((one) => one.stops !== 'nobody')).length;
at('summary').textContent = all.length
  ? `${count(all.length, 'migration')} to apply, ${count(statements, 'statement')}; ${stopping} of them stop${stopping === 1 ? 's' : ''} somebody who reads or writes.`
  : 'Nothing is pending.';
at('plan').append(...data.services.map(service));
changes();
if (!data.changes.tables.length) document.documentElement.dataset.ready = 'true';
