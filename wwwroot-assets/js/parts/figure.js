// <live-figure expr unit decimals bands>: the newest value of an expression. Its light content, from the server, shows until the first frame.
import { follow } from './live.js';
import { format, stateOf } from './units.js';

class LiveFigure extends HTMLElement {
  static observedAttributes = ['expr'];

  connectedCallback() { this.#begin(); }
  disconnectedCallback() { this.#stop?.(); this.#stop = null; }
  attributeChangedCallback(_, before, after) { if (this.isConnected && before !== null && before !== after) this.#begin(); }

  #stop = null;
  #text = null;

  #begin() {
    this.#stop?.();
    this.#stop = follow(this.getAttribute('expr'), 'tile', 0, {
      point: (at, values) => this.#show(values.find(value => value !== null), at),
      fault: text => { this.title = text; this.dataset.state = 'unknown'; },
    });
  }

  #show(value, at) {
    const bands = this.getAttribute('bands');
    this.dataset.state = stateOf(bands ? JSON.parse(bands) : null, value);
    this.dataset.at = at;
    // No value: the last one stays, greyed by its state, and says since when.
    if (value === undefined) { this.title = 'no data'; if (!this.#text) this.#write('–'); return; }
    this.removeAttribute('title');
    const decimals = this.getAttribute('decimals');
    this.#write(format(value, this.getAttribute('unit'), decimals === null ? undefined : Number(decimals)));
  }

  #write(text) {
    if (!this.#text) {
      this.#text = document.createTextNode('');
      (this.shadowRoot ?? this.attachShadow({ mode: 'open' })).append(this.#text);
    }
    if (this.#text.data !== text) this.#text.data = text;
  }
}
customElements.define('live-figure', LiveFigure);
