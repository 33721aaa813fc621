// History for charts and sparks. Asked for in the same instant with the same span, several expressions travel in one request.
const pending = new Map();

/** Resolves with { from, step, points, series: [{ labels, values }], markers, warnings } of one expression. */
export function history(expr, from, to, step, system) {
  const key = `${from}|${to}|${step}|${system ?? ''}`;
  let batch = pending.get(key);
  if (!batch) {
    batch = { from, to, step, system, wants: [] };
    pending.set(key, batch);
    setTimeout(() => { pending.delete(key); for (let i = 0; i < batch.wants.length; i += 12) load(batch, batch.wants.slice(i, i + 12)); }, 5);
  }
  return new Promise((resolve, reject) => batch.wants.push({ expr, resolve, reject }));
}

async function load(batch, wants) {
  const query = new URLSearchParams([['from', batch.from], ['to', batch.to], ['step', batch.step]]);
  if (batch.system) query.append('system', batch.system);
  const exprs = [...new Set(wants.map(want => want.expr))];
  exprs.forEach(expr => query.append('expr', expr));
  try {
    const response = await fetch(new URL(`api/charts/history?${query}`, document.baseURI), { headers: { accept: 'application/json' } });
    if (!response.ok) {
      // One wrong expression must not take its neighbours' charts away.
      if (response.status === 400 && exprs.length > 1) { exprs.forEach(expr => load(batch, wants.filter(want => want.expr === expr))); return; }
      const problem = await response.json().catch(() => ({}));
      throw new Error(problem.detail ?? `The server answered ${response.status}.`);
    }
    const answer = await response.json();
    for (const want of wants) want.resolve({ ...answer, series: answer.series.filter(series => series.query === exprs.indexOf(want.expr)) });
  } catch (fault) {
    wants.forEach(want => want.reject(fault));
  }
}

// What happened in a span, for all charts of a page at once: asked within the same second, one request answers.
const asked = new Map();

/** Resolves with the markers of the span, or null where they cannot be had now. */
export function markers(from, to, system) {
  const key = `${Math.floor(to / 1000)}|${to - from}|${system ?? ''}`;
  let answer = asked.get(key);
  if (!answer) {
    const query = new URLSearchParams([['from', from], ['to', to]]);
    if (system) query.append('system', system);
    answer = fetch(new URL(`api/charts/markers?${query}`, document.baseURI), { headers: { accept: 'application/json' } }).then(found => found.ok ? found.json() : null, () => null);
    asked.set(key, answer);
    setTimeout(() => asked.delete(key), 2000);
  }
  return answer;
}
