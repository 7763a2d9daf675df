"""The report's style sheet: light and dark, from a phone's width up."""

CSS = """
:root { color-scheme: light dark;
  --ground: #ffffff; --card: #f6f7f9; --ink: #1c2128; --dim: #57606a; --line: #d5dae1;
  --kept: #2f7d6b; --dropped: #c4604f; --link: #1f5fa8; --mark: #ffe9a8; --tint: #fbeeec; --code: #ffffff; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #14171c; --card: #1c2128; --ink: #e3e7ec; --dim: #9aa4b0; --line: #343b45;
  --kept: #4fae97; --dropped: #dd8171; --link: #7db4ef; --mark: #5c4a12; --tint: #2b1f1f; --code: #11141a; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 3.2rem; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 76rem; padding: 0 1rem 4rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.6rem 0 .2rem; }
h2 { font-size: 1.25rem; margin: 2.6rem 0 .4rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.02rem; margin: 1.4rem 0 .4rem; }
p { margin: .4rem 0 .8rem; max-width: 46rem; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Noto Sans Mono", monospace; }
code { font-size: .88em; overflow-wrap: anywhere; }
.dim { color: var(--dim); }
nav { position: sticky; top: 0; z-index: 2; display: flex; gap: 1rem; overflow-x: auto; white-space: nowrap;
  margin: .8rem -1rem 0; padding: .6rem 1rem; background: var(--ground); border-bottom: 1px solid var(--line);
  scrollbar-width: thin; }
nav a { text-decoration: none; font-size: .92rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .7rem; margin: 1.2rem 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; }
.tile b { display: block; font-size: 1.45rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile span { font-size: .85rem; color: var(--dim); }
.plots { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; align-items: start; }
@media (min-width: 46rem) { .plots { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } }
figure { margin: 0; padding: .8rem; min-width: 0; background: var(--card); border: 1px solid var(--line);
  border-radius: .6rem; }
figcaption { font-weight: 600; font-size: .95rem; margin-bottom: .4rem; }
figcaption small { display: block; font-weight: 400; color: var(--dim); }
.scroll { overflow-x: auto; margin: .6rem 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .32rem .7rem .32rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--dim); white-space: nowrap; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.wrap { overflow-wrap: anywhere; min-width: 9rem; }
td code.name { white-space: nowrap; }
tr.set td:first-child::after { content: " ●"; color: var(--dropped); }
details { border: 1px solid var(--line); border-radius: .6rem; margin: .5rem 0; background: var(--card); }
summary { cursor: pointer; padding: .6rem .9rem; display: flex; flex-wrap: wrap; gap: .1rem .8rem;
  align-items: baseline; }
summary::before { content: "▸"; color: var(--dim); }
details[open] > summary::before { content: "▾"; }
summary::-webkit-details-marker { display: none; }
summary b { font-size: 1rem; }
summary .count { margin-left: auto; font-variant-numeric: tabular-nums; white-space: nowrap; }
summary .says { flex-basis: 100%; padding-left: 1.4rem; font-size: .92rem; color: var(--dim); }
.inside { padding: .2rem .9rem .9rem; }
.pager { display: none; align-items: center; gap: .6rem; margin: .2rem 0 .6rem; }
.paged .pager { display: flex; }
.pager button { font: inherit; min-width: 2.8rem; min-height: 2.2rem; border: 1px solid var(--line);
  border-radius: .5rem; background: var(--ground); color: var(--ink); cursor: pointer; }
.pager .place { font-variant-numeric: tabular-nums; color: var(--dim); }
.sample[hidden] { display: none; }
.sample { margin-bottom: 1rem; }
.sample header { font-size: .88rem; color: var(--dim); margin-bottom: .5rem; overflow-wrap: anywhere; }
.sample header code { user-select: all; color: var(--ink); }
.fact { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; margin: .1rem 0;
  overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: minmax(0, 1fr); gap: .1rem .8rem; }
.sides h4 { display: none; margin: 0; font-size: .85rem; font-weight: 600; color: var(--dim); }
.side::before { content: attr(data-side); font-size: .78rem; color: var(--dim); }
@media (min-width: 50rem) {
  .sides h4 { display: block; }
  .side::before { content: none; }
  .sides.two { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
}
.turn { border: 1px solid var(--line); border-left: 4px solid var(--kept); border-radius: .4rem;
  background: var(--code); margin-bottom: .5rem; }
.turn.gone { border-left-color: var(--dropped); background: var(--tint); }
.raw .turn { border-left-color: var(--line); }
.who { display: flex; flex-wrap: wrap; gap: 0 .7rem; font-size: .8rem; color: var(--dim); padding: .25rem .6rem 0; }
.who .fate { color: var(--dropped); font-weight: 600; overflow-wrap: anywhere; }
.turn pre { margin: 0; padding: .2rem .6rem .5rem; font-size: .82rem; line-height: 1.45; white-space: pre-wrap;
  overflow-wrap: anywhere; unicode-bidi: isolate; max-height: 26rem; overflow-y: auto; }
.turn pre.none { color: var(--dim); font-style: italic; }
mark { background: var(--mark); color: inherit; border-radius: .2rem; }
svg.pygal-chart { display: block; width: 100%; max-width: 35rem; margin: 0 auto; height: auto; overflow: visible; }
.pygal-chart text { fill: var(--ink); font-size: 14px; font-family: inherit; }
.pygal-chart .background { fill: none; }
.pygal-chart .line { stroke: var(--line); fill: none; }
.pygal-chart .axis.x text { text-anchor: middle; }
.pygal-chart .axis.y text { text-anchor: end; }
.pygal-chart .vertical .axis.x .guide.line, .pygal-chart .horizontal .axis.y .guide.line { opacity: 0; }
.pygal-chart .color-0 .rect, .pygal-chart .color-0.reactive, .pygal-chart .color-0 > rect { fill: var(--kept); }
.pygal-chart .color-1 .rect, .pygal-chart .color-1.reactive, .pygal-chart .color-1 > rect { fill: var(--dropped); }
.pygal-chart .rect { stroke: var(--card); stroke-width: .6; }
.pygal-chart .color-2 .rect, .pygal-chart .color-2.reactive, .pygal-chart .color-2 > rect { fill: var(--dim); }
.pygal-chart .color-1 .rect { stroke: none; }
.gone .pygal-chart .color-0 .rect, .gone .pygal-chart .color-0 > rect { fill: var(--dropped); }
@media print { nav, .pager { display: none !important; } .sample[hidden] { display: block; } }
"""

SCRIPT = """
for (const gallery of document.querySelectorAll('.gallery')) {
  const samples = [...gallery.querySelectorAll('.sample')];
  if (samples.length < 2) continue;
  const place = gallery.querySelector('.place');
  let at = 0;
  const go = to => {
    at = (to + samples.length) % samples.length;
    samples.forEach((sample, index) => { sample.hidden = index !== at; });
    place.textContent = `${at + 1} of ${samples.length}`;
  };
  gallery.classList.add('paged');
  gallery.querySelector('.back').addEventListener('click', () => go(at - 1));
  gallery.querySelector('.on').addEventListener('click', () => go(at + 1));
  go(0);
}
const open = () => {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.tagName === 'DETAILS') { target.open = true; target.scrollIntoView(); }
};
addEventListener('hashchange', open);
open();
"""
