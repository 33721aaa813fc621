// From the body of the scrape that makes a rule true to the pixel that says so: the alert's text holds the instant at which the body was written.
// node alert.mjs ADDRESS EMAIL PASSWORD SECONDS, with the Chromium of the system and the Playwright that the tests brought.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';

const root = new URL('../../', import.meta.url).pathname;
const require = createRequire(`${root}wwwroot-assets/package.json`);
const driver = ['Release', 'Debug'].map(configuration => `${root}OpsDashboard.Tests/bin/${configuration}/net10.0/.playwright/package`).find(existsSync);
if (!driver) throw new Error('Build OpsDashboard.Tests first: it brings the browser driver.');
const { chromium } = require(driver);

const [,, base, email, password, seconds] = process.argv;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
const page = await browser.newPage();
await page.goto(`${base}/sign-in`);
await page.fill('input[name=email]', email);
await page.fill('input[name=password]', password);
await Promise.all([page.waitForNavigation(), page.click('form button[type=submit]')]);
await page.waitForSelector('main[data-interactive]');
await page.waitForTimeout(5000);
const delays = await page.evaluate(length => new Promise(done => {
  const main = document.querySelector('main'), first = Date.now(), found = new Map();
  const look = () => {
    // This frame shows it: the end of the frame is the pixel. What rang before the page was there does not count.
    for (const [, stamp] of main.textContent.matchAll(/Alarm (\d{13}) rings/g)) if (Number(stamp) > first && !found.has(stamp)) found.set(stamp, Date.now() - Number(stamp));
    requestAnimationFrame(look);
  };
  look();
  setTimeout(() => done([...found.values()]), length * 1000);
}), Number(seconds));
await browser.close();
delays.sort((a, b) => a - b);
const at = part => delays[Math.min(delays.length - 1, Math.floor(delays.length * part))];
// It rings every eight seconds: what is missing was never shown.
console.log(JSON.stringify({ seconds: Number(seconds), alerts: delays.length, over1000: delays.filter(delay => delay > 1000).length, p50: at(.5), p95: at(.95), p99: at(.99), worst: delays.at(-1) }));
process.exit(delays.length > 0 ? 0 : 1);
