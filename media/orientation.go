package media

import (
	"encoding/binary"
	"image"
)

// orientation is how a picture is turned to be looked at: 1 to 8, as EXIF counts.
type orientation int

const upright orientation = 1

// Markers of a JPEG file.
const (
	markerApp1  = 0xe1
	markerScan  = 0xda
	markerEnd   = 0xd9
	markerReset = 0xd0 // to 0xd7, without a length, like 0x01
)

// orientationOf reads how a JPEG wants to be turned. It is the one thing of its
// metadata that counts, and it is lost with the rest when the picture is made anew.
func orientationOf(b []byte) orientation {
	for b = b[min(2, len(b)):]; len(b) >= 4 && b[0] == 0xff; {
		marker := b[1]
		if marker == 0xff { // filling
			b = b[1:]
			continue
		}
		if marker == markerScan || marker == markerEnd {
			break
		}
		if marker == 0x01 || marker >= markerReset && marker < markerEnd {
			b = b[2:]
			continue
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < 2 || n+2 > len(b) {
			break
		}
		if segment := b[4 : n+2]; marker == markerApp1 && len(segment) > 6 && string(segment[:6]) == "Exif\x00\x00" {
			return orientationIn(segment[6:])
		}
		b = b[n+2:]
	}
	return upright
}

// orientationTag is its number in a TIFF directory, entryBytes the length of an entry.
const (
	orientationTag = 0x0112
	entryBytes     = 12
)

// orientationIn finds it in the first directory of a TIFF, which is what EXIF is.
func orientationIn(t []byte) orientation {
	if len(t) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(t[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(t[4:]))
	if at+2 > uint64(len(t)) {
		return upright
	}
	entries := t[at+2:]
	for n := int(order.Uint16(t[at:])); n > 0 && len(entries) >= entryBytes; n-- {
		if order.Uint16(entries) == orientationTag {
			if o := orientation(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return upright
		}
		entries = entries[entryBytes:]
	}
	return upright
}

// apply turns a picture. 5 to 8 exchange width and height.
func (o orientation) apply(in *image.RGBA) *image.RGBA {
	if o == upright {
		return in
	}
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := o.to(x, y, w, h)
			copy(out.Pix[out.PixOffset(tx, ty):], in.Pix[in.PixOffset(x, y):in.PixOffset(x, y)+4])
		}
	}
	return out
}

// to is where a pixel of a picture of w by h goes.
func (o orientation) to(x, y, w, h int) (tx, ty int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

// maxScans is how many passes a JPEG may make over its picture. Cameras make one and the
// web about ten; thousands of empty ones fit into a file that then decodes for hours.
const maxScans = 64

// scansOf counts the passes of a JPEG up to its end; what lies behind is no part of it.
func scansOf(b []byte) int {
	scans := 0
	for at := 2; at+4 <= len(b); {
		marker := b[at+1]
		switch {
		case b[at] != 0xff, marker == 0x00, marker == 0xff, marker == 0x01, marker >= markerReset && marker < markerEnd:
			at++ // the picture itself, or nothing
			continue
		case marker == markerEnd:
			return scans
		case marker == markerScan:
			scans++
		}
		at += 2 + int(binary.BigEndian.Uint16(b[at+2:]))
	}
	return scans
}
