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
// What scrolls takes the keyboard's focus, and a table says that it does.
const look = new ResizeObserver(entries => {
  for (const { target } of entries) {
    const sideways = target.scrollWidth > target.clientWidth + 1;
    const scrolls = sideways || target.scrollHeight > target.clientHeight + 1;
    target.classList.toggle('scrolls', sideways);
    if (scrolls) target.tabIndex = 0; else target.removeAttribute('tabindex');
  }
});
for (const box of document.querySelectorAll('.scroll, .turn pre')) look.observe(box);
