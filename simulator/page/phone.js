import { $, el } from './dom.js';
import { act } from './net.js';
import { bubble, stamp } from './bubble.js';
import { phones, words } from './words.js';

// Phone is one phone of the page. Several people share it; one is shown.
export class Phone {
  constructor(kind, people, hints, accounts, sheets) {
    Object.assign(this, { kind, people, hints: hints ?? [], accounts, sheets, menus: {} });
    this.state = new Map(people.map((p) => [p.openid, { bubbles: [], following: false, pending: 0, unread: 0 }]));
    this.root = $('#phone-template').content.firstElementChild.cloneNode(true);
    this.root.id = `phone-${kind}`;
    this.queue = Promise.resolve();
    $('.who-label', this.root).textContent = phones[kind].label;
    if (kind === 'resident') $('.join-plain', this.root).className = 'quiet join-plain';
    else $('.join', this.root).remove(); // the code in the stairwell is for residents
    this.choices();
    this.listen();
    this.show(people[0]);
  }

  choices() {
    this.select = $('.switch', this.root);
    for (const p of this.people) this.select.append(el('option', { value: p.openid, text: this.title(p) }));
  }

  title(p) {
    const n = this.state.get(p.openid).unread;
    return `${p.name} · ${p.role}${n ? words.unread(n) : ''}`;
  }

  listen() {
    const on = (selector, event, f) => $(selector, this.root).addEventListener(event, f);
    on('.switch', 'change', () => this.show(this.people.find((p) => p.openid === this.select.value)));
    on('.say', 'submit', (e) => { e.preventDefault(); this.say($('.words', this.root).value); });
    on('.plus', 'click', () => this.toggle());
    $('.join', this.root)?.addEventListener('click', () => this.sheets.scan(this.person, (key) => this.do('scan', { key })));
    on('.join-plain', 'click', () => this.do('follow'));
    on('.more', 'click', (e) => this.extra(e.target.closest('button')?.dataset.do));
  }

  toggle(open = $('.more', this.root).hidden) {
    $('.more', this.root).hidden = !open;
    $('.plus', this.root).setAttribute('aria-expanded', open);
    this.bottom();
  }

  extra(what) {
    const after = {
      scan: () => this.sheets.scan(this.person, (key) => this.do('scan', { key })),
      photo: () => this.sheets.photo((data) => this.do('image', { data })),
      place: () => this.sheets.place((where) => this.do('location', where)),
      consent: () => this.sheets.consent(this.person, (answer, key) => this.do(answer, { key })),
      leave: () => this.do('unfollow'),
    }[what];
    if (!after) return;
    this.toggle(false);
    after();
  }

  say(text) {
    if (!text.trim()) return;
    $('.words', this.root).value = '';
    this.do('text', { text });
  }

  // do sends one act after the other, so that a person's words keep their order.
  do(kind, more) {
    const person = this.person;
    this.queue = this.queue.then(() => act(person, kind, more)).catch(() => {
      const note = el('p', { className: 'system failed', role: 'alert' }, el('span', { text: words.notSent }));
      $('.chat', this.root).append(note);
      this.bottom();
    });
  }

  show(person) {
    this.person = person;
    const state = this.state.get(person.openid);
    state.unread = 0;
    this.select.value = person.openid;
    $('.account', this.root).textContent = this.accounts[person.app] || words.account;
    $('.chat', this.root).setAttribute('aria-label', words.chat(person.name));
    $('.words', this.root).setAttribute('aria-label', words.say(person.name));
    $('.words', this.root).placeholder = words.say(person.name);
    $('.chat', this.root).replaceChildren();
    this.last = null;
    state.bubbles.forEach((b) => this.append(b));
    $('[data-do=consent]', this.root).hidden = !this.sheets.notices[person.app]?.length;
    this.suggest();
    this.menu();
    this.status();
  }

  append(b) {
    const chat = $('.chat', this.root);
    const time = stamp(this.last, b);
    if (time) chat.append(time);
    const name = b.out ? this.person.name : this.accounts[this.person.app] || words.account;
    chat.append(bubble(b, name.slice(0, 1)));
    chat.querySelectorAll('img').forEach((img) => { img.onload = () => this.bottom(); });
    this.last = b;
  }

  bottom() {
    const chat = $('.chat', this.root);
    chat.scrollTop = chat.scrollHeight;
  }

  status() {
    const { following, pending } = this.state.get(this.person.openid);
    $('.stranger', this.root).hidden = following;
    $('.foot', this.root).hidden = !following;
    $('.typing', this.root).textContent = pending ? words.typing : '';
    this.root.classList.toggle('waiting', pending > 0);
    for (const option of this.select.options) {
      option.textContent = this.title(this.people.find((p) => p.openid === option.value));
    }
    this.onunread?.(this.unread());
    this.bottom();
  }

  unread() {
    return [...this.state.values()].reduce((n, s) => n + s.unread, 0);
  }

  // update takes what the stream says about one of this phone's people. After a
  // reconnect the stream begins again, so known bubbles are left out.
  update(news) {
    const state = this.state.get(news.openid);
    if (!state) return;
    const last = state.bubbles.at(-1)?.id ?? 0;
    const fresh = (news.bubbles ?? []).filter((b) => b.id > last);
    state.bubbles.push(...fresh);
    state.following = news.following;
    state.pending = news.pending;
    if (this.person.openid === news.openid) fresh.forEach((b) => this.append(b));
    if (this.person.openid !== news.openid || this.root.offsetParent === null) {
      state.unread += fresh.filter((b) => !b.out && b.kind !== 'system').length;
    }
    this.status();
  }

  seen() {
    this.state.get(this.person.openid).unread = 0;
    this.status();
  }

  suggest() {
    const box = $('.hints', this.root);
    box.replaceChildren(...this.hints.map((text) => {
      const b = el('button', { type: 'button', text });
      b.addEventListener('click', () => this.say(text));
      return b;
    }));
    box.hidden = !this.hints.length;
  }

  setMenu(app, menu) {
    this.menus[app] = menu;
    if (this.person.app === app) this.menu();
  }

  menu() {
    const buttons = this.menus[this.person.app]?.button ?? [];
    const box = $('.menu', this.root);
    box.hidden = !buttons.length;
    box.replaceChildren(...buttons.map((b) => this.button(b)));
  }

  button(b) {
    if (b.sub_button?.length) {
      return el('details', {}, el('summary', { text: b.name }), ...b.sub_button.map((s) => this.button(s)));
    }
    if (b.url) return el('a', { href: b.url, target: '_blank', rel: 'noopener noreferrer', text: b.name });
    const out = el('button', { type: 'button', text: b.name });
    out.addEventListener('click', () => this.do('click', { key: b.key }));
    return out;
  }
}
