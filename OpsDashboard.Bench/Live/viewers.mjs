// Live viewers: N connections to /hubs/live, each following the same 12 series as streams at one second, for some seconds.
// node viewers.mjs http://127.0.0.1:5080 TOKEN N SECONDS PID 'expr1' 'expr2' …
// Prints JSON: CPU of the server's process (its own time from /proc), bytes and frames a viewer, lag from the frame's time to its receipt.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(new URL('../../wwwroot-assets/package.json', import.meta.url));
const { HubConnectionBuilder, HttpTransportType, LogLevel } = require('@microsoft/signalr');
const WebSocket = require('ws');

const [,, base, token, count, seconds, pid, ...expressions] = process.argv;
const sleep = ms => new Promise(done => setTimeout(done, ms));
let frames = 0, bytes = 0, gaps = 0, measuring = false;
const lags = [];

class Counted extends WebSocket {
  constructor(...args) { super(...args); this.on('message', data => { if (measuring) bytes += data.length; }); }
}

function open() {
  const connection = new HubConnectionBuilder()
    .withUrl(`${base}/hubs/live`, { transport: HttpTransportType.WebSockets, skipNegotiation: true, WebSocket: Counted, headers: { Authorization: `Bearer ${token}` } })
    .configureLogging(LogLevel.Error).build();
  connection.serverTimeoutInMilliseconds = 60000;
  connection.on('f', batch => {
    if (!measuring) return;
    const now = Date.now();
    for (const frame of batch) {
      if (frame[2] === 'g') gaps++;
      if (typeof frame[2] !== 'number') continue;
      frames++;
      if (frames % 50 === 0) lags.push(now - frame[2]);
    }
  });
  return connection.start().then(() => connection.invoke('Follow', expressions.map(what => ({ source: 'metrics', what, mode: 'stream', step: 1000 })))).then(answers => {
    const wrong = answers.find(answer => answer.error);
    if (wrong) throw new Error(wrong.error);
    return connection;
  });
}

// utime + stime of the process, in seconds.
const cpu = () => { const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(fields[11]) + Number(fields[12])) / 100; };
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
const at = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? null;

const idleFrom = cpu(), idleAt = Date.now();
await sleep(5000);
const idle = (cpu() - idleFrom) / ((Date.now() - idleAt) / 1000), residentBefore = resident();
const connections = [];
for (let i = 0; i < Number(count); i += 25) connections.push(...await Promise.all(Array.from({ length: Math.min(25, count - i) }, open)));
await sleep(5000);
measuring = true;
const from = cpu(), began = Date.now();
await sleep(Number(seconds) * 1000);
const took = (Date.now() - began) / 1000, used = cpu() - from;
measuring = false;
lags.sort((a, b) => a - b);
console.log(JSON.stringify({
  viewers: connections.length, series: expressions.length, seconds: Math.round(took),
  cpuPercentOfACore: +(100 * used / took).toFixed(1), cpuPercentBefore: +(100 * idle).toFixed(1),
  msPerViewerSecond: +(1000 * used / took / connections.length).toFixed(3),
  bytesPerViewerSecond: Math.round(bytes / connections.length / took), framesPerViewerSecond: +(frames / connections.length / took).toFixed(1), gaps,
  lagMs: { p50: at(lags, .5), p95: at(lags, .95), p99: at(lags, .99) }, residentMb: Math.round(resident()), residentBeforeMb: Math.round(residentBefore),
}));
process.exit(0);
