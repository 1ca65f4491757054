"""How the page of a bulletin looks: on a screen, on a telephone, on A4 paper in black and white."""

CSS = """
:root { --strong: #1f5a8a; --warn: #b35900; --line: #c9ced6; --soft: #f4f6f8; --ink: #1b1f24; --grey: #57606a; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; color: var(--ink); background: #fff;
  font: 15px/1.45 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; overflow-wrap: anywhere; }
header { border-bottom: 3px solid var(--strong); margin-bottom: 1rem; padding-bottom: .5rem; }
.site { text-transform: uppercase; letter-spacing: .02em; font-weight: 600; color: var(--strong); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .1rem 0 .3rem; }
h2 { font-size: 1.15rem; margin: 1.8rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .15rem; }
h3 { font-size: 1rem; margin: 1.1rem 0 .3rem; }
p { margin: .25rem 0; }
.note { color: var(--grey); font-size: .9rem; }
.draft { display: inline-block; border: 2px solid var(--warn); color: var(--warn); font-weight: 700; padding: .1rem .6rem; }
.doubt { color: var(--warn); font-weight: 600; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .6rem; margin: .6rem 0; }
.cards div { border: 1px solid var(--line); border-radius: 6px; padding: .45rem .7rem; }
dt { color: var(--grey); font-size: .85rem; }
dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; max-width: 100%; }
figure { margin: .8rem 0; overflow-x: auto; }
figure svg text { font-family: "DejaVu Sans", Verdana, system-ui, "Segoe UI", Roboto, Arial, sans-serif !important; }
figure svg { display: block; width: 100%; max-width: 50rem; height: auto; min-width: 34rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--ink); font-size: .82rem; vertical-align: bottom; overflow-wrap: normal; }
tbody tr:nth-child(5n) td { border-bottom-color: var(--grey); }
.num { text-align: right; white-space: nowrap; }
th.num { white-space: normal; }
td:nth-child(2) { min-width: 9rem; }
td { overflow-wrap: break-word; }
td:last-child:not(.num) { min-width: 7.5rem; }
footer { color: var(--grey); font-size: .9rem; }
ul { margin: .2rem 0; padding-left: 1.2rem; }
@media (max-width: 40rem) { body { padding: .6rem; font-size: 14px; } th, td { padding-right: .4rem; } }
@media print {
  @page { size: A4 landscape; margin: 11mm; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { padding: 0; max-width: none; font-size: 9.5pt; }
  .scroll, figure { overflow: visible; }
  figure svg { min-width: 0; max-width: 190mm; }
  h2, h3 { break-after: avoid; }
  tr, figure, .cards div { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
