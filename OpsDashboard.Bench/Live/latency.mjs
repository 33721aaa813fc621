// From the body of the scrape to the changed pixel. The exporter's metric is its clock, so the figure on the page says when the body was written.
// node latency.mjs ADDRESS EMAIL PASSWORD TOKEN SECONDS, with the Chromium of the system and the Playwright that the tests brought.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';

const root = new URL('../../', import.meta.url).pathname;
const require = createRequire(`${root}wwwroot-assets/package.json`);
const { HubConnectionBuilder, HttpTransportType, LogLevel } = require('@microsoft/signalr');
const driver = ['Release', 'Debug'].map(configuration => `${root}OpsDashboard.Tests/bin/${configuration}/net10.0/.playwright/package`).find(existsSync);
if (!driver) throw new Error('Build OpsDashboard.Tests first: it brings the browser driver.');
const { chromium } = require(driver);

const [,, base, email, password, token, seconds] = process.argv;
const clock = 'max(bench_clock_ms{system="bench"})';

for (let i = 0; i < 99; i++) {
  const connection = new HubConnectionBuilder().withUrl(`${base}/hubs/live`, { transport: HttpTransportType.WebSockets, skipNegotiation: true, headers: { Authorization: `Bearer ${token}` } }).configureLogging(LogLevel.Error).build();
  connection.on('f', () => {});
  await connection.start();
  await connection.invoke('Follow', Array.from({ length: 12 }, (_, n) => ({ source: 'metrics', what: `bench_value{system="bench",n="${n}"}`, mode: 'stream', step: 1000 })));
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage();
await page.goto(`${base}/sign-in`);
await page.fill('input[name=email]', email);
await page.fill('input[name=password]', password);
await Promise.all([page.waitForNavigation(), page.click('form button[type=submit]')]);
await page.waitForSelector('main[data-interactive]');
await page.waitForTimeout(5000);
const delays = await page.evaluate(([expr, length]) => new Promise(done => {
  const figure = document.createElement('live-figure');
  figure.setAttribute('expr', expr);
  figure.setAttribute('unit', 'none');
  figure.setAttribute('decimals', '0');
  document.querySelector('main').append(figure);
  const found = [];
  let last = '';
  const look = () => {
    const text = figure.shadowRoot?.textContent ?? '', value = Number(text.replace(/\D/g, ''));
    // This frame shows it: the end of the frame is the pixel.
    if (text !== last && value > 1e12) { if (last) found.push(Date.now() - value); last = text; }
    requestAnimationFrame(look);
  };
  look();
  setTimeout(() => done(found), length * 1000);
}), [clock, Number(seconds)]);
await browser.close();
delays.sort((a, b) => a - b);
const at = part => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))];
// One sample a second: what is missing was never shown.
console.log(JSON.stringify({ seconds: Number(seconds), samples: delays.length, over250: delays.filter(delay => delay > 250).length, p50: at(.5), p95: at(.95), p99: at(.99), worst: delays.at(-1) }));
process.exit(0);
