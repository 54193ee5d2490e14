package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"strconv"
)

// state is what a line of a file is.
type state int

const (
	good    state = iota
	struck        // # and blanks: it says nothing
	halfway       // a strike that was cut short
	damaged       // its checksum is wrong, or its end is missing
)

// line is one line of a file.
type line struct {
	at      int64 // where it begins
	size    int64 // with the line break, if it has one
	state   state
	payload []byte // the JSON of a good one
	raw     []byte
}

// sumLength is how many signs stand before the JSON: the checksum and a blank.
const sumLength = 9

func checksum(payload []byte) uint32 {
	return crc32.Checksum(payload, crc32.MakeTable(crc32.Castagnoli))
}

// appendLine writes a payload, which must have no line break, as a line.
func appendLine(to, payload []byte) []byte {
	to = fmt.Appendf(to, "%08x ", checksum(payload))
	return append(append(to, payload...), '\n')
}

// judge reads a line without trusting it.
func judge(raw []byte) (state, []byte) {
	text, ended := bytes.CutSuffix(raw, []byte{'\n'})
	switch {
	case len(text) == 0 && ended:
		return struck, nil
	case text[0] == '#' && ended && len(bytes.TrimLeft(text[1:], " ")) == 0:
		return struck, nil
	case text[0] == '#':
		return halfway, nil
	case !ended || len(text) <= sumLength || text[sumLength-1] != ' ':
		return damaged, nil
	}
	sum, err := strconv.ParseUint(string(text[:sumLength-1]), 16, 32)
	if err != nil || checksum(text[sumLength:]) != uint32(sum) {
		return damaged, nil
	}
	return good, text[sumLength:]
}

// lines reads a file from its beginning. A line's bytes are its own.
func lines(r io.Reader) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		b := bufio.NewReaderSize(r, 1<<16)
		for at := int64(0); ; {
			raw, err := b.ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				yield(line{}, err)
				return
			}
			if len(raw) == 0 {
				return
			}
			l := line{at: at, size: int64(len(raw)), raw: raw}
			l.state, l.payload = judge(raw)
			at += l.size
			if !yield(l, nil) || err != nil {
				return
			}
		}
	}
}
