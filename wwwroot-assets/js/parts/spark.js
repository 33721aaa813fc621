// <live-spark expr span target limit bands>: a line without axes on a canvas, history first, then live.
import { follow, serverNow } from './live.js';
import { history } from './history.js';
import { drawSoon, onTheme, token, watchSight } from './draw.js';
import { stateOf } from './units.js';

const POINTS = 60, SHORTEST = 60000;

class LiveSpark extends HTMLElement {
  static observedAttributes = ['expr'];
  #ends = [];
  #points = [];  // [bucket, value]
  #canvas; #sight; #step; #span; #draw = () => this.#paint();

  connectedCallback() { this.#begin(); }
  disconnectedCallback() { this.#end(); }
  attributeChangedCallback(_, before, after) { if (this.isConnected && before !== null && before !== after) { this.#end(); this.#begin(); } }

  #begin() {
    if (!this.#canvas) {
      this.#canvas = document.createElement('canvas');
      Object.assign(this.#canvas.style, { display: 'block', width: '100%', height: '100%' });
      this.attachShadow({ mode: 'open' }).append(this.#canvas);
    }
    this.#span = Number(this.getAttribute('span') ?? 900) * 1000;
    // Whole multiples of the steps that the server offers, so that all viewers share frames.
    this.#step = [1000, 2000, 5000, 10000, 15000, 30000, 60000, 120000, 300000, 600000, 900000, 1800000, 3600000].find(step => this.#span / step <= POINTS) ?? 3600000;
    const expr = this.getAttribute('expr');
    this.#sight = watchSight(this, () => drawSoon(this.#draw));
    this.#ends = [
      follow(expr, 'tile', 0, { point: (at, values) => this.#add(at, values.find(value => value !== null) ?? null) }),
      onTheme(() => drawSoon(this.#draw)),
      () => this.#sight.end(),
    ];
    const resize = new ResizeObserver(() => drawSoon(this.#draw));
    resize.observe(this);
    this.#ends.push(() => resize.disconnect());
    this.#load(expr);
  }

  #end() { this.#ends.forEach(end => end()); this.#ends = []; }

  async #load(expr) {
    const to = Math.floor(serverNow() / this.#step) * this.#step;
    try {
      const answer = await history(expr, to - this.#span, to, this.#step);
      if (!this.#ends.length || expr !== this.getAttribute('expr')) return;
      const values = answer.series[0]?.values ?? [];
      const past = values.map((value, i) => [answer.from + i * answer.step, value]);
      const later = this.#points.filter(point => point[0] > (past.at(-1)?.[0] ?? 0));
      this.#points = [...past, ...later];
    } catch { /* the live values alone are drawn */ }
    drawSoon(this.#draw);
  }

  #add(at, value) {
    const bucket = Math.floor(at / this.#step) * this.#step;
    const last = this.#points.at(-1);
    if (last && last[0] >= bucket) last[1] = value;
    else {
      // A tile is silent while its value stays; what lies between is that value.
      for (let t = last ? last[0] + this.#step : bucket; t < bucket && this.#points.length < 500; t += this.#step) this.#points.push([t, last[1]]);
      this.#points.push([bucket, value]);
    }
    while (this.#points.length > POINTS + 2) this.#points.shift();
    if (this.#sight.on) drawSoon(this.#draw);
  }

  #paint() {
    const width = this.clientWidth, height = this.clientHeight, canvas = this.#canvas, ratio = devicePixelRatio || 1;
    if (!width || !height) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) { canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); }
    const ctx = canvas.getContext('2d');
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const target = this.#number('target'), limit = this.#number('limit'), known = this.#points.map(point => point[1]).filter(value => value !== null && Number.isFinite(value));
    if (!known.length) return this.#hatch(ctx, 0, width, height);
    const low = Math.min(...known, target ?? Infinity, limit ?? Infinity), high = Math.max(...known, target ?? -Infinity, limit ?? -Infinity);
    // A trembling last digit is not drama: the box spans at least a tenth of the value.
    const least = Math.max(Math.abs(high), Math.abs(low)) * .1, calm = high - low < least, middle = (high + low) / 2;
    const flat = high === low, from = flat ? low - 1 : calm ? middle - least / 2 : low >= 0 && low < (high - low) * 3 ? Math.min(low, 0) : low, spread = flat ? 2 : calm ? least : high - from;
    const y = value => height - 3 - (value - from) / spread * (height - 6);
    const end = Math.max(this.#points.at(-1)[0], serverNow() - this.#step);
    // What is younger than the span fills the box from its first value on, so that a new system is seen at once.
    const first = this.#points.find(point => point[1] !== null)?.[0] ?? end, span = Math.min(this.#span, Math.max(end - first, SHORTEST)), x = at => width - (end - at) / span * width;
    this.#rule(ctx, target, y, width, token('--target'), [2, 3]);
    this.#rule(ctx, limit, y, width, token('--limit'), [4, 3]);
    const bands = this.getAttribute('bands'), state = stateOf(bands ? JSON.parse(bands) : null, this.#points.at(-1)[1]);
    const color = state ? token(`--${state}`) : token('--c1');
    let run = [];
    const runs = [];
    for (const [at, value] of this.#points) { if (value === null || !Number.isFinite(value)) { if (run.length) runs.push(run); run = []; } else run.push([x(at), y(value)]); }
    if (run.length) runs.push(run);
    for (const points of runs) {
      ctx.beginPath();
      points.forEach(([px, py], i) => i ? ctx.lineTo(px, py) : ctx.moveTo(px, py));
      if (points === runs.at(-1) && this.#points.at(-1)[1] !== null) ctx.lineTo(width, points.at(-1)[1]);
      ctx.lineWidth = 1.5; ctx.lineJoin = 'round'; ctx.strokeStyle = color; ctx.setLineDash([]); ctx.stroke();
      ctx.lineTo(points === runs.at(-1) ? width : points.at(-1)[0], height); ctx.lineTo(points[0][0], height); ctx.closePath();
      ctx.globalAlpha = .1; ctx.fillStyle = color; ctx.fill(); ctx.globalAlpha = 1;
    }
    const lastKnown = this.#points.findLast(point => point[1] !== null);
    if (this.#points.at(-1)[1] === null) this.#hatch(ctx, x(lastKnown[0]), width, height);
  }

  #number(name) { const text = this.getAttribute(name); return text === null || text === '' ? null : Number(text); }

  #rule(ctx, value, y, width, color, dash) {
    if (value === null) return;
    ctx.beginPath(); ctx.setLineDash(dash); ctx.lineWidth = 1; ctx.strokeStyle = color;
    ctx.moveTo(0, Math.round(y(value)) + .5); ctx.lineTo(width, Math.round(y(value)) + .5); ctx.stroke(); ctx.setLineDash([]);
  }

  #hatch(ctx, from, to, height) {
    ctx.save(); ctx.beginPath(); ctx.rect(from, 0, to - from, height); ctx.clip();
    ctx.strokeStyle = token('--unknown-line'); ctx.lineWidth = 1.5; ctx.beginPath();
    for (let at = from - height; at < to; at += 6) { ctx.moveTo(at, height); ctx.lineTo(at + height, 0); }
    ctx.stroke(); ctx.restore();
  }
}
customElements.define('live-spark', LiveSpark);
