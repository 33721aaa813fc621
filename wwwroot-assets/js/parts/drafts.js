// What was typed and not sent: fields with data-draft="name" keep their text in this tab over a reload; a form that is sent forgets them.
const key = field => `draft:${location.pathname}:${field.dataset.draft}`;
const fields = () => document.querySelectorAll('[data-draft]');

export function saveDrafts() {
  for (const field of fields()) { try { field.value ? sessionStorage.setItem(key(field), field.value) : sessionStorage.removeItem(key(field)); } catch { /* storage may be full or forbidden */ } }
}

function restore() {
  for (const field of fields()) {
    if (field.dataset.restored) continue;
    field.dataset.restored = '';
    const text = sessionStorage.getItem(key(field));
    if (!text || field.value) continue;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

document.addEventListener('input', event => { if (event.target.matches?.('[data-draft]')) saveDrafts(); });
document.addEventListener('submit', event => { for (const field of event.target.querySelectorAll?.('[data-draft]') ?? []) sessionStorage.removeItem(key(field)); });
addEventListener('pagehide', saveDrafts);

// A field is filled once its page is interactive: before, the circuit would not hear of the text.
let asked = 0;
new MutationObserver(() => { asked ||= setTimeout(() => { asked = 0; restore(); }, 400); }).observe(document.body, { childList: true, subtree: true });
setTimeout(restore, 400);
