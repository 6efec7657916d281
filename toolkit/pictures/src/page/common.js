'use strict';
// What all pages have: the data, elements made without HTML, and the theme.
const at = (id) => document.getElementById(id);
const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
const data = JSON.parse(at('data').textContent);

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

function grid(caption, head, rows) {
  if (!rows.length) return null;
  const cell = (text) => element('td', {}, text instanceof Node ? text : String(text ?? ''));
  return element('table', {},
    element('caption', { class: 'hidden' }, caption),
    element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map(cell)))));
}

const code = (text) => element('code', {}, text);
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

const themed = [];
function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const button = document.getElementById('theme');
  if (button) button.textContent = theme === 'dark' ? 'Light' : 'Dark';
  themed.forEach((redraw) => redraw());
}
const system = matchMedia('(prefers-color-scheme: dark)');
let ownTheme = null;
applyTheme(system.matches ? 'dark' : 'light');
system.addEventListener('change', () => { if (!ownTheme) applyTheme(system.matches ? 'dark' : 'light'); });
document.getElementById('theme')?.addEventListener('click', () => {
  ownTheme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  applyTheme(ownTheme);
});
