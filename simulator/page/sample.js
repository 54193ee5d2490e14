// Sample photos, drawn here so that nothing has to be fetched.

const size = { width: 480, height: 360 };

function sky(c, top, bottom) {
  const g = c.createLinearGradient(0, 0, 0, size.height);
  g.addColorStop(0, top);
  g.addColorStop(1, bottom);
  c.fillStyle = g;
  c.fillRect(0, 0, size.width, size.height);
}

function houses(c, wall, window) {
  for (const [x, y, w] of [[20, 110, 110], [150, 70, 100], [360, 95, 110]]) {
    c.fillStyle = wall;
    c.fillRect(x, y, w, 220);
    c.fillStyle = window;
    for (let row = y + 16; row < 260; row += 38) {
      for (let col = x + 14; col < x + w - 20; col += 32) c.fillRect(col, row, 16, 20);
    }
  }
}

function ground(c, colour) {
  c.fillStyle = colour;
  c.fillRect(0, 280, size.width, 80);
}

function post(c, light) {
  if (light) {
    c.fillStyle = 'rgba(255, 236, 150, .55)';
    c.beginPath();
    c.moveTo(322, 96);
    c.lineTo(430, 330);
    c.lineTo(200, 330);
    c.fill();
  }
  c.strokeStyle = '#56606b';
  c.lineWidth = 9;
  c.beginPath();
  c.moveTo(270, 320);
  c.lineTo(270, 90);
  c.lineTo(325, 80);
  c.stroke();
  c.fillStyle = light ? '#fff6c8' : '#39404a';
  c.fillRect(304, 78, 38, 16);
}

const scenes = {
  lamp(c) {
    sky(c, '#0b1222', '#26324a');
    houses(c, '#1a2234', '#2b3549');
    ground(c, '#141a26');
    post(c, false);
  },
  fixed(c) {
    sky(c, '#16233f', '#4a587a');
    houses(c, '#2b3650', '#e8d48a');
    ground(c, '#2a3040');
    post(c, true);
  },
  rubbish(c) {
    sky(c, '#b9d6ee', '#eef3f2');
    houses(c, '#c9b8a0', '#7b8ea3');
    ground(c, '#8f938d');
    c.fillStyle = '#2f6b4a';
    c.fillRect(300, 210, 90, 100);
    c.fillRect(290, 196, 110, 18);
    for (const [x, y, r, colour] of [[250, 300, 34, '#2d2f36'], [205, 312, 26, '#40434c'], [420, 308, 30, '#2d2f36'], [345, 186, 28, '#c44536']]) {
      c.fillStyle = colour;
      c.beginPath();
      c.ellipse(x, y, r, r * 0.8, 0, 0, 7);
      c.fill();
    }
  },
};

// draw returns a canvas with a sample photo.
export function draw(name) {
  const canvas = Object.assign(document.createElement('canvas'), size);
  scenes[name](canvas.getContext('2d'));
  return canvas;
}

export const jpeg = (canvas) => new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.85); });
