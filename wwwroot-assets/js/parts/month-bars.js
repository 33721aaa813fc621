// <month-bars label="…" data="{months, titles, values, texts, met, target, targetText, highest}">: thirteen bars and the target's line. Loaded on the KPI page only.
import ApexCharts from 'apexcharts';
import { format } from './units.js';

const ink = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The library adds style elements, which the page's policy refuses with an error each; css/parts/kpi.css holds what is needed.
// It looks for one by id, and makes the legend's each time it draws: that one becomes an inert element.
const placeholder = document.createElement('i');
placeholder.id = 'apexcharts-css';
placeholder.hidden = true;
document.body.append(placeholder);
const withoutStyles = draw => {
  const create = document.createElement;
  document.createElement = (name, options) => create.call(document, name === 'style' ? 'template' : name, options);
  try {
    draw();
  } finally {
    delete document.createElement;
  }
};

customElements.define('month-bars', class extends HTMLElement {
  static observedAttributes = ['data'];
  #chart;
  #theme;
  #size;
  #width = 0;

  connectedCallback() {
    this.setAttribute('role', 'img');
    this.setAttribute('aria-label', this.getAttribute('label') ?? '');
    this.#theme = new MutationObserver(() => this.#draw());
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.#size = new ResizeObserver(() => this.clientWidth !== this.#width && this.#draw());
    this.#size.observe(this);
    this.#draw();
  }

  disconnectedCallback() {
    this.#theme?.disconnect();
    this.#size?.disconnect();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  attributeChangedCallback() {
    if (this.isConnected && this.#chart) this.#draw();
  }

  #draw() {
    const data = JSON.parse(this.getAttribute('data') ?? '{"values":[]}');
    const colors = data.values.map((_, i) => data.met[i] === null ? ink('--c1') : data.met[i] ? ink('--ok') : ink('--warning'));
    this.#width = this.clientWidth;
    this.#chart?.destroy();
    this.#chart = new ApexCharts(this, {
      chart: { type: 'bar', height: 132, toolbar: { show: false }, zoom: { enabled: false }, redrawOnParentResize: false, redrawOnWindowResize: false, animations: { enabled: false }, fontFamily: 'inherit', background: 'transparent', parentHeightOffset: 0 },
      series: [{ name: this.getAttribute('label') ?? '', data: data.values }],
      colors,
      plotOptions: { bar: { distributed: true, columnWidth: '68%', borderRadius: 1 } },
      legend: { show: false },
      dataLabels: { enabled: false },
      states: { hover: { filter: { type: 'none' } }, active: { filter: { type: 'none' } } },
      grid: { borderColor: ink('--line'), padding: { left: 4, right: 4, top: -8, bottom: -6 } },
      xaxis: { categories: data.months.map((month, i) => i % 3 === 0 ? month : ''), crosshairs: { show: false }, labels: { style: { colors: ink('--text-3'), fontSize: '10px' }, rotate: 0, hideOverlappingLabels: false }, axisBorder: { show: false }, axisTicks: { show: false }, tooltip: { enabled: false } },
      yaxis: { min: 0, max: data.highest > 0 ? data.highest : 1, tickAmount: 2, labels: { show: true, minWidth: 46, maxWidth: 60, formatter: value => format(value, data.unit), style: { colors: ink('--text-3'), fontSize: '10px' } } },
      annotations: data.target === null ? {} : { yaxis: [{ y: data.target, borderColor: ink('--target'), strokeDashArray: 3, label: { text: `target ${data.targetText}`, borderWidth: 0, position: 'left', textAnchor: 'start', offsetX: 2, offsetY: -1, style: { background: 'transparent', color: ink('--text-3'), fontSize: '10px' } } }] },
      tooltip: { theme: document.documentElement.dataset.theme === 'light' ? 'light' : 'dark', x: { formatter: (_, at) => data.titles[at.dataPointIndex] }, y: { formatter: (_, at) => data.texts[at.dataPointIndex], title: { formatter: () => '' } }, marker: { show: false } },
      noData: { text: 'no data', style: { color: ink('--text-3') } },
    });
    withoutStyles(() => this.#chart.render());
  }
});
