package media

import (
	"bytes"
	"encoding/binary"
)

// Kind is what the bytes of a file say it is.
type Kind string

// The kinds. What Sniff finds is decoded or walked through before it is kept.
const (
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
	GIF  Kind = "image/gif"
	WebP Kind = "image/webp"
	AMR  Kind = "audio/amr"
	MP3  Kind = "audio/mpeg"
	M4A  Kind = "audio/mp4"
	None Kind = "" // nothing we keep; HEIC is among it: nothing here can decode it
)

// picture tells a photo from a voice.
func (k Kind) picture() bool { return k == JPEG || k == PNG || k == GIF || k == WebP }

// How AMR begins: the narrow one, which the platform records, and the wide one.
const (
	amrNarrow = "#!AMR\n"
	amrWide   = "#!AMR-WB\n"
)

// Sniff looks at the beginning of a file. Neither its name nor what its sender calls
// it counts.
func Sniff(b []byte) Kind {
	begins := func(s string) bool { return bytes.HasPrefix(b, []byte(s)) }
	switch {
	case begins("\xff\xd8\xff"):
		return JPEG
	case begins("\x89PNG\r\n\x1a\n"):
		return PNG
	case begins("GIF87a"), begins("GIF89a"):
		return GIF
	case len(b) >= 12 && begins("RIFF") && string(b[8:12]) == "WEBP":
		return WebP
	case begins(amrNarrow), begins(amrWide):
		return AMR
	case begins("ID3"), len(b) >= mp3Header && frameOf(b) > 0:
		return MP3
	case len(b) >= 12 && string(b[4:8]) == "ftyp" && spoken(string(b[8:12])):
		return M4A
	}
	return None
}

// spoken tells the brands of MP4 files that hold sound alone, as telephones record it.
// A HEIC photo and a film begin in the same way with other brands.
func spoken(brand string) bool { return brand == "M4A " || brand == "M4B " }

// mp3Header is the length of a frame's head.
const mp3Header = 4

// frameOf is the length of the MPEG layer III frame that begins here, 0 for none.
func frameOf(b []byte) int {
	if len(b) < mp3Header {
		return 0
	}
	h := binary.BigEndian.Uint32(b)
	version, layer, rate, speed := h>>19&3, h>>17&3, h>>12&15, h>>10&3
	if h>>21 != 0x7ff || version == 1 || layer != 1 || rate == 0 || rate == 15 || speed == 3 {
		return 0
	}
	one := [...]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}
	two := [...]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}
	hertz := [...]int{44100, 48000, 32000}[speed]
	pad := int(h >> 9 & 1)
	switch version {
	case 3: // MPEG 1
		return 144*one[rate]*1000/hertz + pad
	case 2: // MPEG 2
		return 72*two[rate]*1000/(hertz/2) + pad
	}
	return 72*two[rate]*1000/(hertz/4) + pad // MPEG 2.5
}
