'use strict';
// As much XML as WeChat's messages need.

const cdata = (name, text) => `<${name}><![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`;

// field reads an element, in CDATA or bare.
function field(xml, name) {
  const m = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml);
  if (!m) return '';
  return m[1].replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1');
}

module.exports = { cdata, field };
