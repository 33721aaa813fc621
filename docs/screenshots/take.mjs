// Takes the README's screenshots from the real program with its simulator: cd docs/screenshots && npm ci && node take.mjs
// Starts the program on a free port with a temporary data folder, lets it collect for a minute, breaks one system, and ends it again.
import { chromium } from 'playwright-core';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const data = mkdtempSync(join(tmpdir(), 'ops-screenshots-'));
const port = await new Promise(done => { const server = createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); }); });
const address = `http://127.0.0.1:${port}`;
const token = crypto.randomUUID();
const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));

const program = spawn('dotnet', ['run', '--project', join(root, 'OpsDashboard')], {
  env: { ...process.env, ASPNETCORE_URLS: address, Storage__DataDirectory: data, Access__Bootstrap__ApiToken: token }, stdio: ['ignore', 'pipe', 'inherit'], detached: true,
});
const link = await new Promise((done, failed) => {
  let text = '';
  program.stdout.on('data', part => { text += part; const found = text.match(/http:\S+sign-in\?code=\S+/); if (found) done(found[0]); });
  program.on('exit', code => failed(new Error(`the program ended with ${code}\n${text}`)));
});

try {
  const browser = await chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.click('button[type=submit]');
  await pause(60);
  const fault = await fetch(`${address}/api/simulator/dnd-companion/faults`, {
    method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'crash', seconds: 300 }),
  });
  if (fault.status !== 201) throw new Error(`the fault was refused: ${fault.status}`);
  await pause(5);

  const pages = { overview: '/', system: '/systems/case-opening', kpi: '/kpi', simulator: '/simulator' };
  for (const [name, path] of Object.entries(pages)) {
    for (const [width, height] of [[1440, 1000], [375, 812]]) {
      for (const theme of ['dark', 'light']) {
        if (name !== 'overview' && (width === 375 || theme === 'light')) continue;
        await page.setViewportSize({ width, height });
        await page.evaluate(value => localStorage.setItem('theme', value), theme);
        await page.goto(address + path);
        await page.waitForSelector('main[data-interactive]');
        await pause(4);
        await page.screenshot({ path: join(root, 'docs', `${name}-${width}-${theme}.png`) });
      }
    }
  }
  await browser.close();
} finally {
  process.kill(-program.pid, 'SIGTERM');
  await pause(2);
  rmSync(data, { recursive: true, force: true });
}
