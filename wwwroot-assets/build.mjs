// Bundles every entry of js/*.js and css/*.css into OpsDashboard/wwwroot (ignored by git), and copies static/ as it is.
import { build } from 'esbuild';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';

const out = '../OpsDashboard/wwwroot';
await Promise.all(['css', 'js'].map(folder => rm(`${out}/${folder}`, { recursive: true, force: true })));
await mkdir(out, { recursive: true });
const entries = async (folder, ending) => (await readdir(folder)).filter(f => f.endsWith(ending)).map(f => `${folder}/${f}`);

await build({ entryPoints: await entries('js', '.js'), outdir: `${out}/js`, bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true, sourcemap: false, legalComments: 'none', loader: { '.css': 'text' } });
await build({ entryPoints: await entries('css', '.css'), outdir: `${out}/css`, bundle: true, minify: true, external: ['*.woff2', '*.woff'], legalComments: 'none' });
await cp('static', out, { recursive: true });
await mkdir('dist', { recursive: true });
await writeFile('dist/.stamp', '');
