// Real circuits on the overview: node circuits.mjs ADDRESS EMAIL PASSWORD TOKEN PID COUNT SECONDS
// Every circuit is a page that was fetched, a socket, and render batches that are acknowledged; then the live connections that a tab has beside it.
import { collected, figures, followedBy, load, openCircuit, openLive, openMany, round, share, signIn, sleep } from './bench.mjs';

const [,, base, email, password, token, pid, count, seconds] = process.argv;
const cookie = await signIn(base, email, password);
const counts = { batches: 0, bytes: 0, errors: 0, closed: 0, frames: 0, gaps: 0 };
const open = () => openCircuit(base, '/', cookie, counts);

// What the first circuits compile and cache is the program's, not a circuit's.
for (const circuit of await openMany(20, open)) await circuit.close();
await sleep(5000);
const before = await collected(pid, base, token);
const cpuBefore = await share(pid, seconds);

const began = performance.now(), circuits = await openMany(Number(count), open), opened = performance.now() - began;
await sleep(10000);
Object.assign(counts, { batches: 0, bytes: 0 });
const cpuWith = await share(pid, seconds), { batches, bytes } = counts;
const held = await collected(pid, base, token);

const follows = followedBy(circuits[0].html);
const lives = await openMany(Number(count), () => openLive(base, { cookie, origin: base }, follows, counts), 10);
await sleep(5000);
counts.frames = 0;
const cpuLive = await share(pid, seconds), frames = counts.frames;
const live = await collected(pid, base, token);
const active = (await figures(base, token)).circuits_active;

const closed = counts.closed;
await Promise.all(lives.map(connection => connection.stop()));
for (const circuit of circuits) await circuit.close();
await sleep(5000);
const after = await collected(pid, base, token);
const kb = (one, other) => round((one - other) / count / 1024);
const mb = value => round(value / 1048576);
console.log(JSON.stringify({
  circuits: Number(count), active, openedInMs: Math.round(opened), errors: counts.errors, closedEarly: closed - 20, load: load(),
  perCircuitKiB: { heap: kb(held.heap, before.heap), resident: kb(held.resident, before.resident) },
  perTabKiB: { heap: kb(live.heap, before.heap), resident: kb(live.resident, before.resident) },
  cpuPercentOfACore: { none: cpuBefore, circuits: cpuWith, tabs: cpuLive },
  batchesPerCircuitSecond: round(batches / count / seconds, 3), bytesPerCircuitSecond: round(bytes / count / seconds), framesPerTabSecond: round(frames / count / seconds), gaps: counts.gaps,
  heapMb: { none: mb(before.heap), circuits: mb(held.heap), tabs: mb(live.heap), closed: mb(after.heap) },
  residentMb: { none: mb(before.resident), circuits: mb(held.resident), tabs: mb(live.resident), closed: mb(after.resident) }, circuitsLeft: after.figures.circuits_active,
}, null, 1));
process.exit(0);
