import { $, el } from './dom.js';
import { listen, setup } from './net.js';
import { Phone } from './phone.js';
import { Sheets } from './sheets.js';
import { wire } from './wire.js';
import { phones as kinds } from './words.js';

// select makes one phone the one that narrow screens show.
function select(phones, kind) {
  for (const phone of phones) {
    const chosen = phone.kind === kind;
    phone.root.classList.toggle('chosen', chosen);
    phone.tab.setAttribute('aria-pressed', chosen);
    if (chosen) phone.seen();
  }
}

function tab(phone, phones) {
  const count = el('span', { className: 'badge', hidden: true });
  phone.tab = el('button', { type: 'button', 'aria-controls': phone.root.id, text: kinds[phone.kind].tab }, count);
  phone.tab.addEventListener('click', () => select(phones, phone.kind));
  phone.onunread = (n) => {
    count.hidden = !n;
    count.textContent = n;
  };
  return phone.tab;
}

async function start() {
  const wanted = new URLSearchParams(location.search).get('scene');
  const state = await setup();
  const cast = state.cast ?? [];
  const sheets = new Sheets(state, wanted);
  const phones = Object.keys(kinds)
    .map((kind) => [kind, cast.filter((p) => p.kind === kind)])
    .filter(([, people]) => people.length)
    .map(([kind, people]) => new Phone(kind, people, state.hints?.[kind], state.accounts, sheets));

  $('#notice').textContent = state.notice;
  $('#notice').hidden = !state.notice;
  $('#phones').append(...phones.map((p) => p.root));
  $('#tabs').append(...phones.map((p) => tab(p, phones)));
  if (phones.length) select(phones, phones[0].kind);

  const log = wire(cast);
  listen({
    phone: (news) => phones.forEach((p) => p.update(news)),
    menu: ({ app, menu }) => phones.forEach((p) => p.setMenu(app, menu)),
    wire: log,
  }, (online) => { $('#lost').hidden = online; });
  if (wanted && phones.length) phones[0].extra('scan');
}

start().catch(() => { $('#lost').hidden = false; });
