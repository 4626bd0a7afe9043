/** The page's look: system fonts, light and dark by the reader's setting, one column on a phone, ink on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --ink: #1c2024; --soft: #5b636b; --line: #dcdfe2; --grid: #e8eaec;
  --ok: #7aa6c8; --late: #1f5f95; --unknown: #e0a100; --fail: #d1450b; --unanswered: #17191c;
  --pattern-ink: #ffffff; --pass-text: #0b6b3a; --fail-text: #b0340a; --unknown-text: #7a5600;
  --slowest: #a9b4bd; --pin: #6b3fa0; --gutter: 4.2rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181b; --card: #1d2125; --ink: #e8eaec; --soft: #a2abb3; --line: #343a40; --grid: #2a2f34;
    --ok: #3f6f96; --late: #8cc4f2; --unknown: #f0b429; --fail: #ff7a45; --unanswered: #f4f5f6;
    --pattern-ink: #15181b; --pass-text: #5fd398; --fail-text: #ff9366; --unknown-text: #f0b429;
    --slowest: #5d6871; --pin: #c3a0f0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main, header { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; overflow-wrap: anywhere; }
.card h3, figcaption h3 { margin: 0; }
p { margin: .5rem 0; max-width: 70ch; }
ul, ol { margin: .5rem 0; padding-left: 1.4rem; }
li { overflow-wrap: anywhere; }
a { color: inherit; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.badge { display: inline-block; padding: 0 .55em; border-radius: .3em; border: 2px solid currentColor; font-weight: 700; white-space: nowrap; }
.pass { color: var(--pass-text); } .fail { color: var(--fail-text); } .unknown { color: var(--unknown-text); }
dl.identity { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .25rem 1.5rem; margin: 1rem 0 0; padding: .75rem 0; border-block: 1px solid var(--line); }
.identity div { min-width: 0; } .identity dt { color: var(--soft); font-size: .8rem; } .identity dd { margin: 0; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; margin: 1rem 0; padding: 0; list-style: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem; }
.card.judged { border-width: 2px; border-color: var(--late); }
.card .felt { font-size: 1.2rem; line-height: 1.25; font-weight: 700; margin: .25rem 0; }
.felt.good { color: var(--pass-text); } .felt.bad, .felt.unknown { color: var(--unknown-text); } .felt.down { color: var(--fail-text); }
figure { margin: 1rem 0 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem .6rem; break-inside: avoid; }
figcaption { display: flex; flex-wrap: wrap; gap: .1rem .75rem; align-items: baseline; margin-bottom: .25rem; }
.drawing { padding-left: var(--gutter); padding-right: .5rem; }
.timeline { display: block; overflow: visible; }
.timeline rect { shape-rendering: crispEdges; }
.label { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--grid); stroke-width: 1; }
.is-ok { fill: var(--ok); } .is-late { fill: var(--late); } .is-unknown { fill: url(#dots); } .is-fail { fill: url(#slashes); } .is-unanswered { fill: url(#crosses); }
.slowest { fill: var(--slowest); } .slowest.is-late { fill: var(--late); } .median { fill: var(--ink); } .no-answer { fill: url(#crosses); opacity: .55; }
.pin text { fill: var(--pin); font-size: 12px; font-weight: 700; } .pin-line { stroke: var(--pin); stroke-width: 1; stroke-dasharray: 3 3; }
.pin-phase text, .pin-note text, .pin-heal text { fill: var(--soft); } .pin-phase .pin-line, .pin-note .pin-line, .pin-heal .pin-line { stroke: var(--soft); }
.hover { fill: transparent; } .hover:hover { fill: var(--ink); fill-opacity: .12; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .5rem 0; list-style: none; font-size: .875rem; }
.legend svg { vertical-align: -2px; margin-right: .35rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }

th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
.figures td, .figures thead th + th { text-align: right; white-space: nowrap; }
.figures th { white-space: nowrap; }
.events td { padding-block: .1rem; } .events td:nth-child(-n+2) { text-align: right; white-space: nowrap; }
details { margin: .25rem 0 .5rem; font-size: .9rem; } summary { cursor: pointer; color: var(--soft); }
footer { max-width: 68rem; margin: 3rem auto 2rem; padding: 1rem 1.25rem 0; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
@media (max-width: 40rem) {
  :root { --gutter: 3.4rem; }
  main, header { padding-inline: .9rem; } figure { padding-inline: .6rem; } .minor { display: none; } .label, .pin text { font-size: 11px; }
  .checks td, .checks th { display: block; border: 0; padding: 0; } .checks thead { display: none; } .checks tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
}
@media print {
  :root { color-scheme: light; --page: #fff; --card: #fff; }
  body { font-size: 10.5pt; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  figure, .card, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } main, header, footer { max-width: none; }
}
`;

/** Patterns, so that an ending is told by its texture too. Drawn in the page's colours. */
export const PATTERNS = `<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" style="fill:var(--unknown)"/><circle cx="2" cy="2" r="1.1" style="fill:var(--pattern-ink)"/><circle cx="5" cy="5" r="1.1" style="fill:var(--pattern-ink)"/></pattern>
<pattern id="slashes" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" style="fill:var(--fail)"/><path d="M-1 1l2-2M0 6l6-6M5 7l2-2" style="stroke:var(--pattern-ink);stroke-width:1.2"/></pattern>
<pattern id="crosses" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" style="fill:var(--unanswered)"/><path d="M0 0l7 7M0 7l7-7" style="stroke:var(--pattern-ink);stroke-width:.7;opacity:.7"/></pattern>
</defs></svg>`;
