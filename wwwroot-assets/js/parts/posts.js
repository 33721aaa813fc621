// Plain forms that act. Without script they are posted and lead back to their page; here the same post is sent in the background and its answer said.
//
// form[data-post]; data-clear empties it afterwards; button[data-confirm="…?"] asks first; a button with data-needs-choice takes the focused row where no box is ticked;
// [data-reveal="id"] opens the <details> around that element and puts the focus there; form[data-submit-on-change] is sent by its own fields.
import { toast } from './shell.js';
import { forgetDrafts } from './drafts.js';

const sending = new WeakSet();
const another = form => { const url = new URL(form.action); if (url.searchParams.has('key')) url.searchParams.set('key', `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`); form.action = url.href; };

document.addEventListener('submit', async event => {
  const form = event.target;
  if (!form.matches?.('form[data-post]')) return;
  const button = event.submitter;
  if (sending.has(form) || button?.dataset.confirm && !confirm(button.dataset.confirm)) { event.preventDefault(); return; }
  event.preventDefault();
  sending.add(form);
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'application/json' }, credentials: 'same-origin' });
    if (answer.status === 401) { location.reload(); return; }
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) { toast(words(said, answer.status), true); return; }
    toast(said.said ?? 'Done.');
    another(form);
    if (form.hasAttribute('data-clear')) clear(form);
    forgetDrafts();
    // Without a circuit nobody draws the new state.
    if (form.hasAttribute('data-reload') || document.documentElement.dataset.circuit !== 'up') location.reload();
  } catch {
    toast('The dashboard was not reached; nothing is known of it. Try again.', true);
  } finally {
    sending.delete(form);
  }
});

const words = (said, status) => said.errors?.length ? said.errors.map(error => `${error.field} ${error.message}`).join(' ') : said.detail ?? `The server answered ${status}.`;

function clear(form) {
  for (const field of form.elements) if (field.type === 'checkbox') field.checked = false; else if (field.matches('textarea[data-draft], input[data-draft]')) field.value = '';
  for (const menu of form.matches('details form') ? [form.closest('details')] : []) menu.open = false;
}

document.addEventListener('click', event => {
  const revealer = event.target.closest?.('[data-reveal]');
  if (revealer) { event.preventDefault(); reveal(revealer.dataset.reveal); return; }
  const button = event.target.closest?.('[data-needs-choice]');
  if (button && !button.form.querySelector('.tick input:checked')) {
    const box = lastRow?.isConnected ? tickOf(lastRow) : null;
    if (box) box.checked = true;
    else { event.preventDefault(); toast('Choose alerts first, with their boxes or with x.', true); }
  }
});

function reveal(id) {
  const target = document.getElementById(id);
  if (!target) return;
  (target.matches('details') ? target : target.closest('details'))?.setAttribute('open', '');
  target.scrollIntoView({ block: 'center' });
  (target.matches('input, textarea, select') ? target : target.querySelector('input:not([type=hidden]), textarea, select, summary, button'))?.focus({ preventScroll: true });
}

// A link with a fragment, from the list or from a message.
const revealHash = () => { if (/^#[a-z-]+$/.test(location.hash) && document.querySelector(`details${location.hash}, details ${location.hash}`)) reveal(location.hash.slice(1)); };
setTimeout(revealHash, 300);
new MutationObserver(() => { if (document.querySelector('main[data-interactive]') && !revealed) { revealed = true; setTimeout(revealHash, 100); } }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-interactive'] });
let revealed = false;

document.addEventListener('change', event => { const form = event.target.closest?.('form[data-submit-on-change]'); if (form && event.target.matches('select')) form.requestSubmit(); });

// Rows of a list: x ticks, s leads to the silence of the focused one.
let lastRow = null;
const tickOf = row => (row.matches('summary') ? row.closest('.bundle') : row.parentElement).querySelector('.tick input');
document.addEventListener('focusin', event => { const row = event.target.closest?.('.alertlist [data-entry]'); if (row) lastRow = row; });
document.addEventListener('keydown', event => {
  const row = document.activeElement?.closest?.('.alertlist [data-entry]');
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'x') { const box = tickOf(row); if (box) { event.preventDefault(); box.click(); } }
  if (event.key === 's' && row.dataset.silence) { event.preventDefault(); event.stopImmediatePropagation(); location.assign(new URL(row.dataset.silence, document.baseURI)); }
}, true);
