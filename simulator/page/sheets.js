import { $, el } from './dom.js';
import { base64 } from './net.js';
import { draw, jpeg } from './sample.js';
import { samples, words } from './words.js';

const maxPhoto = 10 * 1024 * 1024;

// open shows a dialog; its ok button asks the sheet for a value and hands it on.
function open(dialog, value, done) {
  const ok = $('[data-ok]', dialog);
  if (ok) {
    ok.onclick = () => {
      const v = value();
      if (v === null) return;
      dialog.close();
      done(v);
    };
  }
  $('[data-close]', dialog).onclick = () => dialog.close();
  dialog.showModal();
}

export class Sheets {
  constructor({ scenes, places, notices }, wanted) {
    this.notices = notices ?? {}; // by account
    this.scenes = scenes ?? [];
    this.places = places ?? [];
    this.wanted = wanted; // the scene of a code that was followed to this page
    $('#scan-scene').append(...this.scenes.map((s) => el('option', { value: s.key, text: s.label })));
    $('#place-known').append(...this.places.map((p, i) => el('option', { value: i, text: p.label })));
    $('#place-known').addEventListener('change', () => this.fill());
    this.fill();
  }

  scan(person, done) {
    const select = $('#scan-scene');
    const key = this.wanted || person.scene;
    if (this.scenes.some((s) => s.key === key)) select.value = key;
    $('#scan-other').value = this.wanted && select.value !== this.wanted ? this.wanted : '';
    open($('#scan'), () => $('#scan-other').value.trim() || select.value || null, done);
  }

  // consent asks for one of an account's notices; the answer is consent or decline.
  consent(person, done) {
    const select = $('#consent-notice');
    select.replaceChildren(...this.notices[person.app].map((n) => el('option', { value: n.id, text: words.notice(n) })));
    const dialog = $('#consent');
    $('[data-no]', dialog).onclick = () => {
      dialog.close();
      done('decline', select.value);
    };
    open(dialog, () => select.value, (key) => done('consent', key));
  }

  fill() {
    const p = this.places[$('#place-known').value];
    if (!p) return;
    $('#place-lat').value = p.lat;
    $('#place-lng').value = p.lng;
    $('#place-label').value = p.label;
  }

  place(done) {
    open($('#place'), () => {
      const [lat, lng] = [$('#place-lat'), $('#place-lng')];
      if (!lat.reportValidity() || !lng.reportValidity() || lat.value === '' || lng.value === '') return null;
      return { lat: Number(lat.value), lng: Number(lng.value), text: $('#place-label').value };
    }, done);
  }

  photo(done) {
    const dialog = $('#photo');
    const take = async (blob) => {
      if (!blob || blob.size > maxPhoto) {
        $('#photo-wrong').textContent = words.tooBig;
        return;
      }
      dialog.close();
      done(await base64(blob));
    };
    $('#photo-wrong').textContent = '';
    $('#photo-samples').replaceChildren(...samples.map((s) => this.sample(s, take)));
    const file = $('#photo-file');
    file.value = '';
    file.onchange = () => file.files[0] && take(file.files[0]);
    open(dialog, () => null, done);
  }

  sample(s, take) {
    const canvas = draw(s.draw);
    const b = el('button', { type: 'button' }, canvas, el('span', { text: s.name }));
    b.addEventListener('click', async () => take(await jpeg(canvas)));
    return b;
  }
}
