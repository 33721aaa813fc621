// <month-bars label="…" data="{months, titles, values, texts, met, target, targetText, highest}">: thirteen bars and the target's line. Loaded on the KPI page only.
import ApexCharts from 'apexcharts';

const ink = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

customElements.define('month-bars', class extends HTMLElement {
  static observedAttributes = ['data'];
  #chart;
  #theme;

  connectedCallback() {
    this.setAttribute('role', 'img');
    this.setAttribute('aria-label', this.getAttribute('label') ?? '');
    this.#theme = new MutationObserver(() => this.#draw());
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#draw();
  }

  disconnectedCallback() {
    this.#theme?.disconnect();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  attributeChangedCallback() {
    if (this.isConnected && this.#chart) this.#draw();
  }

  #draw() {
    const data = JSON.parse(this.getAttribute('data') ?? '{"values":[]}');
    const colors = data.values.map((_, i) => data.met[i] === null ? ink('--c1') : data.met[i] ? ink('--ok') : ink('--warning'));
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#chart?.destroy();
    this.#chart = new ApexCharts(this, {
      chart: { type: 'bar', height: 132, toolbar: { show: false }, zoom: { enabled: false }, animations: { enabled: !still, speed: 250 }, fontFamily: 'inherit', background: 'transparent', injectStyleSheet: false, parentHeightOffset: 0 },
      series: [{ name: this.getAttribute('label') ?? '', data: data.values }],
      colors,
      plotOptions: { bar: { distributed: true, columnWidth: '68%', borderRadius: 1 } },
      legend: { show: false },
      dataLabels: { enabled: false },
      states: { hover: { filter: { type: 'none' } }, active: { filter: { type: 'none' } } },
      grid: { borderColor: ink('--line'), padding: { left: 4, right: 4, top: -18, bottom: -6 } },
      xaxis: { categories: data.months, labels: { style: { colors: ink('--text-3'), fontSize: '10px' }, rotate: 0, hideOverlappingLabels: true }, axisBorder: { show: false }, axisTicks: { show: false }, tooltip: { enabled: false } },
      yaxis: { min: 0, max: data.highest > 0 ? data.highest * 1.08 : 1, labels: { show: false } },
      annotations: data.target === null ? {} : { yaxis: [{ y: data.target, borderColor: ink('--target'), strokeDashArray: 3, label: { text: `target ${data.targetText}`, borderWidth: 0, position: 'left', textAnchor: 'start', offsetX: 2, offsetY: -1, style: { background: 'transparent', color: ink('--text-3'), fontSize: '10px' } } }] },
      tooltip: { theme: document.documentElement.dataset.theme === 'light' ? 'light' : 'dark', x: { formatter: (_, at) => data.titles[at.dataPointIndex] }, y: { formatter: (_, at) => data.texts[at.dataPointIndex], title: { formatter: () => '' } }, marker: { show: false } },
      noData: { text: 'no data', style: { color: ink('--text-3') } },
    });
    this.#chart.render();
  }
});
