// The frame: theme, palette, keyboard, menus, kiosk. Listens on the document, so that rendering anew loses nothing.
import { updateTimes } from './times.js';
import { pause } from './range.js';
import { announce, readySound, sound } from './announce.js';
import { forgetDrafts } from './drafts.js';

const root = document.documentElement;
const kept = (name, value) => { try { value === undefined || localStorage.setItem(name, value); return localStorage.getItem(name); } catch { return null; } };
const light = matchMedia('(prefers-color-scheme: light)');

function theme(choice) {
  kept('theme', choice);
  // The server draws the next page in it, the sign-in page included.
  document.cookie = `theme=${choice === 'system' ? '' : choice};path=${new URL(document.baseURI).pathname};max-age=31536000;samesite=lax`;
  root.dataset.theme = choice === 'system' ? (light.matches ? 'light' : 'dark') : choice;
  mark();
}
light.addEventListener('change', () => { if (kept('theme') === 'system') theme('system'); });

const CHOICES = { theme: { get: () => kept('theme') ?? 'dark', set: theme }, times: { get: () => kept('times') ?? 'local', set: value => { kept('times', value); updateTimes(); mark(); } }, sound: { get: () => kept('sound') ?? 'off', set: value => { kept('sound', value); readySound(); sound(false); mark(); } } };

// Settings that live in this browser: their buttons show what is chosen.
function mark() {
  for (const group of document.querySelectorAll('[data-choice]')) {
    const chosen = CHOICES[group.dataset.choice]?.get();
    for (const button of group.querySelectorAll('[data-value]')) { const on = String(button.dataset.value === chosen); if (button.getAttribute('aria-pressed') !== on) button.setAttribute('aria-pressed', on); }
  }
}
mark();
new MutationObserver(mark).observe(document.body, { childList: true, subtree: true });

const open = id => { const dialog = document.getElementById(id); if (dialog && !dialog.open) { closeMenus(); dialog.showModal(); if (id === 'palette') startPalette(dialog); } };
const closeMenus = except => { for (const menu of document.querySelectorAll('details.menu[open], .tabs details[open]')) if (menu !== except) menu.open = false; };
const visit = url => { const target = new URL(url, document.baseURI); if (globalThis.Blazor?.navigateTo) globalThis.Blazor.navigateTo(target.pathname + target.search); else location.assign(target); };

const ACTIONS = {
  theme: () => theme(root.dataset.theme === 'dark' ? 'light' : 'dark'),
  pause: () => pause(),
  kiosk: () => { const url = new URL(location.href); url.searchParams.set('kiosk', ''); location.assign(url); },
  print: () => print(),
  'copy-link': () => navigator.clipboard?.writeText(location.href).then(() => toast('The address is copied.')),
};

document.addEventListener('click', event => {
  const opener = event.target.closest('[data-open]'), action = event.target.closest('[data-action]'), choice = event.target.closest('[data-choice] [data-value]'), option = event.target.closest('.palette li[data-url]'), copy = event.target.closest('[data-copy]');
  if (opener) open(opener.dataset.open);
  if (action) ACTIONS[action.dataset.action]?.();
  if (choice) CHOICES[choice.closest('[data-choice]').dataset.choice]?.set(choice.dataset.value);
  if (option) { option.closest('dialog').close(); visit(option.dataset.url); }
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => toast('Copied.'));
  if (event.target instanceof HTMLDialogElement) { const box = event.target.getBoundingClientRect(); if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) event.target.close(); }
  const menu = event.target.closest('details.menu, .tabs details');
  closeMenus(event.target.closest('.sheet a, .sheet button:not([data-value])') ? null : menu);
});

/** A short word at the edge of the page. */
export function toast(text, critical = false) {
  const item = document.createElement('div');
  item.className = critical ? 'toast critical' : 'toast';
  item.textContent = text;
  document.getElementById('toasts')?.append(item);
  setTimeout(() => item.remove(), critical ? 12000 : 5000);
}

// What circuits call; see Ui/Browser.cs.
globalThis.ops = {
  toast, announce, open, forgetDrafts, close: id => document.getElementById(id)?.close(),
  download: (name, text, type) => { const link = document.createElement('a'); link.href = URL.createObjectURL(new Blob([text], { type })); link.download = name; link.click(); setTimeout(() => URL.revokeObjectURL(link.href), 1000); },
};

// Palette -----------------------------------------------------------------------------------------------------------

function startPalette(dialog) {
  const input = dialog.querySelector('[data-palette-input]');
  input.value = '';
  filter(dialog);
  input.focus();
}

function rank(words, asked) {
  // Every word asked for must occur; whole beginnings come first.
  let points = 0;
  for (const word of asked.split(/\s+/).filter(Boolean)) {
    const at = words.indexOf(word);
    if (at < 0) return -1;
    points += at === 0 ? 3 : words[at - 1] === ' ' ? 2 : 1;
  }
  return points;
}

function filter(dialog) {
  const asked = dialog.querySelector('[data-palette-input]').value.trim().toLowerCase(), items = [...dialog.querySelectorAll('li')];
  let best = null, most = -1;
  for (const item of items) {
    const points = asked ? rank(item.dataset.words, asked) : 0;
    item.hidden = points < 0;
    item.style.display = points < 0 ? 'none' : '';
    if (points > most) [best, most] = [item, points];
  }
  dialog.querySelector('.none').hidden = best !== null;
  choose(dialog, best);
}

function choose(dialog, item) {
  for (const other of dialog.querySelectorAll('li[aria-selected="true"]')) other.setAttribute('aria-selected', 'false');
  item?.setAttribute('aria-selected', 'true');
  item?.scrollIntoView({ block: 'nearest' });
  dialog.querySelector('[data-palette-input]').setAttribute('aria-activedescendant', item?.id ?? '');
}

document.addEventListener('input', event => { if (event.target.matches('[data-palette-input]')) filter(event.target.closest('dialog')); });

function paletteKey(event, dialog) {
  const shown = [...dialog.querySelectorAll('li')].filter(item => !item.hidden), at = shown.findIndex(item => item.getAttribute('aria-selected') === 'true');
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); choose(dialog, shown[(at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % shown.length]); }
  if (event.key === 'Enter' && shown[at]) { event.preventDefault(); dialog.close(); visit(shown[at].dataset.url); }
}

// Keys --------------------------------------------------------------------------------------------------------------

const GOES = { o: './', l: 'alerts', m: 'metrics-explorer', c: 'collectors', k: 'kpi', a: 'audit', s: 'settings' };
let going = 0;

const typing = target => target.closest?.('input, textarea, select, [contenteditable]');

document.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); open('palette'); return; }
  const dialog = document.querySelector('dialog.palette[open]');
  if (dialog) { paletteKey(event, dialog); return; }
  if (event.key === 'Escape') { closeMenus(); if (typing(event.target)) event.target.blur(); else if (root.dataset.kiosk !== undefined) leaveKiosk(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector('dialog[open]')) return;
  if (going && performance.now() - going < 1200 && GOES[event.key]) { going = 0; visit(GOES[event.key]); return; }
  going = event.key === 'g' ? performance.now() : 0;
  if (event.key === '?') open('keys');
  else if (event.key === 't') ACTIONS.theme();
  else if (event.key === 'p') pause();
  else if (event.key === '/') { const field = document.querySelector('[data-filter]'); if (field) { event.preventDefault(); field.focus(); } }
  else if (event.key === 'j' || event.key === 'k') step(event.key === 'j' ? 1 : -1);
  else document.querySelector(`main [data-key="${CSS.escape(event.key)}"]`)?.click();
});

function step(by) {
  const entries = [...document.querySelectorAll('main a.sys, main a.item, main .list > .item[tabindex], main [data-entry]')], at = entries.indexOf(document.activeElement);
  entries[at < 0 ? (by > 0 ? 0 : entries.length - 1) : Math.max(0, Math.min(entries.length - 1, at + by))]?.focus();
}

function leaveKiosk() { const url = new URL(location.href); url.searchParams.delete('kiosk'); location.assign(url); }
