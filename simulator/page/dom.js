// el makes an element. Text is always set as text, never as markup.
export function el(tag, { text, className, ...attributes } = {}, ...children) {
  const e = document.createElement(tag);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) e.setAttribute(name, value === true ? '' : value);
  }
  e.append(...children);
  return e;
}

export const $ = (selector, root = document) => root.querySelector(selector);

// safeLink is the address if it leads to a web page, else null.
export function safeLink(address) {
  try {
    const u = new URL(address, location.href);
    return u.protocol === 'http:' || u.protocol === 'https:' ? u.href : null;
  } catch {
    return null;
  }
}

export function anchor(address, text) {
  const href = safeLink(address);
  if (!href) return document.createTextNode(text);
  return el('a', { text, href, target: '_blank', rel: 'noopener noreferrer' });
}

const hour = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
const day = new Intl.DateTimeFormat('zh-CN', { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });
const second = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

export function clock(at) {
  const t = new Date(at);
  return (t.toDateString() === new Date().toDateString() ? hour : day).format(t);
}

export const exact = (at) => second.format(new Date(at));
