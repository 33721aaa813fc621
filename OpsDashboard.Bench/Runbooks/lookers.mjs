// People who look on: node lookers.mjs ADDRESS EMAIL PASSWORD PATH… opens a circuit on each, and stays until no run is open any more.
import { openCircuit, signIn, sleep } from '../Viewers/bench.mjs';

const [,, base, email, password, ...paths] = process.argv;
const cookie = await signIn(base, email, password), counts = { batches: 0, bytes: 0, errors: 0, closed: 0 };
await Promise.all(paths.map(path => openCircuit(base, path, cookie, counts)));
for (let open = 1; open > 0; await sleep(1000)) open = (await (await fetch(`${base}/api/runs?open=true&limit=1`, { headers: { cookie } })).json()).items.length;
console.log(`${paths.length} people looked on: ${counts.batches} render batches, ${Math.round(counts.bytes / 1000)} kB, ${counts.errors} faults, ${counts.closed} closed`);
process.exit(counts.errors + counts.closed === 0 ? 0 : 1);
