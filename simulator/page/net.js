// act does what a person does: the server pushes it to the webhook.
export async function act(person, kind, more = {}) {
  const answer = await fetch('sim/act', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ app: person.app, openid: person.openid, kind, ...more }),
  });
  if (!answer.ok) throw new Error(`sim/act: ${answer.status}`);
}

export async function setup() {
  const answer = await fetch('sim/state');
  if (!answer.ok) throw new Error(`sim/state: ${answer.status}`);
  return answer.json();
}

// listen hands on what the server's stream says; the browser reconnects by
// itself, and the stream then begins from the start again.
export function listen(handlers, online) {
  const source = new EventSource('sim/events');
  source.onopen = () => online(true);
  source.onerror = () => online(false);
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (e) => handle(JSON.parse(e.data)));
  }
}

// base64 of a Blob, without the head of a data URL.
export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
