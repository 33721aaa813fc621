// The module of every page: starts the circuit, wires the frame, defines the live elements.
import './parts/shell.js';
import './parts/connection.js';
import './parts/drafts.js';
import './parts/posts.js';
import './parts/times.js';
import './parts/figure.js';
import './parts/spark.js';
import './parts/range.js';
import './parts/announce.js';

// What is large or rare is loaded only where it stands.
const whenPresent = (element, load) => {
  const wanted = () => document.querySelector(element) !== null;
  if (wanted()) load();
  else new MutationObserver((_, observer) => { if (wanted()) { observer.disconnect(); load(); } }).observe(document.body, { childList: true, subtree: true });
};
whenPresent('live-chart', () => import('./parts/chart.js'));
whenPresent('[data-push-panel]', () => import('./parts/push.js'));
whenPresent('live-tail', () => import('./parts/tail.js'));
whenPresent('run-output', () => import('./parts/run-output.js'));
whenPresent('month-bars', () => import('./parts/month-bars.js'));
