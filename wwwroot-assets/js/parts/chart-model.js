// The samples of one chart: a shared grid of times, one row of values a series; history and live frames are merged here.
const MOST = 11100;

export class ChartModel {
  times = [];
  series = [];  // { key, query, labels, values }
  #byKey = new Map();

  constructor(step) { this.step = step; }

  load(query, answer) {
    for (const { labels, values } of answer.series) {
      const series = this.#find(query, labels);
      values.forEach((value, i) => { const place = this.#place(answer.from + i * answer.step); if (place >= 0) series.values[place] = value; });
    }
  }

  /** Lays the grid before history is loaded; keeps live points that are newer. */
  span(from, points) {
    const old = this.times.map((time, i) => [time, this.series.map(series => series.values[i])]);
    this.times = Array.from({ length: Math.min(points, MOST) }, (_, i) => from + i * this.step);
    for (const series of this.series) series.values = this.times.map(() => null);
    for (const [time, values] of old) { const place = this.#place(time); if (place >= 0) values.forEach((value, i) => { if (value !== null) this.series[i].values[place] = value; }); }
  }

  /** Takes a live point; returns how many steps lie between it and the one before. */
  add(query, labels, at, values) {
    const bucket = Math.floor(at / this.step) * this.step, last = this.times.at(-1);
    const missed = last === undefined ? 0 : (bucket - last) / this.step - 1;
    const place = this.#place(bucket);
    if (place < 0) return 0;
    labels.forEach((label, i) => { const series = this.#find(query, label); if (i < values.length) series.values[place] = values[i]; });
    return missed;
  }

  prune(from) {
    let drop = 0;
    while (drop < this.times.length && this.times[drop] < from) drop++;
    if (drop < 16) return;
    this.times.splice(0, drop);
    this.series.forEach(series => series.values.splice(0, drop));
  }

  /** Spans of the grid in which no series has a value, at least so long: [from, to, lies before the first value]. */
  unknown(shortest, now) {
    const spans = [];
    let from = null;
    if (!this.series.length) return spans;
    for (let i = 0; i <= this.times.length; i++) {
      const empty = i < this.times.length && this.series.every(series => series.values[i] === null);
      if (empty) from ??= i;
      else if (from !== null) {
        const begin = this.times[Math.max(0, from - 1)] ?? this.times[0], end = i < this.times.length ? this.times[i] : now;
        if (end - begin >= shortest && (from > 0 || i < this.times.length)) spans.push([begin, end, from === 0]);
        from = null;
      }
    }
    const last = this.times.at(-1);
    if (from === null && now - last >= shortest + this.step && !spans.length) spans.push([last, now]);
    return spans;
  }

  #place(bucket) {
    if (!this.times.length) { this.times.push(bucket); this.series.forEach(series => series.values.push(null)); return 0; }
    const place = Math.round((bucket - this.times[0]) / this.step);
    if (place < 0 || place > MOST) return -1;
    while (this.times.length <= place) { this.times.push(this.times.at(-1) + this.step); this.series.forEach(series => series.values.push(null)); }
    return place;
  }

  #find(query, labels) {
    const key = `${query}|${JSON.stringify(Object.entries(labels).sort((a, b) => a[0] < b[0] ? -1 : 1))}`;
    let series = this.#byKey.get(key);
    if (!series) { series = { key, query, labels, values: this.times.map(() => null) }; this.#byKey.set(key, series); this.series.push(series); this.onSeries?.(); }
    return series;
  }
}

/** Names: the legend's template, else the labels that differ. */
export function nameSeries(series, queries, title) {
  const differing = names => { const keys = [...new Set(names.flatMap(labels => Object.keys(labels)))]; return keys.filter(key => new Set(names.map(labels => labels[key] ?? '')).size > 1); };
  for (const [query, { legend }] of queries.entries()) {
    const own = series.filter(entry => entry.query === query), keys = differing(own.map(entry => entry.labels));
    for (const entry of own) {
      const text = legend
        ? legend.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, key) => entry.labels[key] ?? '')
        : keys.map(key => entry.labels[key]).filter(Boolean).join(' · ');
      entry.name = text.trim() || entry.labels.__name__ || title;
    }
  }
}
