// <run-output run>: what a run prints, as it prints it. Owns its rows: text only, at most 5,000 of them, added on animation frames. Lines are numbered: what is missing is fetched.
import { follow } from './live.js';
import { clock } from './times.js';

const MOST = 5000;
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { display: block; }
.rows { max-height: 60vh; min-height: 64px; overflow-y: auto; padding: 6px 0; font: 13px/1.5 var(--mono); overscroll-behavior: contain; }
.rows:focus-visible { outline: 2px solid var(--focus, var(--accent)); outline-offset: -2px; }
.row { display: grid; grid-template-columns: max-content minmax(0, 9em) minmax(0, 1fr); gap: 10px; padding: 0 16px; } .row:hover { background: var(--hover); }
time, .step { color: var(--text-3); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .text { white-space: pre-wrap; overflow-wrap: anywhere; } .err .text { color: var(--critical); }
.say { display: flex; gap: 10px; align-items: center; padding: 6px 16px; border-top: 1px solid var(--line); font-size: 12px; color: var(--text-2); } .say button { margin-left: auto; font: inherit; color: inherit; background: none; border: 1px solid var(--line-strong); border-radius: 6px; padding: 3px 9px; cursor: pointer; } .say button[hidden] { display: none; }
@media (max-width: 700px) { .row { grid-template-columns: max-content minmax(0, 1fr); padding: 1px 12px; gap: 8px; } .step { display: none; } .say button { min-height: 44px; } }`);

class RunOutput extends HTMLElement {
  #stop = null; #rows; #say; #words; #newest; #waiting = []; #drawing = 0; #last = 0; #count = 0; #dropped = 0; #follows = true; #asking = null;

  connectedCallback() { this.#build(); this.#begin(); }
  disconnectedCallback() { this.#stop?.(); this.#stop = null; cancelAnimationFrame(this.#drawing); this.#drawing = 0; }

  async #begin() {
    this.#stop?.();
    const run = this.getAttribute('run');
    this.#stop = follow(run, 'stream', 0, { lines: (count, lines) => this.#take(count, lines), gap: () => this.#fill(), fault: text => this.#tell(text) }, 'runs');
    await this.#fill();
  }

  #build() {
    if (this.#rows) return;
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    this.#rows = add(root, 'div', 'rows');
    Object.assign(this.#rows, { tabIndex: 0, role: 'log', ariaLive: 'off', ariaLabel: 'Output, newest at the bottom' });
    this.#rows.addEventListener('scroll', () => { this.#follows = this.#rows.scrollHeight - this.#rows.scrollTop - this.#rows.clientHeight < 24; this.#newest.hidden = this.#follows; }, { passive: true });
    this.#say = add(root, 'div', 'say');
    this.#words = add(this.#say, 'span');
    this.#words.setAttribute('role', 'status');
    this.#newest = add(this.#say, 'button', '', 'Newest');
    Object.assign(this.#newest, { type: 'button', hidden: true });
    this.#newest.addEventListener('click', () => { this.#follows = true; this.#newest.hidden = true; this.#rows.scrollTop = this.#rows.scrollHeight; });
  }

  // The first time the latest lines; later those that are missing.
  #fill() {
    return this.#asking ??= (async () => {
      try {
        const from = this.#last ? `?from=${this.#last + 1}&limit=${MOST}` : `?limit=500`;
        const answer = await fetch(new URL(`api/runs/${this.getAttribute('run')}/lines${from}`, document.baseURI), { credentials: 'same-origin' });
        if (!answer.ok) throw new Error();
        const said = await answer.json();
        if (said.count) this.#count = Math.max(this.#count, said.count);
        this.#add(said.lines);
      } catch { this.#tell('The lines could not be read; load the page again.'); }
      finally { this.#asking = null; }
    })();
  }

  #take(count, lines) {
    this.#count = Math.max(this.#count, count);
    if (lines.length && this.#last && lines[0][0] > this.#last + 1) {
      // Too many came at once for one frame: the newest are shown, the others are in the raw log.
      if (lines[0][0] - this.#last > MOST) this.#dropped += lines[0][0] - this.#last - 1;
      else { this.#fill(); return; }
    }
    this.#add(lines);
  }

  #add(lines) {
    for (const line of lines) if (line[0] > this.#last) { this.#last = line[0]; this.#waiting.push(line); }
    this.#count = Math.max(this.#count, this.#last);
    const over = this.#waiting.length - MOST;
    if (over > 0) { this.#dropped += over; this.#waiting.splice(0, over); }
    if (!this.#drawing) this.#drawing = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#drawing = 0;
    const fresh = document.createDocumentFragment();
    for (const [number, at, step, error, text] of this.#waiting) {
      const row = document.createElement('div');
      row.className = error ? 'row err' : 'row';
      row.dataset.n = number;
      const time = add(row, 'time', '', clock(at));
      time.dateTime = new Date(at).toISOString();
      add(row, 'span', 'step', step);
      add(row, 'span', 'text', text);
      fresh.append(row);
    }
    this.#waiting = [];
    this.#rows.append(fresh);
    while (this.#rows.childElementCount > MOST) { this.#dropped++; this.#rows.firstElementChild.remove(); }
    if (this.#follows) this.#rows.scrollTop = this.#rows.scrollHeight;
    this.#tell();
  }

  #tell(fault) {
    const text = fault ?? (this.#count === 0 ? 'Nothing was printed yet.' : `${this.#count.toLocaleString('en')} lines · ${this.#dropped.toLocaleString('en')} not shown here${this.#dropped ? ', all are in the raw log' : ''}`);
    if (this.#words.textContent !== text) this.#words.textContent = text;
  }
}

function add(parent, name, className = '', text = null) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
}

customElements.define('run-output', RunOutput);
