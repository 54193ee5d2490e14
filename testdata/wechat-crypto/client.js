'use strict';
// Sends messages to a webhook as the platform does in safe mode, sealed by
// wechat-crypto, and opens the replies with it. The order comes as JSON on stdin,
// what came of each message goes as JSON to stdout.

const Crypt = require('wechat-crypto');
const { cdata, field } = require('./xml');

async function read() {
  const parts = [];
  for await (const part of process.stdin) parts.push(part);
  return JSON.parse(Buffer.concat(parts));
}

// open reads a sealed reply.
function open(crypt, body) {
  const sealed = field(body, 'Encrypt');
  if (!sealed) return { body };
  const signature = crypt.getSignature(field(body, 'TimeStamp'), field(body, 'Nonce'), sealed);
  const { message, id } = crypt.decrypt(sealed);
  return { signed: signature === field(body, 'MsgSignature'), id, to: field(message, 'ToUserName'), content: field(message, 'Content') };
}

async function send(order, crypt, message, n) {
  const now = Math.floor(Date.now() / 1000).toString();
  const nonce = `nonce${n}`;
  const xml = '<xml>' + cdata('ToUserName', order.original) + cdata('FromUserName', message.from) + `<CreateTime>${now}</CreateTime>` +
    cdata('MsgType', 'text') + cdata('Content', message.text) + `<MsgId>${now}${1000 + n}</MsgId></xml>`;
  const sealed = crypt.encrypt(xml);
  const query = new URLSearchParams({
    signature: crypt.getSignature(now, nonce, ''), timestamp: now, nonce, openid: message.from, encrypt_type: 'aes',
    msg_signature: message.forged ? '0'.repeat(40) : crypt.getSignature(now, nonce, sealed),
  });
  const answer = await fetch(`${order.url}?${query}`, {
    method: 'POST', headers: { 'Content-Type': 'text/xml' },
    body: '<xml>' + cdata('ToUserName', order.original) + cdata('Encrypt', sealed) + '</xml>',
  });
  return { status: answer.status, ...open(crypt, await answer.text()) };
}

async function main() {
  const order = await read();
  const crypt = new Crypt(order.token, order.aeskey, order.appid);
  const out = [];
  for (const [n, message] of order.messages.entries()) out.push(await send(order, crypt, message, n));
  process.stdout.write(JSON.stringify(out));
}

main();
