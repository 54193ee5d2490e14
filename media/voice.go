package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// cleanVoice keeps of a voice what sounds.
func cleanVoice(k Kind, raw []byte) ([]byte, error) {
	switch k {
	case AMR:
		return cleanAMR(raw)
	case MP3:
		return cleanMP3(raw)
	case M4A:
		return cleanM4A(raw)
	}
	return nil, ErrType
}

// cleanAMR keeps the head and the frames that follow it without a gap. The sizes of
// frames, without their first byte, are those of RFC 4867, by type; -1 is no type.
func cleanAMR(raw []byte) ([]byte, error) {
	sizes := [16]int{12, 13, 15, 17, 19, 20, 26, 31, 5, -1, -1, -1, -1, -1, -1, 0}
	head := amrNarrow
	if bytes.HasPrefix(raw, []byte(amrWide)) {
		head = amrWide
		sizes = [16]int{17, 23, 32, 36, 40, 46, 50, 58, 60, 5, -1, -1, -1, -1, 0, 0}
	}
	at := len(head)
	for at < len(raw) {
		size := sizes[raw[at]>>3&15]
		if raw[at]&0x83 != 0 || size < 0 || at+1+size > len(raw) {
			break
		}
		at += 1 + size
	}
	if at == len(head) {
		return nil, fmt.Errorf("%w: no sound in it", ErrDamaged)
	}
	return raw[:at], nil
}

// id3Head is the length of an ID3 head, id3Tail that of the old tag at the end.
const (
	id3Head = 10
	id3Tail = 128
)

// cleanMP3 keeps the frames that follow one another, without the tags before and
// behind them, in which pictures and places can stand.
func cleanMP3(raw []byte) ([]byte, error) {
	for len(raw) > id3Head && string(raw[:3]) == "ID3" {
		size := int(raw[6]&127)<<21 | int(raw[7]&127)<<14 | int(raw[8]&127)<<7 | int(raw[9]&127)
		raw = raw[min(len(raw), id3Head+size):]
	}
	at := 0
	for {
		n := frameOf(raw[at:])
		if n == 0 || at+n > len(raw) {
			break
		}
		at += n
	}
	if at == 0 {
		return nil, fmt.Errorf("%w: no sound in it", ErrDamaged)
	}
	return raw[:at], nil
}

// cleanM4A empties what an MP4 file holds besides its sound: names, places, pictures.
// The emptied boxes stay as free space, so that what points behind them still does.
func cleanM4A(raw []byte) ([]byte, error) {
	out := bytes.Clone(raw)
	found := map[string]bool{}
	if err := emptyBoxes(out, found, 0); err != nil {
		return nil, err
	}
	if !found["moov"] || !found["mdat"] {
		return nil, fmt.Errorf("%w: no sound in it", ErrDamaged)
	}
	return out, nil
}

// Boxes of an MP4 file: those that hold others, and those that sound needs. Every
// other box is emptied.
const (
	boxHead  = 8
	boxDepth = 8
)

func holds(box string) bool {
	switch box {
	case "moov", "trak", "mdia", "minf", "stbl", "dinf", "edts":
		return true
	}
	return false
}

func needed(box string) bool {
	switch box {
	case "ftyp", "mdat", "mvhd", "tkhd", "mdhd", "smhd", "dref", "elst", "stsd", "stts", "ctts", "stsc", "stsz", "stz2", "stco", "co64", "stss", "sgpd", "sbgp":
		return true
	}
	return false
}

// emptyBoxes walks through boxes side by side and those within them.
func emptyBoxes(b []byte, found map[string]bool, depth int) error {
	for len(b) > 0 {
		if len(b) < boxHead || depth > boxDepth {
			return fmt.Errorf("%w: a box that does not end", ErrDamaged)
		}
		size, name := int64(binary.BigEndian.Uint32(b)), string(b[4:8])
		if size == 0 { // to the end
			size = int64(len(b))
		}
		if size < boxHead || size > int64(len(b)) {
			return fmt.Errorf("%w: a box longer than the file", ErrDamaged)
		}
		found[name] = true
		inside := b[boxHead:size]
		switch {
		case holds(name):
			if err := emptyBoxes(inside, found, depth+1); err != nil {
				return err
			}
		case !needed(name):
			copy(b[4:], "free")
			clear(inside)
		}
		b = b[size:]
	}
	return nil
}
