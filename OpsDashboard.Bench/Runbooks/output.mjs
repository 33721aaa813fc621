// A run's page while its command floods: node output.mjs ADDRESS EMAIL PASSWORD TOKEN RUN SECONDS PID
// Each line holds the instant of its writing; it is on the screen when the frame in which its row was added is painted.
import { cpu, launch, load, round, signInPage, sleep } from '../Viewers/bench.mjs';

const [,, base, email, password, token, run, seconds, pid] = process.argv;
const browser = await launch(), page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
const faults = [];
page.on('pageerror', fault => faults.push(String(fault)));
page.on('console', message => { if (message.type() === 'error') faults.push(message.text()); });
await signInPage(page, base, email, password);
await page.goto(`${base}/runs/${run}`);
await page.waitForSelector('main[data-interactive]');
await page.waitForFunction(() => document.querySelector('run-output')?.shadowRoot?.querySelector('.say')?.textContent);

await page.evaluate(() => {
  const measured = globalThis.measured = { delays: [], newest: [], gaps: [], tasks: [], last: 0 };
  const fresh = [], painted = new MessageChannel();
  painted.port1.onmessage = () => {
    const now = Date.now();
    let newest = 0;
    for (const row of fresh.splice(0)) { const stamp = Number(row.split(' ')[1]); if (stamp > 1e12) { measured.delays.push(now - stamp); newest = Math.max(newest, stamp); } }
    if (newest) { measured.newest.push(now - newest); measured.last = now; }
  };
  // Rows are added within a frame; what is posted then comes after its painting.
  new MutationObserver(changes => {
    for (const change of changes) for (const row of change.addedNodes) fresh.push(row.lastChild.textContent);
    painted.port2.postMessage(0);
  }).observe(document.querySelector('run-output').shadowRoot.querySelector('.rows'), { childList: true });
  new PerformanceObserver(list => { for (const task of list.getEntries()) measured.tasks.push(task.duration); }).observe({ type: 'longtask' });
  let before = performance.now();
  const look = now => { measured.gaps.push(now - before); before = now; requestAnimationFrame(look); };
  requestAnimationFrame(look);
});

const answer = await fetch(`${base}/api/runs/${run}/answer`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ step: 'ready', choice: 'done' }) });
if (!answer.ok) throw new Error(`the tick answered ${answer.status}: ${await answer.text()}`);
const used = cpu(pid), began = performance.now();
// A person presses something meanwhile: from the key to the frame that shows it.
const presses = [];
while (performance.now() - began < seconds * 1000) {
  presses.push(await page.evaluate(() => new Promise(done => { const pressed = performance.now(); setTimeout(() => requestAnimationFrame(() => setTimeout(() => done(performance.now() - pressed)))); })));
  await sleep(500);
}
const share = round(100 * (cpu(pid) - used) / ((performance.now() - began) / 1000));
// The end of the flood, and all that it left behind.
await page.waitForFunction(() => measured.last > 0 && Date.now() - measured.last > 3000, null, { timeout: 120000 });
const measured = await page.evaluate(() => ({ ...globalThis.measured, says: document.querySelector('run-output').shadowRoot.querySelector('.say span').textContent, rows: document.querySelector('run-output').shadowRoot.querySelector('.rows').childElementCount }));
if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
await browser.close();

const parts = values => { const sorted = [...values].sort((a, b) => a - b), at = part => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]); return sorted.length ? { count: sorted.length, p50: at(.5), p95: at(.95), p99: at(.99), worst: round(sorted.at(-1)) } : null; };
const delays = parts(measured.delays), gaps = parts(measured.gaps);
console.log(JSON.stringify({ seconds: Number(seconds), writtenToScreenMs: delays, newestOfAFrameMs: parts(measured.newest), frameGapsMs: gaps, gapsOver250Ms: measured.gaps.filter(gap => gap > 250).length, longTasksMs: parts(measured.tasks), pressToFrameMs: parts(presses), rows: measured.rows, says: measured.says, programPercentOfACore: share, load: load(), faults }, null, 1));
process.exit(delays && delays.p95 <= 250 && gaps.worst < 1000 && faults.length === 0 ? 0 : 1);
