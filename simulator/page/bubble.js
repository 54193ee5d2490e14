import { anchor, clock, el, safeLink } from './dom.js';
import { words } from './words.js';

// A text may hold <a href="…">…</a>, as WeChat allows, and bare addresses.
const links = /<a\s+href=["']([^"']*)["'][^>]*>([\s\S]*?)<\/a>|(https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+)/g;

function richText(text) {
  const out = el('div', { className: 'words-shown' });
  let end = 0;
  for (const m of text.matchAll(links)) {
    out.append(text.slice(end, m.index), anchor(m[1] ?? m[3], m[2] ?? m[3]));
    end = m.index + m[0].length;
  }
  out.append(text.slice(end));
  return out;
}

// The server's own paths start with a slash; the page may be mounted below one.
const local = (path) => path.replace(/^\//, '');

const inside = {
  text: (b) => richText(b.text),
  image: (b) => el('a', { href: local(b.url), target: '_blank' }, el('img', { src: local(b.url), alt: words.picture, className: 'shot' })),
  voice: (b) => el('div', { className: 'voice', text: b.text ? `${words.voice}：${b.text}` : words.voice }),
  location: (b) => el('div', { className: 'map' },
    el('strong', { text: b.text || words.place }),
    el('span', { text: `${b.lat.toFixed(5)}, ${b.lng.toFixed(5)}` }), el('i', { 'aria-hidden': 'true' })),
  link: (b) => el('div', { className: 'linked' }, el('strong', { text: b.text }), b.url ? anchor(b.url, words.link) : ''),
};

function card(b) {
  const list = el('dl');
  for (const f of b.fields ?? []) list.append(el('dt', { text: f.label }), el('dd', { text: f.value }));
  const out = el('article', { className: 'card' }, el('h3', { text: b.text }), list);
  if (b.url && safeLink(b.url)) out.append(el('p', { className: 'more-link' }, anchor(b.url, words.open)));
  return out;
}

// bubble is one line of the chat.
export function bubble(b, initial) {
  if (b.kind === 'system') {
    return el('p', { className: `system ${b.note === 'failed' ? 'failed' : ''}` }, el('span', { text: b.text }));
  }
  if (b.kind === 'template') return card(b);
  const make = inside[b.kind] ?? inside.text;
  const body = el('div', { className: `bubble ${b.kind}` }, make(b));
  const face = el('span', { className: 'face', text: initial, 'aria-hidden': 'true' });
  return el('div', { className: `line ${b.out ? 'out' : 'in'}`, 'data-via': b.via }, face, body);
}

// stamp is the time between bubbles, when some minutes have passed.
export function stamp(before, b) {
  if (before && new Date(b.at) - new Date(before.at) < 3 * 60 * 1000) return null;
  return el('p', { className: 'stamp', text: clock(b.at) });
}
