// Style inside <live-chart>; its tokens come from the page.
export const CHART_CSS = `
:host { position: relative; }
:host(.verbatim) .legend { max-height: 96px; }
.box { display: flex; flex-direction: column; height: 100%; min-height: 0; }
.plot { flex: 1; min-height: 0; position: relative; }
.plot:focus-visible, button:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; border-radius: var(--radius-s); }
.legend { display: flex; flex-wrap: wrap; gap: 2px 12px; align-items: center; font-size: var(--t-xs); color: var(--text-2); padding: 2px 8px 4px; max-height: 44px; overflow-y: auto; }
.legend button { all: unset; display: inline-flex; gap: 6px; align-items: center; cursor: pointer; white-space: nowrap; max-width: 100%; }
.legend button:not(.as-table)[aria-pressed="false"] { opacity: .45; text-decoration: line-through; }
.legend i { width: 10px; height: 2px; border-radius: 1px; flex: none; }
.legend span { overflow: hidden; text-overflow: ellipsis; } .legend b { color: var(--text); font-weight: 600; font-variant-numeric: tabular-nums; }
.legend .at { color: var(--text-3); margin-left: auto; font-variant-numeric: tabular-nums; }
@media (max-width: 700px) { .legend { max-height: 104px; } .legend button { min-height: 32px; } .legend .as-table { min-height: 44px; padding: 0 14px !important; } }
.legend .as-table { color: var(--text-2); border: 1px solid var(--line-strong); border-radius: 4px; padding: 0 6px; }
.marks { display: flex; flex-wrap: wrap; gap: 2px 12px; font-size: var(--t-xs); padding: 0 8px 4px; } .marks a { color: var(--text-2); text-decoration: none; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .marks a:hover { text-decoration: underline; } .marks a:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; border-radius: var(--radius-s); }
.say { position: absolute; inset: 0; display: grid; place-content: center; text-align: center; color: var(--text-2); font-size: var(--t-s); padding: 16px; pointer-events: none; }
.peak { font-size: var(--t-xs); color: var(--text-2); padding: 0 8px 4px; min-height: 20px; }
.say.fault { color: var(--critical); }
.rows { overflow: auto; max-height: 100%; flex: 1; } table { border-collapse: collapse; width: 100%; font-size: var(--t-s); } th, td { text-align: right; padding: 3px 8px; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; } th:first-child, td:first-child { text-align: left; } th { color: var(--text-2); font-weight: 600; position: sticky; top: 0; background: var(--surface); }
[hidden] { display: none !important; }
.u-select { background: var(--accent-soft); } .u-cursor-x { border-right: 1px dashed var(--text-3); } .u-cursor-y { display: none; }
`;
