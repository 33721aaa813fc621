// Bundles every entry of js/*.js and css/*.css into dist/, and copies static/ as it is.
import { build } from 'esbuild';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
const entries = async (folder, ending) => (await readdir(folder)).filter(f => f.endsWith(ending)).map(f => `${folder}/${f}`);

await build({ entryPoints: await entries('js', '.js'), outdir: 'dist/js', bundle: true, splitting: true, format: 'esm', target: 'es2022', minify: true, sourcemap: false, legalComments: 'none' });
await build({ entryPoints: await entries('css', '.css'), outdir: 'dist/css', bundle: true, minify: true, external: ['*.woff2', '*.woff'], legalComments: 'none' });
await cp('static', 'dist', { recursive: true });
await writeFile('dist/.stamp', '');
