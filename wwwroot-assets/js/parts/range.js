// The page's time range lives in its address: ?range=1h, or ?from=ms&to=ms. Every chart follows it.
const listeners = new Set();
const UNITS = { s: 1000, m: 60000, h: 3600000, d: 86400000 };
let zoomed = 0, paused = false;

export const parse = text => { const match = /^(\d+)([smhd])$/.exec(text ?? ''); return match ? Number(match[1]) * UNITS[match[2]] : null; };

/** { span, from, to, live }: a span that ends now, or fixed ends. */
export function current(fallback = '15m') {
  const query = new URLSearchParams(location.search), from = Number(query.get('from')), to = Number(query.get('to'));
  if (from > 0 && to > from) return { from, to, span: to - from, live: false };
  return { span: parse(query.get('range')) ?? parse(document.querySelector('[data-default-range]')?.dataset.defaultRange) ?? parse(fallback), live: true };
}

export const onRange = callback => { listeners.add(callback); return () => listeners.delete(callback); };
const tell = () => listeners.forEach(listener => listener());

export function go(change) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(change)) value === null ? url.searchParams.delete(name) : url.searchParams.set(name, value);
  // Blazor's router keeps the page; without a circuit the address is simply opened.
  if (globalThis.Blazor?.navigateTo && document.querySelector('script[src*="blazor.web"]')) globalThis.Blazor.navigateTo(url.pathname + url.search);
  else location.assign(url);
}

/** Opens an address of ours, without loading the frame anew where the router can. */
export function visit(url) { const target = new URL(url, document.baseURI); if (globalThis.Blazor?.navigateTo && document.querySelector('script[src*="blazor.web"]')) globalThis.Blazor.navigateTo(target.pathname + target.search); else location.assign(target); }

// Charts share their selection: one drag is told by each of them, and is one step of the way back.
let zoomedAt = -Infinity;
export function zoom(from, to) { if (performance.now() - zoomedAt < 250) return; zoomedAt = performance.now(); zoomed++; go({ from: Math.round(from), to: Math.round(to), range: null }); }

export function zoomOut() {
  if (zoomed > 0) { zoomed--; history.back(); }
  else if (!current().live) go({ from: null, to: null });
}

export const isPaused = () => paused;
export function pause(on = !paused) {
  paused = on;
  document.documentElement.toggleAttribute('data-paused', paused);
  for (const button of document.querySelectorAll('[data-action="pause"]')) { button.setAttribute('aria-pressed', paused); const word = button.querySelector('span'); if (word) word.textContent = paused ? 'Go on' : 'Pause'; }
  tell();
}

// The router changes the address without an event of its own.
for (const name of ['pushState', 'replaceState']) {
  const original = history[name];
  history[name] = function (...args) { const before = location.search; original.apply(this, args); if (location.search !== before) queueMicrotask(tell); };
}
addEventListener('popstate', tell);

// <time-custom>: two fields for a range of one's own.
class TimeCustom extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`details{position:relative}summary{list-style:none;cursor:pointer;border:1px solid var(--line-strong);border-radius:var(--radius-s);padding:4px 10px;font-size:var(--t-s);font-weight:550;color:var(--text-2)}summary:hover{background:var(--hover)}summary:focus-visible,input:focus-visible,button:focus-visible{outline:2px solid var(--focus);outline-offset:1px}form{position:absolute;z-index:9;right:0;margin-top:6px;background:var(--raised);border:1px solid var(--line-strong);border-radius:var(--radius);padding:var(--s4);display:grid;gap:10px;width:min(280px,calc(100vw - 48px))}label{display:grid;gap:4px;font-size:var(--t-s);color:var(--text-2)}input,button{font:inherit;color:var(--text);background:var(--bg);border:1px solid var(--line-strong);border-radius:var(--radius-s);padding:6px 8px}button{background:var(--accent);color:var(--on-accent,#06101f);font-weight:600;cursor:pointer}p{margin:0;color:var(--critical);font-size:var(--t-s)}@media(max-width:700px){summary{padding:10px 11px}form{right:auto;left:0}}`);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = '<details><summary>Custom</summary><form novalidate><label>From<input type="datetime-local" name="from" step="1" required></label><label>To<input type="datetime-local" name="to" step="1" required></label><p hidden role="alert">From must lie before To.</p><button>Show</button></form></details>';
    const details = root.querySelector('details'), form = root.querySelector('form');
    const local = ms => new Date(ms - new Date(ms).getTimezoneOffset() * 60000).toISOString().slice(0, 19);
    details.addEventListener('toggle', () => { if (!details.open) return; const { from, to, span } = current(); form.to.value = local(to ?? Date.now()); form.from.value = local(from ?? Date.now() - span); });
    form.addEventListener('submit', event => {
      event.preventDefault();
      const from = new Date(form.from.value).getTime(), to = new Date(form.to.value).getTime();
      const wrong = !(from < to);
      root.querySelector('p').hidden = !wrong;
      if (wrong) return;
      details.open = false;
      go({ from, to, range: null });
    });
    addEventListener('keydown', event => { if (event.key === 'Escape') details.open = false; });
  }
}
customElements.define('time-custom', TimeCustom);
