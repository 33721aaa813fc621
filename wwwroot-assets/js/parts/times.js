// Times as people read them: local, with UTC on hover, one switch for all. The light content, from the server, is UTC.
import { serverNow } from './live.js';

const elements = new Set();
export const usesUtc = () => { try { return localStorage.getItem('times') === 'utc'; } catch { return false; } };
const pad = number => String(number).padStart(2, '0');
const parts = (at, utc) => utc ? { y: at.getUTCFullYear(), mo: at.getUTCMonth(), d: at.getUTCDate(), h: at.getUTCHours(), mi: at.getUTCMinutes(), s: at.getUTCSeconds() } : { y: at.getFullYear(), mo: at.getMonth(), d: at.getDate(), h: at.getHours(), mi: at.getMinutes(), s: at.getSeconds() };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function clock(ms, utc = usesUtc(), withSeconds = true) { const p = parts(new Date(ms), utc); return `${pad(p.h)}:${pad(p.mi)}${withSeconds ? `:${pad(p.s)}` : ''}`; }
export function day(ms, utc = usesUtc()) { const p = parts(new Date(ms), utc); return `${p.d} ${MONTHS[p.mo]}`; }
export function dated(ms, utc = usesUtc()) { const p = parts(new Date(ms), utc); return `${p.d} ${MONTHS[p.mo]} ${p.y}, ${clock(ms, utc)}`; }

/** 41 s, 4 min, 3 h, 9 d */
export function span(ms) { const s = Math.max(0, Math.round(ms / 1000)); return s < 60 ? `${s}\u00a0s` : s < 5400 ? `${Math.round(s / 60)}\u00a0min` : s < 172800 ? `${Math.round(s / 3600)}\u00a0h` : `${Math.round(s / 86400)}\u00a0d`; }

class Shown extends HTMLElement {
  static observedAttributes = ['at'];
  connectedCallback() {
    if (!this.shadowRoot) { this.text = document.createTextNode(''); this.attachShadow({ mode: 'open' }).append(this.text); }
    elements.add(this);
    this.update();
  }
  disconnectedCallback() { elements.delete(this); }
  attributeChangedCallback() { if (this.text) this.update(); }
  get at() { return Date.parse(this.getAttribute('at')); }
  write(text) { if (this.text.data !== text) this.text.data = text; }
}

// <local-time at="2026-11-22T05:00:00Z" form="time|minute|date|full|auto">
customElements.define('local-time', class extends Shown {
  update() {
    const at = this.at, utc = usesUtc(), form = this.getAttribute('form') ?? 'auto';
    if (Number.isNaN(at)) return;
    const today = day(at) === day(Date.now()) && Math.abs(Date.now() - at) < 86400000;
    this.write(form === 'time' || form === 'auto' && today ? clock(at) : form === 'minute' ? clock(at, utc, false) : form === 'date' ? day(at) : form === 'full' ? dated(at) : `${day(at)}, ${clock(at, utc, false)}`);
    this.title = utc ? `${dated(at, false)} local` : `${dated(at, true)} UTC`;
  }
});

// <live-age at="…">: how long ago, counted on.
customElements.define('live-age', class extends Shown {
  update() { const at = this.at; if (Number.isNaN(at)) return; this.write(span(serverNow() - at)); this.title = `${dated(at, true)} UTC`; }
});

// <live-left at="…">: how long until then, counted down.
export function left(ms) { const s = Math.max(0, Math.ceil(ms / 1000)), m = Math.floor(s / 60); return s < 3600 ? `${m}:${pad(s % 60)}` : `${Math.floor(m / 60)}:${pad(m % 60)}:${pad(s % 60)}`; }
customElements.define('live-left', class extends Shown {
  update() { const at = this.at; if (Number.isNaN(at)) return; this.write(left(at - serverNow())); this.title = `${dated(at, true)} UTC`; }
});

customElements.define('live-clock', class extends Shown {
  update() { this.write(clock(serverNow())); this.title = usesUtc() ? 'UTC' : `UTC ${clock(serverNow(), true)}`; }
});

export const updateTimes = () => elements.forEach(element => element.update());
setInterval(() => { if (document.visibilityState === 'visible') elements.forEach(element => element.localName !== 'local-time' && element.update()); }, 1000);
