'use strict';
const when = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
const dot = (kind, title) => element('span', { class: 'dot ' + kind, title });
const lanes = data.environments.flatMap((it) => it.services.map((lane) => ({ environment: it.name, ...lane })));
const runs = lanes.flatMap((it) => it.runs);
const first = Math.min(...runs.map((it) => it.started_at));
const last = Math.max(...runs.map((it) => it.started_at));
const span = Math.max(1, last - first);

function lane(it) {
  const track = element('div', { class: 'track' });
  for (const run of it.runs) {
    const made = dot(run.result, `${run.migration}: ${run.told}, ${when(run.started_at)} UTC, ${run.by}`);
    made.style.left = ((run.started_at - first) / span) * 100 + '%';
    track.append(made);
  }
  const left = element('div', {},
    ...it.pending.map((name) => dot('pending', name + ': pending')),
    ...it.after_rollout.map((name) => dot('after_rollout', name + ': waits for the end of the rollout')),
    it.error ? element('span', { class: 'red' }, 'not read') : null);
  return element('div', { class: 'lane' }, element('div', {}, it.environment, element('div', { class: 'dim' }, it.service)), track, left);
}

function axis() {
  return element('div', { class: 'lane axis' }, element('div'),
    element('div', { class: 'track' }, element('span', {}, when(first) + ' UTC'), element('span', {}, when(last) + ' UTC')),
    element('div', { class: 'dim' }, 'to come'));
}

// Where a migration stands in an environment: the newest that was done with it, or what waits.
function cell(lane, name) {
  if (!lane || lane.error) return element('span', { class: 'red' }, lane?.error || '');
  const line = (kind, ...text) => element('div', {}, dot(kind), ...text);
  const took = (run) => (run.milliseconds == null ? '' : `, ${run.milliseconds} ms`);
  const done = lane.runs.filter((run) => run.migration === name).map((run) => element('div', {},
    line(run.result, `${run.told} ${when(run.started_at)}${took(run)}`), element('div', { class: 'dim' }, run.by),
    run.error ? element('div', { class: 'red' }, run.error) : null));
  if (lane.pending.includes(name)) done.unshift(line('pending', 'pending'));
  if (lane.after_rollout.includes(name)) done.unshift(line('after_rollout', 'waits for the end of the rollout'));
  return done.length ? element('div', {}, ...done) : element('span', { class: 'dim' }, 'nothing is recorded');
}

function service(name) {
  const own = data.environments.map((it) => it.services.find((lane) => lane.service === name));
  const migrations = new Set(own.flatMap((it) => (it ? [...it.runs.map((run) => run.migration), ...it.pending, ...it.after_rollout] : [])));
  const rows = [...migrations].sort().reverse().map((migration) => [code(migration), ...own.map((it) => cell(it, migration))]);
  const errors = own.filter((it) => it?.error).map((it) => element('p', { class: 'red' }, it.error));
  return element('section', {}, element('h2', {}, name), ...errors,
    grid('Migrations of ' + name, ['Migration', ...data.environments.map((it) => it.name)], rows)
      || element('p', { class: 'dim' }, 'Nothing is recorded.'));
}

const failed = runs.filter((it) => it.result === 'failed').length;
const waiting = lanes.reduce((sum, it) => sum + it.pending.length + it.after_rollout.length, 0);
at('summary').textContent = `${count(data.environments.length, 'environment')}, ${runs.length} runs of migrations, ${failed} of them failed or did not finish; ${waiting} to come.`;
at('lanes').append(...(runs.length ? [axis()] : []), ...lanes.map(lane));
at('tables').append(...[...new Set(lanes.map((it) => it.service))].map(service));
document.documentElement.dataset.ready = 'true';
