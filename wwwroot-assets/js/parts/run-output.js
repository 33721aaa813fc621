// <run-output run>: what a run prints, as it prints it. Owns its rows: text only, at most 2,000 of them. Lines are numbered: what is missing is fetched. Faster than
// anybody reads, the newest are drawn, a few each animation frame, so that the page never stands still; where lines are left out stands how many.
import { follow } from './live.js';
import { clock } from './times.js';

const MOST = 2000;
const A_FRAME = 100;    // rows that one animation frame draws
const FLOOD = 2000;     // lines a second that nobody reads any more; so many are drawn instead:
const NEWEST = 60;      // of what came between two frames of the server
const CUT = 500;        // a frame of the server with as many lines was cut to them
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { display: block; }
.rows { max-height: 60vh; min-height: 64px; overflow-y: auto; padding: 6px 0; font: 13px/1.5 var(--mono); overscroll-behavior: contain; }
.rows:focus-visible { outline: 2px solid var(--focus, var(--accent)); outline-offset: -2px; }
.row { display: grid; grid-template-columns: max-content minmax(0, 9em) minmax(0, 1fr); gap: 10px; padding: 0 16px; } .row:hover { background: var(--hover); }
time, .step { color: var(--text-3); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .text { white-space: pre-wrap; overflow-wrap: anywhere; } .err .text { color: var(--critical); } .gap { padding: 0 16px; color: var(--text-3); font-style: italic; }
.say { display: flex; gap: 10px; align-items: center; padding: 6px 16px; border-top: 1px solid var(--line); font-size: 12px; color: var(--text-2); } .say button { margin-left: auto; font: inherit; color: inherit; background: none; border: 1px solid var(--line-strong); border-radius: 6px; padding: 3px 9px; cursor: pointer; } .say button[hidden] { display: none; }
@media (max-width: 700px) { .row { grid-template-columns: max-content minmax(0, 1fr); padding: 1px 12px; gap: 8px; } .step { display: none; } .say button { min-height: 44px; } }`);

class RunOutput extends HTMLElement {
  #stop = null; #rows; #say; #words; #newest; #waiting = []; #drawing = 0; #last = 0; #count = 0; #shown = 0; #left = 0; #pace = { at: 0, count: 0, flood: false }; #follows = true; #asking = null;

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
    // Too many at once are left out; fewer were lost on the way, and are there to be asked for.
    if (this.#last && lines.length < CUT && lines[0]?.[0] > this.#last + 1) this.#fill();
    else this.#add(lines);
  }

  #add(lines) {
    for (const line of lines) {
      if (line[0] <= this.#last) continue;
      if (this.#last) this.#left += line[0] - this.#last - 1;
      this.#last = line[0];
      this.#waiting.push({ line, left: this.#left });
      this.#left = 0;
    }
    this.#count = Math.max(this.#count, this.#last);
    const over = this.#waiting.length - (this.#floods() ? NEWEST : MOST);
    if (over > 0) this.#waiting[over].left += this.#waiting.splice(0, over).reduce((sum, { left }) => sum + left + 1, 0);
    if (!this.#drawing) this.#drawing = requestAnimationFrame(() => this.#draw());
  }

  #floods() {
    const now = performance.now(), { at, count } = this.#pace;
    if (now - at >= 1000) this.#pace = { at: now, count: this.#count, flood: at > 0 && (this.#count - count) / (now - at) * 1000 > FLOOD };
    return this.#pace.flood;
  }

  #draw() {
    const fresh = document.createDocumentFragment();
    for (const { line, left } of this.#waiting.splice(0, A_FRAME)) {
      if (left) add(fresh, 'div', 'gap', `${left.toLocaleString('en')} lines came too fast and are left out here`);
      fresh.append(row(line));
      this.#shown++;
    }
    this.#rows.append(fresh);
    while (this.#rows.childElementCount > MOST) { if (this.#rows.firstElementChild.dataset.n) this.#shown--; this.#rows.firstElementChild.remove(); }
    if (this.#follows) this.#rows.scrollTop = this.#rows.scrollHeight;
    this.#tell();
    this.#drawing = this.#waiting.length ? requestAnimationFrame(() => this.#draw()) : 0;
  }

  #tell(fault) {
    const hidden = this.#count - this.#shown - this.#waiting.length;
    const text = fault ?? (this.#count === 0 ? 'Nothing was printed yet.' : `${this.#count.toLocaleString('en')} lines · ${hidden.toLocaleString('en')} not shown here${hidden ? ', all are in the raw log' : ''}`);
    if (this.#words.textContent !== text) this.#words.textContent = text;
  }
}

function row([number, at, step, error, text]) {
  const row = document.createElement('div');
  row.className = error ? 'row err' : 'row';
  row.dataset.n = number;
  const time = add(row, 'time', '', clock(at));
  time.dateTime = new Date(at).toISOString();
  add(row, 'span', 'step', step);
  add(row, 'span', 'text', text);
  return row;
}

function add(parent, name, className = '', text = null) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== null) element.textContent = text;
  parent.append(element);
  return element;
}

customElements.define('run-output', RunOutput);
