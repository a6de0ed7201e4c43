"""How the report looks, on a screen and on paper. No colour says anything that words don't say too."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; background: #fff; color: #1a202c;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .5rem; border-bottom: 2px solid #1a202c; }
h3 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p { max-width: 48rem; margin: .5rem 0; }
a { color: #1d4f91; }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid #1d4f91; outline-offset: 2px; }
nav ul { columns: 2; max-width: 48rem; padding-left: 1.2rem; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-size: .95rem; }
caption { text-align: left; color: #4a5568; padding: .25rem 0; }
th, td { border: 1px solid #a0aec0; padding: .35rem .55rem; text-align: left; vertical-align: top; }
thead th { background: #edf2f7; }
tbody th { font-weight: 600; }
td.number, th.number { text-align: right; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
table.narrow { width: auto; min-width: 20rem; }
table.steps { table-layout: fixed; }
table.steps th, table.steps td { overflow-wrap: anywhere; }
table.steps thead th:first-child { width: 21%; }
table.steps thead th:last-child { width: 25%; }
.about { font-weight: normal; }
td p { margin: 0 0 .25rem; }
td p:last-child { margin-bottom: 0; }
.about, .when { color: #4a5568; font-size: .9em; }
.good { color: #14632f; font-weight: 600; }
.bad { color: #a61b1b; font-weight: 600; }
.notice { border: 3px solid #a61b1b; padding: .5rem 1rem; margin: 1rem 0; max-width: 48rem; }
pre { overflow-x: auto; background: #f7fafc; border: 1px solid #cbd5e0; padding: .5rem; font-size: .85rem; }
code { font: .9em ui-monospace, Consolas, monospace; overflow-wrap: anywhere; }
.drawing { overflow-x: auto; border: 1px solid #cbd5e0; }
.drawing svg { display: block; margin: 0 auto; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; }
.legend svg { vertical-align: middle; margin-right: .4rem; }
.paper { display: none; }
.wide { overflow-x: auto; }
@media (max-width: 40rem) {
  body { padding: .75rem; }
  table { font-size: .8rem; }
  th, td { padding: .3rem; }
  td.number, th.number { white-space: normal; }
  table.steps { min-width: 34rem; }
}
@page { size: A4; margin: 15mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-before: page; }
  h2.follows { break-before: auto; }
  h1, h2, h3, caption { break-after: avoid; }
  tr, .notice, table:not(.steps) { break-inside: avoid; }
  td.number { white-space: normal; }
  thead { display: table-header-group; }
  thead th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  .drawing { overflow: visible; border: 0; }
  .drawing svg { max-width: 100%; max-height: 235mm; width: auto; height: auto; }
  .paper { display: block; margin-top: 3rem; }
}
"""
