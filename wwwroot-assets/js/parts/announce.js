// What begins to fire while somebody looks: a toast with a link, a sound where it is wanted, the number in the title of the tab.
import { visit } from './range.js';

const wantsSound = () => { try { return localStorage.getItem('sound') === 'on'; } catch { return false; } };
let audio = null;

/** A browser lets a page sound only after somebody touched it. */
export function readySound() { if (!wantsSound()) return; audio ??= new AudioContext(); if (audio.state === 'suspended') audio.resume().catch(() => {}); }
for (const name of ['pointerdown', 'keydown']) addEventListener(name, readySound, { passive: true });

/** Two rising tones, three for what is urgent. */
export function sound(urgent) {
  if (!wantsSound()) return;
  readySound();
  if (audio?.state !== 'running') return;
  const tones = urgent ? [660, 880, 1100] : [520, 660];
  tones.forEach((pitch, i) => {
    const at = audio.currentTime + i * 0.18, tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.16);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.17);
  });
}

export function announce(title, body, url, isFiring, isUrgent) {
  const item = document.createElement('div'), link = document.createElement('a'), head = document.createElement('b'), close = document.createElement('button');
  item.className = `toast announced ${isFiring ? isUrgent ? 'critical' : 'warning' : 'ok'}`;
  link.href = new URL(url, document.baseURI);
  head.textContent = title;
  link.append(head);
  if (body) { const more = document.createElement('small'); more.textContent = body; link.append(more); }
  link.addEventListener('click', event => { event.preventDefault(); item.remove(); visit(url); });
  close.type = 'button';
  close.className = 'iconbtn';
  close.setAttribute('aria-label', 'Close');
  close.textContent = '×';
  close.addEventListener('click', () => item.remove());
  item.append(link, close);
  const place = document.getElementById('toasts');
  place?.append(item);
  while (place && place.querySelectorAll('.announced').length > 5) place.querySelector('.announced').remove();
  setTimeout(() => item.remove(), isFiring ? 20000 : 8000);
  if (isFiring) sound(isUrgent);
}

// The title says how many wait, on every page: "(3) Overview".
const counts = new Set();
const title = () => {
  const most = Math.max(0, ...[...counts].map(badge => Number(badge.getAttribute('count')) || 0)), plain = document.title.replace(/^\(\d+\) /, ''), wanted = most > 0 ? `(${most}) ${plain}` : plain;
  if (plain && document.title !== wanted) document.title = wanted;
};
new MutationObserver(title).observe(document.head, { childList: true, subtree: true, characterData: true });

customElements.define('menu-badge', class extends HTMLElement {
  static observedAttributes = ['count'];
  connectedCallback() { counts.add(this); title(); }
  disconnectedCallback() { counts.delete(this); title(); }
  attributeChangedCallback() { title(); }
});
