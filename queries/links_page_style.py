"""How the page of links looks: the system's own letters, light or dark as the system is."""

STYLE = """\
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #22252b; --pale: #666b75; --line: #dedbd3;
  --box: #f1efe9; --blue: #0a5fb4; --on-blue: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14161b; --ink: #e4e3df; --pale: #a0a4ad; --line: #31353e;
    --box: #1d2027; --blue: #7db8f2; --on-blue: #10151c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, sans-serif;
}
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 0 0 .4rem; text-wrap: balance; }
p { margin: 0 0 .7rem; }
ol { list-style: none; counter-reset: stop; margin: 2rem 0 0; padding: 0; }
li {
  counter-increment: stop; position: relative;
  border-top: 1px solid var(--line); padding: 1.4rem 0 1.2rem 3rem;
}
li::before {
  content: counter(stop); position: absolute; left: 0; top: 1.3rem;
  width: 2rem; height: 2rem; border-radius: 50%; border: 1px solid var(--line);
  text-align: center; line-height: 1.9rem; color: var(--pale); font-size: .95rem;
}
.about { color: var(--pale); font-size: .95rem; }
.open {
  display: inline-block; padding: .45rem .95rem; border-radius: .4rem;
  background: var(--blue); color: var(--on-blue); text-decoration: none; font-weight: 600;
}
.open:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
summary { cursor: pointer; color: var(--pale); width: fit-content; }
pre {
  margin: .6rem 0 0; padding: .9rem 1rem; background: var(--box);
  border: 1px solid var(--line); border-radius: .4rem;
  overflow-x: auto; font-size: .875rem; line-height: 1.5; tab-size: 2;
}
code { font-family: ui-monospace, monospace; }
@media (max-width: 34rem) { li { padding-left: 0; } li::before { position: static; display: block; margin-bottom: .5rem; } }
@media print { .open { border: 1px solid; } pre { white-space: pre-wrap; } }
"""
