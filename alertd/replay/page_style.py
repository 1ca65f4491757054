"""How the page of a replay looks: on a screen, on a telephone, on paper in black and white."""

# Blue and orange are told apart by everybody, and differ in grey; every colour goes with a number or a sign.
AFTER, BEFORE, OFF = "#1f5a8a", "#b35900", "#ececec"

CSS = """
:root { --after: #1f5a8a; --before: #b35900; --line: #c9ced6; --soft: #f4f6f8; --ink: #1b1f24; --grey: #57606a; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 78rem; color: var(--ink); background: #fff;
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; overflow-wrap: anywhere; }
header { border-bottom: 3px solid var(--after); margin-bottom: 1rem; padding-bottom: .5rem; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
p { margin: .25rem 0; }
.note, figcaption { color: var(--grey); font-size: .9rem; }
.warn { border-left: 4px solid var(--before); background: #fff6ec; padding: .4rem .7rem; margin: .5rem 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .6rem; margin: .6rem 0; padding: 0; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .7rem; }
.card dt { color: var(--grey); font-size: .85rem; }
.card dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.card dd small { display: block; font-size: .85rem; font-weight: 400; color: var(--grey); }
.scroll { overflow-x: auto; max-width: 100%; }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; }
.chart svg { min-width: 40rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.scroll > table:not(.heat) td:first-child { min-width: 7rem; }
th, td { padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { overflow-wrap: normal; border-bottom: 2px solid var(--ink); font-size: .85rem; }
.num { text-align: right; white-space: nowrap; padding-right: .9rem; }
th.num { white-space: normal; }
td.day, td.key { white-space: nowrap; }
td.key { max-width: 24rem; white-space: normal; font-family: ui-monospace, Consolas, monospace; font-size: .85rem; }
.up { color: var(--before); font-weight: 600; }
.down { color: var(--after); font-weight: 600; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 2rem; }
.pair > section { min-width: 0; }
.heat { font-size: .72rem; border-collapse: separate; border-spacing: 1px; }
.heat th, .heat td { border: 0; padding: 0 .1rem; height: 1.35rem; vertical-align: middle; }
.heat td, .heat thead th:not(:first-child) { text-align: center; min-width: 1.6rem; }
.heat thead th { border: 0; font-weight: 400; line-height: 1.1; vertical-align: bottom; }
.heat tbody th { position: sticky; left: 0; background: #fff; font-weight: 400; max-width: 15rem; min-width: 9rem;
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis; padding-right: .4rem; }
.heat thead th:first-child { position: sticky; left: 0; background: #fff; }
.heat .sum { font-weight: 600; text-align: right; padding-right: .3rem; min-width: 2.2rem; }
.off { background: #ececec; }
.h1 { background: #d6e6f2; } .h2 { background: #9cc3df; }
.h3 { background: #4e8fbf; color: #fff; } .h4 { background: #1b4f79; color: #fff; }
.h0 { background: #fff; color: var(--before); }
.off.h0 { background: #ececec; }
.legend { display: inline-block; min-width: 1.6rem; text-align: center; font-size: .72rem; padding: .1rem .2rem;
  margin: 0 .15rem; border: 1px solid var(--line); }
ul { margin: .2rem 0; padding-left: 1.2rem; }
header details { border: 0; }
details { border-bottom: 1px solid var(--line); padding: .2rem 0; }
details details { margin-left: 1rem; }
summary { cursor: pointer; padding: .15rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); border: 1px solid var(--line); border-radius: 4px;
  padding: .6rem; margin: .3rem 0 .8rem; font: inherit; font-size: .9rem; }
.message { margin: .3rem 0 .3rem 1rem; }
@media (max-width: 40rem) {
  body { padding: .6rem; font-size: 14px; }
  .heat tbody th { min-width: 6.5rem; max-width: 6.5rem; }
  th, td { padding-right: .4rem; }
}
@media print {
  @page { size: A4 landscape; margin: 10mm; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { padding: 0; max-width: none; font-size: 9.5pt; }
  .scroll { overflow: visible; }
  .chart svg { min-width: 0; }
  h2, h3, summary { break-after: avoid; }
  tr, .card, figure.chart { break-inside: avoid; }
  thead { display: table-header-group; }
  .heat { font-size: 6.5pt; width: 100%; table-layout: auto; }
  .heat td, .heat thead th:not(:first-child) { min-width: 0; }
  .heat th, .heat td { height: 3.6mm; }
  .heat tbody th, .heat thead th:first-child { position: static; }
  .heat tbody th { min-width: 0; max-width: 52mm; }
}
"""
