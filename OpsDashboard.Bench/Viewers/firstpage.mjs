// The first page of a published program, and a walk through it: node firstpage.mjs ADDRESS LINK [PICTURE]
// Bytes are those on the wire (CDP encodedDataLength), with an empty cache. Anything a person would see in the console is a fault here.
import { launch, round, sleep } from './bench.mjs';

const [,, base, link, picture] = process.argv;
const browser = await launch(), context = await browser.newContext({ viewport: { width: 1440, height: 1000 } }), page = await context.newPage();
const faults = [], answers = new Map(), total = {};
page.on('pageerror', fault => faults.push(`error: ${fault}`));
page.on('console', message => { if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`); });
page.on('response', answer => { if (answer.status() >= 400) faults.push(`${answer.status()} ${answer.url()}`); });
await context.exposeBinding('tellViolation', (_, text) => faults.push(`policy: ${text}`));
await context.addInitScript(() => document.addEventListener('securitypolicyviolation', event => tellViolation(`${event.violatedDirective} ${event.blockedURI}`)));
const session = await context.newCDPSession(page);
await session.send('Network.enable');
session.on('Network.responseReceived', ({ requestId, type, response }) => answers.set(requestId, { type, path: new URL(response.url).pathname, encoding: Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? 'as is' }));
session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => { const answer = answers.get(requestId); if (answer) answer.bytes = encodedDataLength; });

const live = () => page.waitForFunction(() => [...document.querySelectorAll('live-figure')].filter(figure => /\d/.test(figure.shadowRoot?.textContent ?? '')).length >= 8, null, { timeout: 60000 });
const pressed = performance.now();
await page.goto(link);
await page.click('form button[type=submit]');
await page.waitForSelector('main[data-interactive]', { timeout: 60000 });
await live();
const liveAfter = performance.now() - pressed;
await sleep(2000);
const loaded = [...answers.values()].filter(answer => ['Script', 'Stylesheet', 'Font', 'Document', 'Image'].includes(answer.type) && answer.bytes);
for (const { type, bytes } of loaded) total[type] = (total[type] ?? 0) + bytes;

// The values move: what is shown after three seconds differs somewhere.
const shown = () => page.evaluate(() => [...document.querySelectorAll('live-figure')].map(figure => figure.shadowRoot?.textContent).join('|'));
const before = await shown();
await sleep(3000);
const walked = { overviewMoves: before !== await shown() };
if (picture) await page.screenshot({ path: picture });

const go = async (path, ready) => { const began = performance.now(); await page.goto(base + path); await page.waitForSelector('main[data-interactive]', { timeout: 60000 }); await ready(); walked[path] = `${Math.round(performance.now() - began)} ms`; };
const charts = () => page.waitForFunction(() => { const all = [...document.querySelectorAll('live-chart')]; return all.length > 0 && all.some(chart => chart.shadowRoot?.querySelector('canvas') && /\d/.test(chart.shadowRoot.querySelector('.legend b')?.textContent ?? '')); }, null, { timeout: 60000 });
await go('/systems/case-opening', charts);
await go('/systems/quantum-nexus?tab=platform-blockchain', charts);
await go('/audit', () => page.waitForFunction(() => /signed.in/i.test(document.querySelector('main').textContent), null, { timeout: 60000 }));
await go('/collectors', () => page.waitForSelector('main table'));
await go('/kpi', () => page.waitForSelector('main h1'));
await browser.close();

const fonts = loaded.filter(answer => answer.type === 'Font');
const kb = bytes => round((bytes ?? 0) / 1000);
console.log(JSON.stringify({
  scriptAndStyleKB: kb((total.Script ?? 0) + (total.Stylesheet ?? 0)), totalKB: Object.fromEntries(Object.entries(total).map(([type, bytes]) => [type, kb(bytes)])), fonts: fonts.length,
  files: loaded.map(({ path, type, bytes, encoding }) => `${path} ${type} ${kb(bytes)} kB ${encoding}`), liveAfterMs: Math.round(liveAfter), walked, faults,
}, null, 1));
process.exit(faults.length === 0 ? 0 : 1);
