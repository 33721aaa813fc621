// Many viewers for a long time: node soak.mjs ADDRESS EMAIL PASSWORD TOKEN PID MINUTES VIEWERS FILE
// One Chromium goes from page to page, half of the others are whole tabs (circuit and live connection), half are live connections alone.
// Once a minute the heap is collected and weighed; every reading is written to FILE as it is taken, the fit comes at the end.
import { appendFileSync } from 'node:fs';
import { again, collected, cpu, followedBy, launch, load, openCircuit, openLive, openMany, round, signIn, signInPage, sleep } from './bench.mjs';

const [,, base, email, password, token, pid, minutes, viewers, file] = process.argv;
const WARM_MINUTES = Math.min(8, Number(minutes) / 4), EACH = 60000, mb = value => round(value / 1048576, 2);
const began = performance.now(), sinceStart = () => (performance.now() - began) / 60000;
const end = Number(minutes);

// Viewers ----------------------------------------------------------------------------------------------------------

const cookie = await signIn(base, email, password);
const counts = { batches: 0, bytes: 0, errors: 0, closed: 0, frames: 0, gaps: 0 };
const tabs = Math.floor((viewers - 1) / 2), alone = viewers - 1 - tabs;
// A machine with much other work ends sockets that are not heard of in time: the tab is opened again, as a person would.
const openTab = () => openCircuit(base, '/', cookie, counts, () => setTimeout(() => again(openTab).catch(fault => faults.push(String(fault))), 1000));
const faults = [], visits = [];
const circuits = await openMany(tabs, openTab, 5);
const follows = followedBy(circuits[0].html);
await openMany(tabs + alone, () => openLive(base, { cookie, origin: base }, follows, counts));

// The one that navigates -------------------------------------------------------------------------------------------

// Each with what must stand before the page counts as there.
const steps = Object.entries({
  '': 'a.sys live-figure', 'systems/quantum-nexus?tab=platform-blockchain': 'live-chart', collectors: 'table tbody tr', kpi: 'h1', 'systems/case-opening': 'table.data tbody tr', audit: 'table tbody tr', catalogue: 'h1', 'metrics-explorer': 'h1', settings: 'dl',
});
const browser = await launch(), page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
page.on('pageerror', fault => faults.push(String(fault)));
page.on('console', message => { if (message.type() === 'error') faults.push(message.text()); });
await signInPage(page, base, email, password);

// From the press to the frame in which the other page stands: its own heading and its content.
const visit = (path, ready) => page.evaluate(([to, ready]) => new Promise((done, failed) => {
  const url = new URL(to, document.baseURI), link = document.createElement('a'), main = document.querySelector('main');
  link.href = url.href;
  main.append(link);
  const pressed = performance.now();
  const look = () => {
    const heading = main.querySelector('h1');
    if (location.pathname + location.search === url.pathname + url.search && heading && !heading.dataset.seen && main.querySelector(ready)) requestAnimationFrame(() => setTimeout(() => done(performance.now() - pressed)));
    else if (performance.now() - pressed > 20000) failed(new Error(`${to} did not come`));
    else requestAnimationFrame(look);
  };
  for (const heading of main.querySelectorAll('h1')) heading.dataset.seen = '';
  link.click();
  link.remove();
  look();
}), [path, ready]);

async function wander() {
  for (let i = 1; sinceStart() < end; i++) {
    const [path, ready] = steps[i % steps.length];
    try { visits.push({ at: sinceStart(), path, ms: await visit(path, ready) }); } catch (fault) { faults.push(`${path}: ${fault.message}`); }
    await sleep(4000);
  }
}

// The heap ---------------------------------------------------------------------------------------------------------

const readings = [];

async function weigh() {
  const used = cpu(pid), at = sinceStart();
  const { heap, resident, figures } = await collected(pid, base, token);
  const reading = {
    minute: round(at, 2), heapMb: mb(heap), headMb: mb(figures.samplestore_head_bytes), restMb: mb(heap - figures.samplestore_head_bytes), residentMb: mb(resident), cpuSeconds: round(used),
    samples: figures.samplestore_samples_appended_total, series: figures.samplestore_live_series, known: figures.samplestore_series, circuits: figures.circuits_active, connections: figures.signalr_connections, threads: figures.process_threads,
    buffered: figures.samplestore_buffered_samples, missed: figures.collectors_missed_ticks_total, frames: counts.frames, gaps: counts.gaps, errors: counts.errors, closed: counts.closed, load: load(),
  };
  readings.push(reading);
  appendFileSync(file, `${JSON.stringify(reading)}\n`);
}

/** Least squares: slope a minute, its standard error, the value in the middle. */
function fit(points) {
  const n = points.length, mx = points.reduce((sum, [x]) => sum + x, 0) / n, my = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0), slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx;
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - slope * (x - mx)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (n - 2) / sxx), mean: my };
}

const perHour = name => { const { slope, error, mean } = fit(readings.filter(reading => reading.minute >= WARM_MINUTES).map(reading => [reading.minute, reading[name]])); return { meanMb: round(mean, 2), percentPerHour: round(6000 * slope / mean, 2), standardError: round(6000 * error / mean, 2) }; };
const at = (sorted, part) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
const times = (from, to) => { const sorted = visits.filter(visit => visit.at >= from && visit.at < to).map(visit => visit.ms).sort((a, b) => a - b); return sorted.length ? { visits: sorted.length, p50: at(sorted, .5), p95: at(sorted, .95), worst: round(sorted.at(-1)), over300: sorted.filter(ms => ms >= 300).length } : null; };

const wandering = wander();
while (sinceStart() < end) { await weigh(); await sleep(Math.max(0, EACH - (performance.now() - began) % EACH)); }
await wandering;
await browser.close();
const first = readings[0], last = readings.at(-1), seconds = (last.minute - first.minute) * 60;
const slowest = Object.entries(Object.groupBy?.(visits, visit => visit.path) ?? visits.reduce((all, visit) => ({ ...all, [visit.path]: [...(all[visit.path] ?? []), visit] }), {})).map(([path, list]) => [path || 'overview', round(list.reduce((sum, visit) => sum + visit.ms, 0) / list.length)]);
const summary = {
  minutes: round(sinceStart()), viewers: Number(viewers), tabs, liveAlone: alone, warmMinutes: WARM_MINUTES, readings: readings.length,
  samplesPerSecond: Math.round((last.samples - first.samples) / seconds), cpuPercentOfACore: round(100 * (last.cpuSeconds - first.cpuSeconds) / seconds), missedTicks: last.missed - first.missed,
  heap: perHour('heapMb'), heapWithoutSamples: perHour('restMb'), headMb: [first.headMb, last.headMb], residentMb: [first.residentMb, last.residentMb], series: [first.series, last.series],
  navigationMs: { all: times(0, Infinity), firstThird: times(0, end / 3), lastThird: times(end * 2 / 3, Infinity), meanOfEach: Object.fromEntries(slowest) },
  gaps: counts.gaps, errors: counts.errors, closed: counts.closed, browserFaults: faults.length, firstFaults: faults.slice(0, 5),
};
appendFileSync(file, `${JSON.stringify(summary)}\n`);
console.log(JSON.stringify(summary, null, 1));
process.exit(0);
