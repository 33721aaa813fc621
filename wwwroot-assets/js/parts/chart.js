// <live-chart panel system range>: a panel of a dashboard on uPlot. Rendered once by Razor, owned from then on by this element.
import uPlot from 'uplot';
import uplotCss from 'uplot/dist/uPlot.min.css';
import { follow, serverNow } from './live.js';
import { history, markers } from './history.js';
import { drawSoon, onTheme, token, watchSight } from './draw.js';
import { format, formatAll, stateOf } from './units.js';
import { current, isPaused, onRange, parse, visit, zoom, zoomOut } from './range.js';
import { clock, day, dated, usesUtc } from './times.js';
import { ChartModel, nameSeries } from './chart-model.js';
import { readPeak } from './chart-peak.js';
import { markerAt, paintBands, paintLines, paintMarkers, paintPeak, paintPhases, paintSpans, paintUnknown, paintUsual } from './chart-paint.js';
import { CHART_CSS } from './chart-style.js';

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400].map(seconds => seconds * 1000);
// 15 minutes at one second; the steps that follow are those of 1 h, 6 h, 24 h… on any screen, so that viewers share frames.
const POINTS = 900, SHOWN = 24;
// Several queries of a panel answer at different instants of a second: one picture shows them all.
const PACE = 500;
const MARKERS_EVERY = 10000;
const sheets = [uplotCss, CHART_CSS].map(css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); return sheet; });

class LiveChart extends HTMLElement {
  static observedAttributes = ['panel', 'range', 'spans', 'usual', 'phases'];
  #panel; #model; #plot; #ends = []; #follows = []; #sight; #range; #markers = []; #spans = []; #peak = null; #hidden = new Set(); #turn = 0; #toldAt = 0; #dirty = false; #hover = null; #reloadTimer = 0; #paintedAt = 0; #paceTimer = 0;
  #draw = () => this.#paint();

  connectedCallback() {
    this.#panel = JSON.parse(this.getAttribute('panel'));
    this.#build();
    this.#sight = watchSight(this, () => drawSoon(this.#draw));
    const resize = new ResizeObserver(() => { this.#plot?.setSize(this.#size()); });
    // The legend takes a line more when a series comes: the plot is what is left.
    resize.observe(this.#plotBox);
    this.#ends = [() => this.#sight.end(), () => resize.disconnect(), onTheme(() => this.#remake()), onRange(() => this.#onRange())];
    // Time goes on where no sample comes; where one came, its picture has moved the axis already.
    const tick = setInterval(() => { if (this.#range.live && performance.now() - this.#paintedAt > 1500) this.#drawPaced(); }, 1000);
    this.#ends.push(() => clearInterval(tick));
    const look = setInterval(() => this.#renewMarkers(), MARKERS_EVERY);
    this.#ends.push(() => clearInterval(look));
    this.#load();
  }

  disconnectedCallback() {
    this.#ends.forEach(end => end());
    this.#unfollow();
    this.#turn++;
    clearTimeout(this.#reloadTimer);
    clearTimeout(this.#paceTimer);
    this.#paceTimer = 0;
    this.#plot?.destroy();
    this.#plot = null;
  }

  attributeChangedCallback(name, before, after) {
    if (name === 'spans') { this.#spans = JSON.parse(after || '[]'); this.#plot?.redraw(false); return; }
    if (name === 'usual' || name === 'phases') { this.#plot?.redraw(false); return; }
    if (!this.isConnected || before === null || before === after || !this.#box) return;
    const asked = JSON.stringify(this.#panel.queries);
    this.#panel = JSON.parse(this.getAttribute('panel'));
    // Another line or unit needs no other samples.
    if (name === 'panel' && asked === JSON.stringify(this.#panel.queries)) this.#remake();
    else this.#load();
  }

  #box; #plotBox; #legend; #marks; #say; #rows; #peakSay;

  #build() {
    if (this.#box) return;
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = sheets;
    root.innerHTML = '<div class="box"><div class="plot" role="img" tabindex="0"></div><div class="rows" hidden tabindex="0" role="region" aria-label="Values as a table"></div><div class="legend"></div><div class="marks" hidden></div><div class="peak" hidden></div><div class="say">Loading…</div></div>';
    this.#box = root.querySelector('.box');
    this.#plotBox = root.querySelector('.plot');
    this.#plotBox.setAttribute('aria-label', `Chart, ${this.#panel.title}.`);
    this.#rows = root.querySelector('.rows');
    this.#legend = root.querySelector('.legend');
    this.#marks = root.querySelector('.marks');
    this.#say = root.querySelector('.say');
    this.#peakSay = root.querySelector('.peak');
    this.#peakSay.hidden = !this.#panel.peakHours;
    this.#plotBox.addEventListener('dblclick', zoomOut);
    this.#plotBox.addEventListener('click', event => { const marker = this.#markerUnder(event); if (marker?.url) visit(marker.url); });
    this.#plotBox.addEventListener('pointermove', event => { const marker = this.#markerUnder(event); this.#plotBox.title = marker?.text ?? ''; this.#plotBox.style.cursor = marker?.url ? 'pointer' : ''; });
  }

  #markerUnder(event) { return this.#plot ? markerAt(this.#plot, this.#markers, event) : null; }

  #onRange() {
    const asked = this.#asked();
    if (asked.live !== this.#range.live || asked.span !== this.#range.span || asked.from !== this.#range.from) this.#load();
    else drawSoon(this.#draw);
  }

  #asked() {
    const fixed = parse(this.getAttribute('range'));
    return fixed ? { span: fixed, live: true } : current();
  }

  // History first, then live; frames that arrive while history is on its way are merged.
  async #load() {
    const turn = ++this.#turn, asked = this.#range = this.#asked();
    const step = STEPS.find(step => asked.span / step <= POINTS) ?? STEPS.at(-1);
    const to = Math.floor((asked.live ? serverNow() : asked.to) / step) * step, from = to - Math.floor(asked.span / step) * step;
    const model = new ChartModel(step);
    model.span(from, Math.round((to - from) / step) + 1);
    this.#unfollow();
    if (asked.live) this.#follow(model, step);
    if (this.#panel.peakHours) this.#readPeak(turn);
    try {
      const answers = await Promise.all(this.#panel.queries.map(query => history(query.expression, from, to, step, this.getAttribute('system'))));
      if (turn !== this.#turn) return;
      answers.forEach((answer, query) => model.load(query, answer));
      this.#markers = answers[0]?.markers ?? [];
      this.#writeMarks();
      this.#show(model.series.length ? '' : asked.live ? 'No data yet.' : 'No data in this range.');
    } catch (fault) {
      if (turn !== this.#turn) return;
      this.#show(fault.message, true);
    }
    this.#model = model;
    model.onSeries = () => { this.#dirty = true; };
    this.#remake();
  }

  // Those that lead somewhere, for whoever has no pointer.
  #writeMarks() {
    const links = this.#markers.filter(marker => marker.url).slice(-4).map(marker => { const link = document.createElement('a'); link.href = new URL(marker.url, document.baseURI); link.textContent = `◆ ${clock(marker.at, usesUtc(), false)} ${marker.text}`; return link; });
    this.#marks.replaceChildren(...links);
    this.#marks.hidden = links.length === 0;
  }

  #follow(model, step) {
    this.#follows = this.#panel.queries.map((query, index) => {
      let labels = [];
      return follow(query.expression, 'stream', step, {
        series: named => { labels = named; },
        point: (at, values) => {
          const missed = model.add(index, labels, at, values);
          if (missed > 3) this.#refill();
          model.prune(serverNow() - this.#range.span - step * 4);
          if (this.#model === model) this.#drawPaced();
        },
        gap: () => this.#refill(),
        fault: text => this.#show(text, true),
      });
    });
  }

  // What happened since the picture was made.
  async #renewMarkers() {
    if (!this.#range?.live || !this.#sight.on || document.visibilityState !== 'visible') return;
    const turn = this.#turn, to = serverNow(), found = await markers(Math.floor(to - this.#range.span), Math.ceil(to), this.getAttribute('system'));
    if (turn !== this.#turn || !found || JSON.stringify(found) === JSON.stringify(this.#markers)) return;
    this.#markers = found;
    this.#writeMarks();
    drawSoon(this.#draw);
  }

  async #readPeak(turn) {
    const { peak, text } = await readPeak(this.#panel);
    if (turn !== this.#turn) return;
    this.#peak = peak;
    this.#peakSay.textContent = text;
    drawSoon(this.#draw);
  }

  #unfollow() { this.#follows.forEach(end => end()); this.#follows = []; }

  // What was missed while away comes from history; many gaps at once are one request.
  #refill() { clearTimeout(this.#reloadTimer); this.#reloadTimer = setTimeout(() => this.#load(), 200 + Math.random() * 800); }

  #show(text, fault = false) { this.#say.textContent = text; this.#say.hidden = !text; this.#say.classList.toggle('fault', fault); }

  #size() { return { width: Math.max(120, this.#plotBox.clientWidth), height: Math.max(60, this.#plotBox.clientHeight) }; }

  #remake() {
    if (!this.#model) return;
    this.#dirty = false;
    nameSeries(this.#model.series, this.#panel.queries, this.#panel.title);
    const shown = this.#model.series.slice(0, SHOWN);
    this.#writeLegend(shown);
    this.#plot?.destroy();
    this.#plot = new uPlot(this.#options(shown), this.#data(shown), this.#plotBox);
    this.#paint();
  }

  #data(shown = this.#model.series.slice(0, SHOWN)) { return [this.#model.times, ...shown.map(series => series.values)]; }

  #options(shown) {
    const axis = { stroke: () => token('--text-3'), font: `11px ${token('--font')}`, grid: { stroke: token('--line'), width: 1 }, ticks: { show: false } };
    return {
      ...this.#size(), ms: 1, legend: { show: false }, padding: [10, 18, 0, 0],
      cursor: { sync: { key: 'ops', scales: ['x', null] }, drag: { x: true, y: false, setScale: false }, points: { size: 6 }, focus: { prox: 16 } },
      focus: { alpha: .35 },
      scales: { x: { time: true }, y: { range: (_, low, high) => this.#yRange(low, high) } },
      axes: [
        { ...axis, size: 26, gap: 4, values: (_, splits, __, ___, incr) => splits.map((at, i) => incr >= 86400000 ? day(at) : i === 0 || day(at) !== day(splits[i - 1]) && i > 0 ? i > 0 ? day(at) : clock(at, usesUtc(), incr < 60000) : clock(at, usesUtc(), incr < 60000)), space: 70 },
        { ...axis, size: (_, values) => Math.max(38, ...(values ?? []).map(text => text.length * 6.4 + 12)), gap: 4, values: (_, splits) => formatAll(splits, this.#panel.unit), space: 34 },
      ],
      series: [{}, ...shown.map((series, i) => ({ show: !this.#hidden.has(series.key), stroke: this.#color(i), width: 1.5, points: { show: false }, spanGaps: false, fill: shown.length === 1 ? this.#fill(i) : undefined }))],
      hooks: {
        drawClear: [u => { paintUsual(u, this.#read('usual'), this.#panel.unit); paintBands(u, this.#panel.bands); paintPhases(u, this.#read('phases') ?? [], this.#end()); if (this.#peak) paintPeak(u, this.#peak.hour); }],
        draw: [u => { paintUnknown(u, this.#model.unknown(Math.max(3 * this.#model.step, 10000), this.#end())); paintLines(u, this.#panel.lines ?? [], this.#panel.unit); paintSpans(u, this.#spans); paintMarkers(u, this.#markers); }],
        setSelect: [u => { if (u.select.width > 6) { const from = u.posToVal(u.select.left, 'x'), to = u.posToVal(u.select.left + u.select.width, 'x'); u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false); zoom(from, to); } }],
        setCursor: [u => { this.#hover = u.cursor.idx ?? null; this.#writeValues(); }],
      },
    };
  }

  #read(name) { try { return JSON.parse(this.getAttribute(name)); } catch { return null; } }

  #color(i) { return token(`--c${i % 8 + 1}`); }
  #fill(i) { return `color-mix(in srgb, ${this.#color(i)} 9%, transparent)`; }

  // Target and limit belong into the picture unless that would press the line flat.
  #yRange(low, high) {
    if (low === null || !Number.isFinite(low)) [low, high] = [0, 1];
    // A flat line says nothing of its scale: the nearest line of the panel above it does.
    if (high === low) { const above = (this.#panel.lines ?? []).map(line => line.value).filter(value => value > high); if (above.length) high = Math.min(...above); }
    for (const { value } of this.#panel.lines ?? []) { if (value <= Math.max(high * 4, high + (high - low) * 6) && value > low) high = Math.max(high, value * 1.06); if (value < low && value >= low - (high - low) * 3) low = value; }
    if (low >= 0 && low < (high - low) * 4) low = 0;
    if (high === low) high = low + (Math.abs(low) || 1);
    return [low, high + (high - low) * .06];
  }

  #end() { return this.#range.live ? Math.max(serverNow(), this.#model.times.at(-1) ?? 0) : this.#range.to; }

  #frozen = null;

  #drawPaced() {
    if (!this.#sight.on || isPaused() || this.#paceTimer) return;
    const wait = PACE - (performance.now() - this.#paintedAt);
    if (wait <= 0) drawSoon(this.#draw);
    else this.#paceTimer = setTimeout(() => { this.#paceTimer = 0; this.#drawPaced(); }, wait);
  }

  #paint() {
    if (!this.#model || !this.#plot) return;
    this.#paintedAt = performance.now();
    if (this.#dirty) { this.#remake(); return; }
    if (isPaused()) this.#frozen ??= this.#end(); else this.#frozen = null;
    const end = this.#frozen ?? this.#end();
    if (!this.#say.classList.contains('fault')) this.#show(this.#model.series.some(series => series.values.some(value => value !== null)) ? '' : this.#range.live ? 'No data yet.' : 'No data in this range.');
    this.#plot.batch(() => { this.#plot.setData(this.#data(), false); this.#plot.setScale('x', { min: end - this.#range.span, max: end }); });
    this.#writeValues();
    this.#tell();
  }

  #writeLegend(shown) {
    this.#legend.replaceChildren(...shown.map((series, i) => {
      const button = document.createElement('button'), swatch = document.createElement('i'), name = document.createElement('span'), value = document.createElement('b');
      button.type = 'button';
      button.setAttribute('aria-pressed', !this.#hidden.has(series.key));
      swatch.style.background = this.#color(i);
      name.textContent = series.name;
      button.append(swatch, name, value);
      button.addEventListener('click', () => { this.#hidden.has(series.key) ? this.#hidden.delete(series.key) : this.#hidden.add(series.key); this.#remake(); });
      button.addEventListener('pointerenter', () => this.#plot?.setSeries(i + 1, { focus: true }));
      button.addEventListener('pointerleave', () => this.#plot?.setSeries(null, { focus: true }));
      return button;
    }));
    const at = document.createElement('span'), table = document.createElement('button');
    at.className = 'at';
    table.type = 'button';
    table.className = 'as-table';
    table.textContent = 'Table';
    table.setAttribute('aria-pressed', !this.#rows.hidden);
    table.addEventListener('click', () => { this.#rows.hidden = !this.#rows.hidden; this.#plotBox.hidden = !this.#rows.hidden; table.setAttribute('aria-pressed', !this.#rows.hidden); this.#writeRows(); });
    this.#legend.append(...(this.#model.series.length > SHOWN ? [`and ${this.#model.series.length - SHOWN} more`] : []), at, table);
  }

  #lastOf(series) { for (let i = series.values.length - 1; i >= Math.max(0, series.values.length - 3); i--) if (series.values[i] !== null) return series.values[i]; return null; }

  #writeValues() {
    const buttons = this.#legend.querySelectorAll('button > b'), hover = this.#hover;
    this.#model.series.slice(0, SHOWN).forEach((series, i) => {
      const value = hover === null ? this.#lastOf(series) : series.values[hover], text = format(value, this.#panel.unit), cell = buttons[i];
      if (!cell) return;
      if (cell.textContent !== text) cell.textContent = text;
      const state = stateOf(this.#panel.bands, value);
      cell.style.color = state && value !== null ? token(`--${state}`) : '';
    });
    const at = this.#legend.querySelector('.at'), text = hover === null || this.#model.times[hover] === undefined ? '' : `${this.#range.span > 86400000 ? `${day(this.#model.times[hover])} ` : ''}${clock(this.#model.times[hover])}`;
    if (at && at.textContent !== text) at.textContent = text;
  }

  // The picture in words, for those who do not see it; often enough, not with every sample.
  #tell() {
    if (performance.now() - this.#toldAt < 5000) return;
    this.#toldAt = performance.now();
    const words = this.#model.series.slice(0, 5).map(series => {
      const known = series.values.filter(value => value !== null), show = value => format(value, this.#panel.unit);
      return known.length ? `${series.name}: now ${show(this.#lastOf(series))}, lowest ${show(known.reduce((a, b) => Math.min(a, b)))}, highest ${show(known.reduce((a, b) => Math.max(a, b)))}` : `${series.name}: no data`;
    });
    const lines = (this.#panel.lines ?? []).map(line => line.text || `${line.kind} ${format(line.value, this.#panel.unit)}`);
    const marked = this.#markers.slice(-5).map(marker => `${clock(marker.at)} ${marker.text}`);
    this.#plotBox.setAttribute('aria-label', `Chart, ${this.#panel.title}. ${words.join('; ') || 'No data'}${lines.length ? `. ${lines.join(', ')}` : ''}${marked.length ? `. Marked: ${marked.join('; ')}` : ''}.`);
    if (!this.#rows.hidden) this.#writeRows();
  }

  #writeRows() {
    if (this.#rows.hidden) return;
    const table = document.createElement('table'), shown = this.#model.series.slice(0, 8), head = table.createTHead().insertRow(), count = this.#model.times.length, every = Math.max(1, Math.floor(count / 30));
    for (const text of ['Time', ...shown.map(series => series.name)]) { const cell = document.createElement('th'); cell.scope = 'col'; cell.textContent = text; head.append(cell); }
    const body = table.createTBody();
    for (let i = count - 1; i >= 0; i -= every) { const row = body.insertRow(); row.insertCell().textContent = dated(this.#model.times[i]); shown.forEach(series => { row.insertCell().textContent = format(series.values[i], this.#panel.unit); }); }
    this.#rows.replaceChildren(table);
  }
}
customElements.define('live-chart', LiveChart);
