// The module of every page: starts the circuit, wires the frame, defines the live elements.
import './parts/shell.js';
import './parts/connection.js';
import './parts/drafts.js';
import './parts/times.js';
import './parts/figure.js';
import './parts/spark.js';
import './parts/range.js';

// uPlot is loaded only where a chart stands.
const wanted = () => document.querySelector('live-chart') !== null;
const load = () => import('./parts/chart.js');
if (wanted()) load();
else new MutationObserver((_, observer) => { if (wanted()) { observer.disconnect(); load(); } }).observe(document.body, { childList: true, subtree: true });
