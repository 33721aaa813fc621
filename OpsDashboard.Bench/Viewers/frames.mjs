// Frames and work of a page in Chromium: node frames.mjs ADDRESS EMAIL PASSWORD TOKEN SECONDS PATH
// The main thread's work is read without the counting of frames, which is work itself; an empty page beside it says what this machine can do.
// busy is the processor time of the renderer's main thread, from /proc; tasks, script, layout and style are wall times, which count the waiting for a free core.
import { readFileSync } from 'node:fs';
import { launch, load, round, signInPage, sleep } from './bench.mjs';

const [,, base, email, password, token, seconds, path] = process.argv;
await fillHistory();
const browser = await launch(), page = await (await browser.newContext({ viewport: { width: 1920, height: 1400 } })).newPage();
const faults = [];
page.on('pageerror', fault => faults.push(String(fault)));
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable');

// A quarter of an hour before now, so that the charts are full from the beginning.
async function fillHistory() {
  const headers = { authorization: `Bearer ${token}` }, now = Math.floor(Date.now() / 1000);
  const series = (await (await fetch(`${base}/api/v1/series?match[]=bench_value`, { headers })).json()).data;
  let text = '# TYPE bench_value gauge\n';
  for (const { __name__: name, ...labels } of series) {
    const written = Object.entries(labels).map(([key, value]) => `${key}="${value}"`).join(','), n = Number(labels.n);
    for (let at = now - 960; at < now - 60; at++) text += `${name}{${written}} ${(100 + n + Math.sin(at / 10 + n)).toFixed(4)} ${at}\n`;
  }
  const answer = await fetch(`${base}/api/ingest/openmetrics`, { method: 'POST', headers: { ...headers, 'content-type': 'application/openmetrics-text' }, body: `${text}# EOF\n` });
  if (!answer.ok) throw new Error(`the back-fill answered ${answer.status}: ${await answer.text()}`);
}

const metrics = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));

// The renderer that the page runs in: the one that works while the page does.
const whole = await browser.newBrowserCDPSession();
const threadOf = pid => { const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(fields[11]) + Number(fields[12])) / 100; };
const threads = async () => new Map((await whole.send('SystemInfo.getProcessInfo')).processInfo.filter(process => process.type === 'renderer').map(({ id }) => [id, threadOf(id)]));

async function work() {
  const before = await metrics(), used = await threads(), began = performance.now();
  await sleep(seconds * 1000);
  const took = (performance.now() - began) / 1000, now = await threads(), after = await metrics(), part = name => round(100 * (after[name] - before[name]) / took, 2);
  const busy = Math.max(...[...now].filter(([id]) => used.has(id)).map(([id, time]) => time - used.get(id)));
  return { busyPercent: round(100 * busy / took, 2), tasks: part('TaskDuration'), script: part('ScriptDuration'), layout: part('LayoutDuration'), style: part('RecalcStyleDuration'), heapMb: round(after.JSHeapUsedSize / 1048576), nodes: after.Nodes };
}

const count = () => page.evaluate(length => new Promise(done => {
  const times = [];
  const look = now => { times.push(now); if (now - times[0] < length * 1000) requestAnimationFrame(look); else {
    const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
    done({ fps: (times.length - 1) / ((times.at(-1) - times[0]) / 1000), p99: gaps[Math.floor(gaps.length * .99)], worst: gaps.at(-1), over25: gaps.filter(gap => gap > 25).length });
  } };
  requestAnimationFrame(look);
}), Number(seconds));

const measure = async () => { const busy = await work(), { fps, p99, worst, over25 } = await count(); return { fps: round(fps, 2), frameMs: { p99: round(p99), worst: round(worst) }, framesOver25Ms: over25, ...busy, load: load() }; };

await page.goto('about:blank');
await page.setContent('<!DOCTYPE html><title>empty</title><p>empty');
const empty = await measure();
await signInPage(page, base, email, password);
await page.goto(base + path);
await page.waitForSelector('main[data-interactive]');
await page.waitForFunction(() => document.querySelectorAll('live-chart').length > 0);
await sleep(10000);
const charts = await page.evaluate(() => [...document.querySelectorAll('live-chart')].map(chart => { const box = chart.getBoundingClientRect(), canvas = chart.shadowRoot.querySelector('canvas'); return { seen: box.bottom > 0 && box.top < innerHeight, width: canvas?.width ?? 0, height: canvas?.height ?? 0, series: chart.shadowRoot.querySelectorAll('.legend button b').length }; }));
if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
const shown = await measure();
await browser.close();
console.log(JSON.stringify({ charts: charts.length, seen: charts.filter(chart => chart.seen && chart.width > 0).length, series: charts.reduce((sum, chart) => sum + chart.series, 0), canvas: charts[0] && `${charts[0].width}×${charts[0].height}`, seconds: Number(seconds), shown, empty, faults }, null, 1));
process.exit(0);
