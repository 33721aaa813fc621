// The look of <live-tail>; colours come from the page's tokens.
export const TAIL_CSS = `
:host { display: grid; grid-template-rows: auto minmax(0, 1fr); height: min(560px, 70dvh); min-width: 0; font-size: var(--t-s); }
.bar { display: flex; flex-wrap: wrap; gap: var(--s2); align-items: center; padding: var(--s2) var(--s4); border-bottom: 1px solid var(--line); }
button, input { font: inherit; color: var(--text); background: var(--raised); border: 1px solid var(--line-strong); border-radius: var(--radius-s); padding: 4px 10px; }
button { cursor: pointer; } button:hover { background: var(--hover); } button:disabled { color: var(--text-3); cursor: default; } button[aria-pressed=true] { border-color: var(--accent); color: var(--accent); }
input { width: 160px; min-width: 0; background: var(--bg); } :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.say { color: var(--text-2); min-width: 0; }
.rows { overflow: auto; overscroll-behavior: contain; font-family: var(--mono); line-height: 1.5; padding: var(--s1) 0; }
.row { display: grid; grid-template-columns: auto 5ch minmax(0, 20ch) minmax(0, 1fr); gap: 0 var(--s3); padding: 0 var(--s4); content-visibility: auto; contain-intrinsic-size: auto 1.5em; border-left: 2px solid transparent; }
.row:hover { background: var(--hover); } .row.critical { border-left-color: var(--critical); } .row.warning { border-left-color: var(--warning); }
time, .where { color: var(--text-3); } .where { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.level { font-weight: 600; color: var(--text-2); } .critical .level { color: var(--critical); } .warning .level { color: var(--warning); }
.text { overflow-wrap: anywhere; white-space: pre-wrap; } .text i { font-style: normal; font-weight: 600; } .text a { margin-left: var(--s2); color: var(--accent); text-underline-offset: 2px; }
mark { background: var(--warning-soft); color: inherit; outline: 1px solid var(--warning-line); border-radius: 2px; }
@media (max-width: 700px) {
  :host { height: 70dvh; } button, input { min-height: 44px; } input { flex: 1; }
  .row { grid-template-columns: auto auto minmax(0, 1fr); padding-block: 3px; border-bottom: 1px solid var(--line); contain-intrinsic-size: auto 3em; } .text { grid-column: 1 / -1; }
}
`;
