// What was typed and not sent: fields with data-draft="name" keep their text in this tab over a reload; a form that is sent forgets them.
// A draft remembers what it was typed over: where the server says something else by now, the server's text stays.
const key = field => `draft:${location.pathname}:${field.dataset.draft}`;
const fields = () => document.querySelectorAll('[data-draft]');
const first = new WeakMap();  // field → what the server wrote into it

// Seen as soon as it is in the page, before anybody can type.
const meet = () => { for (const field of fields()) if (!first.has(field)) first.set(field, field.value); };

export function saveDrafts() {
  meet();
  for (const field of fields()) {
    const over = first.get(field);
    try { field.value === over ? sessionStorage.removeItem(key(field)) : sessionStorage.setItem(key(field), JSON.stringify({ over, text: field.value })); } catch { /* storage may be full or forbidden */ }
  }
}

function read(field) { try { return JSON.parse(sessionStorage.getItem(key(field))); } catch { return null; } }

function restore() {
  // Before its page is interactive, the circuit would not hear of the text; it draws the fields anew when it is.
  if (!document.querySelector('main[data-interactive]')) return;
  // All are read before the first is written: what is heard of that one saves the others as they stand.
  const drafts = [...fields()].filter(field => field.dataset.restored === undefined).map(field => [field, read(field)]);
  for (const [field, draft] of drafts) {
    field.dataset.restored = '';
    if (!draft || field.value !== draft.over || field.value === draft.text) continue;
    field.value = draft.text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

/** Nothing that is typed on this page is kept: it has been saved. */
export function forgetDrafts() {
  for (const field of fields()) { sessionStorage.removeItem(key(field)); first.set(field, field.value); }
}

document.addEventListener('input', event => { if (event.target.matches?.('[data-draft]')) saveDrafts(); });
document.addEventListener('submit', event => { if (event.target.querySelector?.('[data-draft]')) forgetDrafts(); });
addEventListener('pagehide', saveDrafts);

let asked = 0;
new MutationObserver(() => { meet(); asked ||= setTimeout(() => { asked = 0; restore(); }, 400); }).observe(document.body, { childList: true, subtree: true });
meet();
setTimeout(restore, 400);
