// What the viewers' benchmarks share: the server's own accounts, its collected heap, a sign-in, real circuits, live connections, Chromium.
import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { MessagePackHubProtocol } from '@microsoft/signalr-protocol-msgpack';
import { readFileSync, readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { loadavg } from 'node:os';

export const sleep = ms => new Promise(done => setTimeout(done, ms));
export const round = (value, places = 1) => +value.toFixed(places);
export const load = () => round(loadavg()[0]);

/** utime + stime of a process, in seconds. */
export const cpu = pid => { const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(fields[11]) + Number(fields[12])) / 100; };
export const resident = pid => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

/** Per cent of one core over some time. */
export async function share(pid, seconds) {
  const used = cpu(pid), began = performance.now();
  await sleep(seconds * 1000);
  return round(100 * (cpu(pid) - used) / ((performance.now() - began) / 1000));
}

/** The figures of /metrics, by name and labels as written there. */
export async function figures(base, token) {
  const answer = await fetch(`${base}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}`);
  return Object.fromEntries((await answer.text()).split('\n').filter(line => line && line[0] !== '#').map(line => { const at = line.lastIndexOf(' '); return [line.slice(0, at), Number(line.slice(at + 1))]; }));
}

// The collection ---------------------------------------------------------------------------------------------------

// The runtime's diagnostic socket (github.com/dotnet/diagnostics, documentation/design-docs/ipc-protocol.md): a trace session
// with the keyword GCHeapCollect makes the runtime do one full blocking collection.
const COLLECT_TRACING = 2, STOP_TRACING = 1, GC_HEAP_COLLECT = 0x800000n;

function command(id, payload) {
  const header = Buffer.alloc(20);
  header.write('DOTNET_IPC_V1\0', 'latin1');
  header.writeUInt16LE(20 + payload.length, 14);
  header[16] = 2;
  header[17] = id;
  return Buffer.concat([header, payload]);
}

const number = (value, bytes) => { const buffer = Buffer.alloc(bytes); if (bytes === 8) buffer.writeBigUInt64LE(value); else buffer.writeUInt32LE(value); return buffer; };
const text = value => Buffer.concat([number(value.length + 1, 4), Buffer.from(`${value}\0`, 'utf16le')]);
const socketOf = pid => `/tmp/${readdirSync('/tmp').filter(name => name.startsWith(`dotnet-diagnostic-${pid}-`)).sort().at(-1)}`;

function ask(pid, message, answered) {
  return new Promise((done, failed) => {
    const socket = createConnection(socketOf(pid));
    let got = Buffer.alloc(0), begun = false;
    socket.on('error', failed);
    socket.on('end', () => socket.destroy());
    socket.on('data', part => {
      if (begun) return;
      got = Buffer.concat([got, part]);
      if (got.length < 20 || got.length < got.readUInt16LE(14)) return;
      begun = true;
      if (got[17] !== 0) { failed(new Error(`the runtime refused command ${message[17]}: ${got.subarray(20, 24).toString('hex')}`)); socket.destroy(); return; }
      done(answered(got.subarray(20), socket));
    });
    socket.write(message);
  });
}

async function collectOnce(pid) {
  const provider = Buffer.concat([number(GC_HEAP_COLLECT, 8), number(4, 4), text('Microsoft-Windows-DotNETRuntime'), number(0, 4)]);
  const session = await ask(pid, command(COLLECT_TRACING, Buffer.concat([number(10, 4), number(1, 4), number(1, 4), provider])), payload => payload.readBigUInt64LE());
  await sleep(200);
  await ask(pid, command(STOP_TRACING, number(session, 8)), (_, socket) => socket.destroy());
}

/** Two full collections, so that finalizers have run, and what the second left: { heap, resident } in bytes. */
export async function collected(pid, base, token) {
  const before = (await figures(base, token))['dotnet_gc_collections_total{generation="2"}'];
  for (let i = 0; i < 2; i++) { await collectOnce(pid); await sleep(300); }
  const after = await figures(base, token);
  if (after['dotnet_gc_collections_total{generation="2"}'] < before + 2) throw new Error('the runtime did not collect');
  return { heap: after.dotnet_live_heap_bytes, resident: resident(pid), figures: after };
}

// Viewers ----------------------------------------------------------------------------------------------------------

/** Signs in by password; the cookies that a browser would carry. */
export async function signIn(base, email, password) {
  const cookies = new Map();
  const take = answer => answer.headers.getSetCookie().forEach(line => { const [pair] = line.split(';'), at = pair.indexOf('='); cookies.set(pair.slice(0, at), pair.slice(at + 1)); });
  const header = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const page = await fetch(`${base}/sign-in`);
  take(page);
  const token = /name="__RequestVerificationToken" value="([^"]+)"/.exec(await page.text())[1];
  const answer = await fetch(`${base}/sign-in`, { method: 'POST', redirect: 'manual', headers: { cookie: header(), origin: base }, body: new URLSearchParams({ email, password, __RequestVerificationToken: token }) });
  take(answer);
  if (answer.status !== 302) throw new Error(`the sign-in answered ${answer.status}`);
  return header();
}

class BlazorPack extends MessagePackHubProtocol { constructor() { super(); Object.defineProperty(this, 'name', { value: 'blazorpack' }); } }

const hub = (base, path, headers) => new HubConnectionBuilder().withUrl(base + path, { transport: HttpTransportType.WebSockets, skipNegotiation: true, headers }).configureLogging(LogLevel.None);

/** Opens a page as a browser does: the prerendered HTML, then its circuit. counts: { batches, bytes, errors, closed }; lost is called when the socket ends. */
export async function openCircuit(base, path, cookie, counts, lost = () => {}) {
  const answer = await fetch(base + path, { headers: { cookie, accept: 'text/html' } }), html = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  const components = [...html.matchAll(/<!--Blazor:(\{.*?\})-->/g)].map(match => JSON.parse(match[1])).filter(record => record.type === 'server' && record.descriptor);
  const state = (/<!--Blazor-Server-Component-State:(.*?)-->/.exec(html) ?? [])[1] ?? '';
  const connection = hub(base, '/_blazor', { cookie, origin: base }).withHubProtocol(new BlazorPack()).build();
  connection.serverTimeoutInMilliseconds = 120000;
  let rendered;
  const first = new Promise(done => { rendered = done; });
  connection.on('JS.RenderBatch', (id, data) => { counts.batches++; counts.bytes += data.byteLength; connection.send('OnRenderCompleted', id, null).catch(() => {}); rendered(); });
  connection.on('JS.BeginInvokeJS', handle => { if (handle) connection.send('EndInvokeJSFromDotNet', handle, true, JSON.stringify([handle, true, null])).catch(() => {}); });
  connection.on('JS.Error', fault => { counts.errors++; if (counts.errors < 3) console.error('circuit:', fault); });
  for (const name of ['JS.AttachComponent', 'JS.EndInvokeDotNet', 'JS.EndLocationChanging', 'JS.EndUpdateRootComponents', 'JS.BeginTransmitStream']) connection.on(name, () => {});
  connection.onclose(() => { counts.closed++; lost(); });
  await connection.start();
  const id = await connection.invoke('StartCircuit', `${base}/`, base + path, JSON.stringify(components.map((record, i) => ({ ...record, sequence: record.sequence ?? i }))), state);
  if (!id) throw new Error('no circuit');
  await first;
  return { html, close: async () => { await fetch(`${base}/_blazor/disconnect`, { method: 'POST', headers: { cookie, origin: base }, body: new URLSearchParams({ circuitId: id }) }); await connection.stop(); } };
}

const NAMED = { quot: '"', lt: '<', gt: '>', amp: '&' };
const unescape = value => value.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(decimal) : NAMED[name] ?? all);

/** What the live figures and sparks of a page follow. */
export const followedBy = html => [...new Set([...html.matchAll(/<live-(?:figure|spark) expr="([^"]*)"/g)].map(match => unescape(match[1])))].map(what => ({ source: 'metrics', what, mode: 'tile', step: 0 }));

/** A live connection as a tab has it. counts: { frames, gaps }. */
export async function openLive(base, headers, follows, counts) {
  const connection = hub(base, '/hubs/live', headers).build();
  connection.serverTimeoutInMilliseconds = 120000;
  connection.on('f', batch => { for (const frame of batch) { if (frame[2] === 'g') counts.gaps++; else if (typeof frame[2] === 'number') counts.frames++; } });
  await connection.start();
  const wrong = (await connection.invoke('Follow', follows)).find(answer => answer.error);
  if (wrong) throw new Error(wrong.error);
  return connection;
}

/** Opens count things, some at a time; on a machine with other work a socket may not be answered in time, and is opened again. */
export async function openMany(count, open, together = 5) {
  const opened = [];
  for (let i = 0; i < count; i += together) opened.push(...await Promise.all(Array.from({ length: Math.min(together, count - i) }, () => again(open))));
  return opened;
}

export async function again(open) {
  for (let attempt = 1; ; attempt++) {
    try { return await open(); } catch (fault) { if (attempt === 4) throw fault; await sleep(2000 * attempt); }
  }
}

// Chromium ---------------------------------------------------------------------------------------------------------

export async function launch() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
}

export async function signInPage(page, base, email, password) {
  await page.goto(`${base}/sign-in`);
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', password);
  await Promise.all([page.waitForURL(url => url.pathname === '/'), page.click('form button[type=submit]')]);
  await page.waitForSelector('main[data-interactive]');
}
