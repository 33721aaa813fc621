// Runs in the head before anything is painted: theme and kiosk mode as attributes, so that no page flashes.
(() => {
  const root = document.documentElement;
  let stored = null;
  try { stored = localStorage.getItem('theme'); } catch { /* storage may be forbidden */ }
  root.dataset.theme = stored ?? (matchMedia('(prefers-color-scheme: light)').matches && stored === 'system' ? 'light' : 'dark');
  if (stored === 'system') root.dataset.theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  if (new URLSearchParams(location.search).has('kiosk')) root.dataset.kiosk = '';
})();
