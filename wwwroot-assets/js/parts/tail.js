// <live-tail what>: log lines as they come. Owns its rows: text only, at most 2,000 of them, added on animation frames; what the server or the ring left out is counted.
import { follow } from './live.js';
import { clock } from './times.js';
import { TAIL_CSS } from './tail-style.js';

const MOST = 2000;
const sheet = new CSSStyleSheet();
sheet.replaceSync(TAIL_CSS);
const GRAVE = { warn: 'warning', error: 'critical', fatal: 'critical' };

class LiveTail extends HTMLElement {
  static observedAttributes = ['what'];
  #stop = null; #rows; #say; #input; #pause; #chase; #waiting = []; #drawing = 0; #paused = false; #follows = true;
  #seen = null; #shown = 0; #left = 0; #ids = new Set(); #mark = '';

  connectedCallback() { this.#build(); this.#begin(); }
  disconnectedCallback() { this.#stop?.(); this.#stop = null; cancelAnimationFrame(this.#drawing); this.#drawing = 0; }
  attributeChangedCallback(_, before, after) { if (this.isConnected && before !== null && before !== after) { this.#clear(); this.#begin(); } }

  #begin() {
    this.#stop?.();
    this.#seen = null;
    this.#stop = follow(this.getAttribute('what') ?? '{}', 'stream', 0, {
      lines: (count, lines) => this.#take(count, lines),
      fault: text => this.#tell(text),
    }, 'logs');
    this.#tell();
  }

  #build() {
    if (this.#rows) return;
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const bar = add(root, 'div', 'bar');
    this.#pause = button(bar, 'Pause', () => this.#setPaused(!this.#paused));
    button(bar, 'Clear', () => this.#clear());
    this.#chase = button(bar, 'Newest', () => this.#setFollow(true));
    this.#input = add(bar, 'input');
    Object.assign(this.#input, { type: 'search', placeholder: 'Highlight', ariaLabel: 'Highlight text in the lines' });
    this.#input.addEventListener('input', () => this.#setMark(this.#input.value.trim().toLowerCase()));
    this.#say = add(bar, 'span', 'say');
    this.#say.setAttribute('role', 'status');
    this.#rows = add(root, 'div', 'rows');
    Object.assign(this.#rows, { tabIndex: 0, role: 'log', ariaLive: 'off', ariaLabel: 'Log lines, newest at the bottom' });
    this.#rows.addEventListener('scroll', () => this.#setFollow(this.#rows.scrollHeight - this.#rows.scrollTop - this.#rows.clientHeight < 24, false), { passive: true });
  }

  // The count grows with every matching line: what is missing between two frames was left out on the way.
  #take(count, lines) {
    if (this.#seen !== null && count >= this.#seen) this.#left += Math.max(0, count - this.#seen - lines.length);
    this.#seen = count;
    for (const line of lines) if (!this.#ids.has(line[0])) { this.#ids.add(line[0]); this.#waiting.push(line); }
    const over = this.#waiting.length - MOST;
    if (over > 0) { this.#left += over; this.#waiting.splice(0, over).forEach(line => this.#ids.delete(line[0])); }
    if (this.#paused) this.#tell();
    else if (!this.#drawing) this.#drawing = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#drawing = 0;
    const fresh = document.createDocumentFragment();
    for (const line of this.#waiting) fresh.append(this.#row(line));
    this.#shown += this.#waiting.length;
    this.#waiting = [];
    this.#rows.append(fresh);
    while (this.#rows.childElementCount > MOST) { const oldest = this.#rows.firstElementChild; this.#ids.delete(oldest.dataset.id); oldest.remove(); }
    if (this.#follows) this.#rows.scrollTop = this.#rows.scrollHeight;
    this.#tell();
  }

  #row([id, at, level, system, component, event, correlation, message]) {
    const row = document.createElement('div');
    row.className = `row ${GRAVE[level] ?? ''}`;
    row.dataset.id = id;
    const time = add(row, 'time', '', clock(at));
    time.dateTime = new Date(at).toISOString();
    add(row, 'b', 'level', level === 'none' ? '–' : level);
    add(row, 'span', 'where', [system, component].filter(Boolean).join(' / '));
    const text = add(row, 'span', 'text');
    if (event && event !== message) add(text, 'i', '', `${event} `);
    const words = add(text, 'span', 'message', message);
    if (correlation) { const link = add(text, 'a', '', 'chain'); link.href = new URL(`logs?correlationId=${encodeURIComponent(correlation)}`, document.baseURI); link.title = link.ariaLabel = `chain of the correlation id ${correlation}`; }
    highlight(words, this.#mark);
    return row;
  }

  #setPaused(paused) {
    this.#paused = paused;
    this.#pause.textContent = paused ? 'Resume' : 'Pause';
    this.#pause.setAttribute('aria-pressed', paused);
    if (!paused) this.#draw(); else this.#tell();
  }

  #setFollow(follows, scroll = true) {
    this.#follows = follows;
    this.#chase.disabled = follows;
    if (follows && scroll) this.#rows.scrollTop = this.#rows.scrollHeight;
  }

  #setMark(text) {
    this.#mark = text;
    for (const words of this.#rows.querySelectorAll('.message')) highlight(words, text);
    this.#tell();
  }

  #clear() {
    this.#rows.replaceChildren();
    this.#ids.clear();
    this.#waiting = [];
    this.#shown = this.#left = 0;
    this.#tell();
  }

  #tell(fault) {
    const parts = fault ? [fault] : [this.#shown === 0 && this.#waiting.length === 0 ? 'Waiting for lines…' : `${number(this.#shown)} lines`];
    if (this.#left) parts.push(`${number(this.#left)} left out, they came too fast to read; all are in the search`);
    if (this.#paused) parts.push(`paused, ${number(this.#waiting.length)} wait`);
    if (this.#mark) parts.push(`${number(this.#rows.querySelectorAll('.row.hit').length)} with “${this.#mark}”`);
    const text = parts.join(' · ');
    if (this.#say.textContent !== text) this.#say.textContent = text;
    this.dataset.left = this.#left;
  }
}

function highlight(words, mark) {
  const text = words.textContent, parts = [];
  let from = 0;
  for (let at = mark ? text.toLowerCase().indexOf(mark) : -1; at >= 0; at = text.toLowerCase().indexOf(mark, from)) {
    const hit = document.createElement('mark');
    hit.textContent = text.slice(at, at + mark.length);
    parts.push(text.slice(from, at), hit);
    from = at + mark.length;
  }
  words.closest('.row')?.classList.toggle('hit', parts.length > 0);
  if (parts.length || words.firstElementChild) words.replaceChildren(...parts, text.slice(from));
}

function add(parent, name, className = '', text = null) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
}

function button(parent, text, act) {
  const element = add(parent, 'button', '', text);
  element.type = 'button';
  element.addEventListener('click', act);
  return element;
}

const number = value => value.toLocaleString('en');

customElements.define('live-tail', LiveTail);
