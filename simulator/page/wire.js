import { $, el, exact } from './dom.js';
import { names, words } from './words.js';

const kept = 200;

function pretty(body) {
  if (!body) return words.empty;
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body.replaceAll(/(<\/\w+>|<xml>)(?=<)/g, '$1\n');
  }
}

// Keys and files are never in the log; an API's answer is otherwise never empty.
const secret = (e) => e.kind === 'call' && !e.answer && e.status === 200;

const bad = (e) => Boolean(e.err || e.code || (e.status && e.status !== 200));

function outcome(e) {
  if (e.code) return `${words.failed} ${e.code}`;
  if (e.kind === 'push' && !e.status) return words.noAnswer;
  if (e.err || e.status !== 200) return `${words.failed} ${e.status}`;
  return `${Math.max(1, Math.round(e.took / 1e6))} ms`;
}

function entry(e, who) {
  const push = e.kind === 'push';
  const head = el('summary', {},
    el('time', { text: exact(e.at) }),
    el('span', { className: `way ${e.kind}`, text: push ? words.pushed : words.called }),
    el('strong', { text: names[e.name] ?? e.name }),
    el('span', { className: 'person', text: who(e.openid) }),
    e.attempt > 1 ? el('span', { className: 'again', text: words.again(e.attempt) }) : '',
    el('span', { className: 'result', text: outcome(e) }));
  const part = (title, text) => el('div', {}, el('h3', { text: title }), el('pre', { text: pretty(text), tabindex: 0 }));
  const body = el('div', { className: 'bodies' });
  if (secret(e)) body.append(el('p', { text: words.secret }));
  else body.append(part(words.asked, e.request), part(words.answered, e.answer));
  if (e.err) body.append(el('p', { className: 'why', text: e.err }));
  return el('li', { className: bad(e) ? 'bad' : '' }, el('details', {}, head, body));
}

// wire returns what takes new entries, oldest first.
export function wire(cast) {
  const list = $('#wire');
  const who = (openid) => cast.find((p) => p.openid === openid)?.name ?? (openid ? openid.slice(0, 8) : '');
  let seen = 0;
  $('#wire-failed').addEventListener('change', (e) => list.classList.toggle('failed-only', e.target.checked));
  return (entries) => {
    const fresh = entries.filter((e) => e.seq > seen);
    if (!fresh.length) return;
    seen = fresh.at(-1).seq;
    list.prepend(...fresh.slice(-kept).reverse().map((e) => entry(e, who)));
    while (list.children.length > kept) list.lastElementChild.remove();
    $('#wire-count').textContent = seen;
  };
}
