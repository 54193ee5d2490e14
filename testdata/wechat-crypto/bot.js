'use strict';
// A bot that opens pushes with wechat-crypto and says back what it was told, sealed
// by it. Its arguments are the token, the key and the AppID; it prints its port and
// ends when its stdin does.

const http = require('node:http');
const Crypt = require('wechat-crypto');
const { cdata, field } = require('./xml');

const [token, aeskey, appid] = process.argv.slice(2);
const crypt = new Crypt(token, aeskey, appid);

function reply(xml) {
  const now = Math.floor(Date.now() / 1000).toString();
  const message = '<xml>' + cdata('ToUserName', field(xml, 'FromUserName')) + cdata('FromUserName', field(xml, 'ToUserName')) +
    `<CreateTime>${now}</CreateTime>` + cdata('MsgType', 'text') + cdata('Content', field(xml, 'Content')) + '</xml>';
  const sealed = crypt.encrypt(message);
  return '<xml>' + cdata('Encrypt', sealed) + cdata('MsgSignature', crypt.getSignature(now, 'bot', sealed)) +
    `<TimeStamp>${now}</TimeStamp>` + cdata('Nonce', 'bot') + '</xml>';
}

function answer(q, body) {
  const sealed = field(body, 'Encrypt');
  if (crypt.getSignature(q.get('timestamp'), q.get('nonce'), sealed) !== q.get('msg_signature')) return [403, 'forged'];
  const { message, id } = crypt.decrypt(sealed);
  return id === appid ? [200, reply(message)] : [403, 'another account'];
}

const server = http.createServer((req, res) => {
  const q = new URL(req.url, 'http://bot').searchParams;
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const [status, text] = req.method === 'GET' ? [200, q.get('echostr')] : answer(q, Buffer.concat(parts).toString());
    res.writeHead(status);
    res.end(text);
  });
});

server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
