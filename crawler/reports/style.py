"""The look of the report's page: light and dark, on a screen, a phone and on paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c1e21; --faint: #5d646c; --line: #d9dde1;
  --shade: #f4f6f8; --accent: #0b5c94;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e4e6e9; --faint: #a0a7af; --line: #363b41;
    --shade: #1f2226; --accent: #7cbcea;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 72rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
h1 { font-size: 1.8rem; line-height: 1.2; margin: .5rem 0 .3rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .2rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--accent); text-underline-offset: .15em; overflow-wrap: anywhere; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .88em;
  background: var(--shade); padding: .1em .35em; border-radius: 4px;
  overflow-wrap: anywhere; }
section { border-top: 1px solid var(--line); margin-top: 2.6rem; padding-top: 1.6rem; }
.faint { color: var(--faint); font-size: .9rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr;
  gap: .3rem 1.2rem; margin: 1.2rem 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
nav ol { padding-left: 1.4rem; margin: .4rem 0; }
nav li { margin: .25rem 0; }
.wide { overflow-x: auto; margin: .5rem 0; }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.4; }
th, td { text-align: left; padding: .32rem .8rem .32rem 0; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { font-weight: 600; vertical-align: bottom; line-height: 1.2; max-width: 8rem; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.text a { overflow-wrap: normal; }
td.text { min-width: 4.5rem; max-width: 26rem; overflow-wrap: break-word; }
tbody tr:hover { background: var(--shade); }
figure { margin: 1.2rem 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 34rem; max-width: 50rem;
  height: auto; }
.notes { padding-left: 1.2rem; max-width: 46rem; }
.notes li { margin: .3rem 0; }
.not-made { border-left: 4px solid #d55e00; background: var(--shade);
  padding: .7rem 1rem; max-width: 46rem; }
@media print { nav { display: none; } section { break-inside: avoid-page; } }
"""
