'use strict';
const store = 'review-' + document.body.dataset.version;
let votes = {};
try { votes = JSON.parse(localStorage.getItem(store) || '{}'); } catch (error) { votes = {}; }
const cards = [...document.querySelectorAll('.card')];
const lines = () => Object.values(votes).map(vote => JSON.stringify(vote) + '\n').join('');
const keep = () => {
  try { localStorage.setItem(store, JSON.stringify(votes)); } catch (error) { /* a page without storage still saves its lines */ }
  const count = Object.keys(votes).length;
  document.getElementById('voted').textContent = `${count} vote${count === 1 ? '' : 's'}`;
  document.getElementById('lines').value = lines();
};
const filter = () => {
  const category = document.getElementById('category').value;
  const drawn = document.getElementById('drawn').value;
  const open = document.getElementById('open').checked;
  let shown = 0;
  for (const card of cards) {
    const data = card.dataset;
    card.hidden = (category && data.category !== category) || (drawn && data.drawn !== drawn) || (open && data.pair in votes);
    shown += card.hidden ? 0 : 1;
  }
  document.getElementById('count').textContent = `${shown} of ${cards.length} pairs`;
};
for (const card of cards) {
  const pair = card.dataset.pair;
  const words = card.querySelector('details');
  const note = card.querySelector('.note');
  const buttons = [...card.querySelectorAll('[data-side]')];
  let saw = words.open;
  words.addEventListener('toggle', () => { saw = saw || words.open; });
  const show = () => {
    for (const button of buttons) button.setAttribute('aria-pressed', String(votes[pair]?.side === button.dataset.side));
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      const before = votes[pair];
      votes[pair] = { pair, side: button.dataset.side, note: note.value, saw_words: before ? before.saw_words : saw, at: Date.now() / 1000 };
      show();
      keep();
    });
  }
  note.value = votes[pair]?.note || '';
  note.addEventListener('input', () => { if (votes[pair]) { votes[pair].note = note.value; keep(); } });
  show();
}
for (const id of ['category', 'drawn', 'open']) document.getElementById(id).addEventListener('change', filter);
document.getElementById('download').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([lines()], { type: 'application/jsonl' }));
  link.download = 'votes.jsonl';
  link.click();
});
filter();
keep();
