package media

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Bounds of pictures.
const (
	// maxPixels is what the camera of a telephone makes, 24 megapixels, and a little.
	// Decoding takes up to 16 bytes for each of them.
	maxPixels = 26_000_000
	// maxSide is the longer side of what is kept: more than a screen shows, enough to
	// read a sign in the background.
	maxSide = 2560
	// previewSide is the longer side of a preview.
	previewSide = 320
	// quality is that of the JPEG we write: the loss is not seen.
	quality = 88
)

// decoder is how a kind of picture is read.
type decoder struct {
	config func([]byte) (image.Config, error)
	whole  func([]byte) (image.Image, error)
}

// decoderOf finds it. They are called by name: what else the program has registered
// with package image must not decide what we take.
func decoderOf(k Kind) decoder {
	switch k {
	case JPEG:
		return decoder{func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(b)) },
			func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) }}
	case PNG:
		return decoder{func(b []byte) (image.Config, error) { return png.DecodeConfig(bytes.NewReader(b)) },
			func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) }}
	case GIF: // of a film the first picture
		return decoder{func(b []byte) (image.Config, error) { return gif.DecodeConfig(bytes.NewReader(b)) },
			func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) }}
	}
	return decoder{func(b []byte) (image.Config, error) { return webp.DecodeConfig(bytes.NewReader(b)) },
		func(b []byte) (image.Image, error) { return webp.Decode(bytes.NewReader(b)) }}
}

// cleanPicture makes a photo anew, with its preview. The head is read first: a small
// file can unpack to more than there is memory.
func cleanPicture(k Kind, raw []byte) (clean, preview []byte, err error) {
	d := decoderOf(k)
	c, err := d.config(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: head: %w", ErrDamaged, err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
		return nil, nil, fmt.Errorf("%w: %d × %d pixels", ErrTooLarge, c.Width, c.Height)
	}
	if k == JPEG && scansOf(raw) > maxScans {
		return nil, nil, fmt.Errorf("%w: over %d passes", ErrTooLarge, maxScans)
	}
	img, err := d.whole(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if img.Bounds().Empty() { // a GIF's first picture need not be as large as its head says
		return nil, nil, fmt.Errorf("%w: an empty picture", ErrDamaged)
	}
	turn := upright
	if k == JPEG {
		turn = orientationOf(raw)
	}
	kept := turn.apply(shrink(img, maxSide))
	if clean, err = encode(kept); err != nil {
		return nil, nil, err
	}
	preview, err = encode(shrink(kept, previewSide))
	return clean, preview, err
}

// shrink draws a picture on white, no longer than a side.
func shrink(img image.Image, side int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if long := max(w, h); long > side {
		w, h = max(1, w*side/long), max(1, h*side/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	if out.Bounds().Size() == img.Bounds().Size() {
		draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Over)
		return out
	}
	draw.ApproxBiLinear.Scale(out, out.Bounds(), img, img.Bounds(), draw.Over, nil)
	return out
}

func encode(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("media: write picture: %w", err)
	}
	return b.Bytes(), nil
}
