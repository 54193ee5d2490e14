package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"gridbot/sample"
)

// voice is n frames of AMR at 4.75 kbit/s.
func voice(n int) []byte {
	return append([]byte(amrNarrow), bytes.Repeat(append([]byte{0x04}, bytes.Repeat([]byte{7}, 12)...), n)...)
}

// chunk is one of a PNG.
func chunk(name string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngOf is a picture with chunks behind its head.
func pngOf(t testing.TB, img image.Image, chunks ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	const head = 8 + 25
	return bytes.Join([][]byte{b.Bytes()[:head], bytes.Join(chunks, nil), b.Bytes()[head:]}, nil)
}

// webpOf is the smallest lossless WebP, one white pixel, with a chunk of EXIF behind it.
func webpOf(exif []byte) []byte {
	vp8l := []byte("VP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")
	if len(exif)%2 == 1 {
		exif = append(exif, 0)
	}
	body := append([]byte("WEBP"), vp8l...)
	if len(exif) > 0 {
		body = append(body, "EXIF"...)
		body = append(binary.LittleEndian.AppendUint32(body, uint32(len(exif))), exif...)
	}
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func gifOf(t testing.TB, comment string) []byte {
	t.Helper()
	var b bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 10, 20), palette.Plan9)
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	raw := b.Bytes()
	extension := append([]byte{0x21, 0xfe, byte(len(comment))}, comment...)
	return bytes.Join([][]byte{raw[:len(raw)-1], extension, {0, 0x3b}}, nil)
}

// segment is one of a JPEG, put behind its first marker.
func segment(photo []byte, marker byte, data string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, marker}, uint16(len(data)+2))
	return append(append(b, data...), photo[2:]...)
}

func square() image.Image { return image.NewRGBA(image.Rect(0, 0, 30, 40)) }

const secret = "30.2741N 120.1551E <script>alert(1)</script> Huawei"

// Nothing of where, when and with what a picture was taken, and nothing that hides in
// it, is in what is kept.
func TestPicturesAreMadeAnew(t *testing.T) {
	exif := append(sample.EXIF(1), secret...)
	for name, raw := range map[string][]byte{
		"jpeg with position":   sample.Photo(1),
		"jpeg with a comment":  segment(sample.Photo(1), 0xfe, secret),
		"jpeg with xmp":        segment(sample.Photo(1), 0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret),
		"jpeg with iptc":       segment(sample.Photo(1), 0xed, "Photoshop 3.0\x00"+secret),
		"jpeg with a web page": append(sample.Photo(1), secret...),
		"png with exif":        pngOf(t, square(), chunk("eXIf", exif)),
		"png with text":        pngOf(t, square(), chunk("tEXt", []byte("Comment\x00"+secret))),
		"png with a tail":      append(pngOf(t, square()), secret...),
		"gif with a comment":   gifOf(t, secret),
		"webp with exif":       webpOf(exif),
	} {
		f := folder(t)
		put(t, f, one, "m", raw)
		for _, preview := range []bool{false, true} {
			kind, kept, err := f.File(one, f.Name(one, "m"), preview)
			if err != nil || kind != JPEG {
				t.Errorf("%s: %s, %v", name, kind, err)
			}
			for _, trace := range []string{"Exif", "GPS", sample.Camera, "script", "Huawei", "120.15", "http", "Photoshop", "MM\x00\x2a"} {
				if bytes.Contains(kept, []byte(trace)) {
					t.Errorf("%s: %q is still in it", name, trace)
				}
			}
			for at := 2; at+4 < len(kept) && kept[at] == 0xff && kept[at+1] != markerScan; at += 2 + int(binary.BigEndian.Uint16(kept[at+2:])) {
				if m := kept[at+1]; m >= 0xe0 && m <= 0xef || m == 0xfe {
					t.Errorf("%s: a segment %x of metadata", name, m)
				}
			}
		}
	}
}

// A picture is turned as its camera wanted it looked at, since nothing says so any more.
func TestOrientation(t *testing.T) {
	red := func(c color.Color) bool { r, _, b, _ := c.RGBA(); return r > b }
	for o, want := range map[int]struct {
		w, h       int
		first, end bool // red at the left top, at the right bottom
	}{
		1: {64, 48, true, false}, 2: {64, 48, false, true}, 3: {64, 48, false, true}, 4: {64, 48, true, false},
		5: {48, 64, true, false}, 6: {48, 64, true, false}, 7: {48, 64, false, true}, 8: {48, 64, false, true},
		0: {64, 48, true, false}, 9: {64, 48, true, false},
	} {
		clean, _, err := cleanPicture(JPEG, sample.Photo(o))
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(bytes.NewReader(clean))
		if err != nil {
			t.Fatal(err)
		}
		size := img.Bounds().Size()
		if size.X != want.w || size.Y != want.h || red(img.At(2, 2)) != want.first || red(img.At(size.X-3, size.Y-3)) != want.end {
			t.Errorf("orientation %d: %v, red %v %v", o, size, red(img.At(2, 2)), red(img.At(size.X-3, size.Y-3)))
		}
	}
}

func TestOrientationInEveryOrder(t *testing.T) {
	little := []byte("II\x2a\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x00")
	if o := orientationIn(little); o != 8 {
		t.Errorf("little endian: %d", o)
	}
	for _, bad := range [][]byte{nil, []byte("MM"), []byte("MM\x00\x2a\xff\xff\xff\xff"), little[:20]} {
		if o := orientationIn(bad); o != upright {
			t.Errorf("%x: %d", bad, o)
		}
	}
}

// Large pictures shrink, and previews are small; a narrow strip keeps a pixel.
func TestSizes(t *testing.T) {
	for _, x := range []struct{ w, h, keptW, keptH, smallW, smallH int }{
		{4000, 3000, 2560, 1920, 320, 240}, {100, 50, 100, 50, 100, 50}, {4000, 1, 2560, 1, 320, 1},
	} {
		clean, preview, err := cleanPicture(PNG, pngOf(t, image.NewGray(image.Rect(0, 0, x.w, x.h))))
		if err != nil {
			t.Fatal(err)
		}
		for _, y := range []struct {
			data []byte
			w, h int
		}{{clean, x.keptW, x.keptH}, {preview, x.smallW, x.smallH}} {
			if c, err := jpeg.DecodeConfig(bytes.NewReader(y.data)); err != nil || c.Width != y.w || c.Height != y.h {
				t.Errorf("%d × %d became %d × %d, want %d × %d (%v)", x.w, x.h, c.Width, c.Height, y.w, y.h, err)
			}
		}
	}
}

// bomb is a PNG of a few bytes that says it is large.
func bomb(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 6, 0, 0, 0))...)
}

// scans is a photo in whose picture many more passes begin.
func scans(n int) []byte {
	photo := sample.Photo(1)
	end := len(photo) - 2
	return bytes.Join([][]byte{photo[:end], bytes.Repeat([]byte{0xff, markerScan, 0, 8, 1, 1, 0, 0, 63, 0, 0x55}, n-1), photo[end:]}, nil)
}

func TestScansOf(t *testing.T) {
	for n, raw := range map[int][]byte{1: sample.Photo(1), 7: scans(7), 0: nil} {
		if got := scansOf(append(raw, bytes.Repeat([]byte{0xff, markerScan, 0, 2}, 9)...)); raw != nil && got != n {
			t.Errorf("%d passes, want %d", got, n)
		}
	}
}

func TestRefused(t *testing.T) {
	f := folder(t)
	half := sample.Photo(1)
	for name, x := range map[string]struct {
		raw  []byte
		want error
	}{
		"a bomb":              {bomb(60000, 60000), ErrTooLarge},
		"a bomb that is thin": {bomb(1<<31-1, 1), ErrTooLarge},
		"many passes":         {scans(maxScans + 1), ErrTooLarge},
		"nothing":             {nil, ErrType},
		"a web page":          {[]byte("<html>\xff\xd8\xff"), ErrType},
		"svg":                 {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), ErrType},
		"a program":           {[]byte("MZ\x90\x00"), ErrType},
		"heic":                {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), ErrType},
		"a film":              {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomavc1"), ErrType},
		"pdf":                 {[]byte("%PDF-1.7"), ErrType},
		"half a photo":        {half[:len(half)-200], ErrDamaged},
		"a photo's head":      {half[:3], ErrDamaged},
		"an empty voice":      {[]byte(amrNarrow), ErrDamaged},
		"a voice of nonsense": {[]byte(amrNarrow + "hello"), ErrDamaged},
		"a tag and no sound":  {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x02"), "xx"...), ErrDamaged},
		"a box too long":      {[]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00\x7f\xff\xff\xffmoov"), ErrDamaged},
	} {
		if _, err := f.Put(t.Context(), one, "m", bytes.NewReader(x.raw)); !errors.Is(err, x.want) || !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
	}
	if left := files(t, f); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// mp3 is n frames of MPEG 1 layer III at 128 kbit/s and 44,100 Hz, 417 bytes each.
func mp3(n int) []byte {
	return bytes.Repeat(append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...), n)
}

func box(name string, inside ...[]byte) []byte {
	body := bytes.Join(inside, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), name...), body...)
}

// Of a voice only the sound is kept, to the byte.
func TestVoices(t *testing.T) {
	wide := append([]byte(amrWide), append([]byte{0x44}, make([]byte, 60)...)...)
	tag := append([]byte("ID3\x04\x00\x00\x00\x00\x00"), byte(len(secret)))
	m4a := func(udta, meta []byte) []byte {
		return bytes.Join([][]byte{box("ftyp", []byte("M4A \x00\x00\x00\x00")), box("moov", box("mvhd", make([]byte, 20)), udta), meta, box("mdat", []byte("sound"))}, nil)
	}
	for name, x := range map[string]struct {
		raw, want []byte
		kind      Kind
	}{
		"amr":              {voice(5), voice(5), AMR},
		"amr with a tail":  {append(voice(5), secret...), voice(5), AMR},
		"amr, wide":        {append(bytes.Clone(wide), '<'), wide, AMR},
		"amr, cut":         {voice(5)[:len(voice(5))-3], voice(4), AMR},
		"mp3 with tags":    {bytes.Join([][]byte{tag, []byte(secret), mp3(3), []byte("TAG" + secret)}, nil), mp3(3), MP3},
		"mp3":              {mp3(2), mp3(2), MP3},
		"m4a with a place": {m4a(box("udta", []byte(secret)), box("meta", []byte(secret))), m4a(box("free", make([]byte, len(secret))), box("free", make([]byte, len(secret)))), M4A},
	} {
		f := folder(t)
		put(t, f, one, "v", x.raw)
		kind, kept, err := f.File(one, f.Name(one, "v"), false)
		if err != nil || kind != x.kind || !bytes.Equal(kept, x.want) {
			t.Errorf("%s: %s, %v, %d bytes, want %d", name, kind, err, len(kept), len(x.want))
		}
		if _, _, err := f.File(one, f.Name(one, "v"), true); !errors.Is(err, ErrNone) {
			t.Errorf("%s has a preview: %v", name, err)
		}
	}
}

// FuzzClean takes anything: it ends, keeps nothing it has refused, and what it has kept
// is of a kind it serves and is kept again.
func FuzzClean(f *testing.F) {
	for _, seed := range [][]byte{sample.Photo(6), voice(2), mp3(2), webpOf(sample.EXIF(1)), bomb(9, 9), gifOf(f, secret), pngOf(f, square(), chunk("eXIf", sample.EXIF(3))),
		box("ftyp", []byte("M4A \x00\x00\x00\x00")), []byte("ID3"), []byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00"), []byte(strings.Repeat("\xff", 9))} {
		f.Add(seed)
	}
	fold := folder(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if c, err := decoderOf(Sniff(raw)).config(raw); err == nil && c.Width*c.Height > 1<<20 {
			return // slow, and bounded by a test of its own
		}
		clean, _, err := fold.clean(t.Context(), raw)
		if err != nil {
			if !errors.Is(err, ErrRefused) || clean != nil {
				t.Fatalf("refused with %v and %d bytes", err, len(clean))
			}
			return
		}
		kind := Sniff(clean)
		if kind == None || kind.picture() && kind != JPEG {
			t.Fatalf("kept as %q", kind)
		}
		again, _, err := fold.clean(t.Context(), clean)
		if err != nil || !kind.picture() && !bytes.Equal(again, clean) {
			t.Fatalf("what was kept is refused: %v", err)
		}
	})
}
