package store

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf8"
)

// A backup is a gzip file of lines. Each line is a letter, the CRC-32C of what
// follows in eight hexadecimal digits, and JSON: first a head, then records, last
// an end that counts them and holds the SHA-256 of all lines before it. So what is
// cut off, changed, doubled or out of order is seen before anything is written.
const (
	headLine   = 'H'
	recordLine = 'R'
	endLine    = 'E'

	// longestLine bounds what is read at once; the longest line written is one
	// value, and the largest of those are the imported lists.
	longestLine = 256 << 20

	backupFormat = 1
)

// ErrBackup: a backup is damaged, incomplete, or none at all.
var ErrBackup = errors.New("store: the backup cannot be used")

// head begins a backup.
type head struct {
	Format int    `json:"format"`
	Schema string `json:"schema"` // layout of the keys
	At     int64  `json:"at"`     // ms when it began
}

// record is one key, or one part of a large one.
type record struct {
	Key   string   `json:"k"`
	Kind  string   `json:"t"`           // string, hash, list, set, zset, stream
	Ends  int64    `json:"e,omitempty"` // ms when its life ends, 0 never
	Part  int      `json:"p,omitempty"` // 0 is the first part: it replaces the key
	Value []binary `json:"v"`           // see backup_kinds.go
}

// tailLine ends a backup.
type tailLine struct {
	Records int    `json:"records"`
	Keys    int    `json:"keys"`
	Left    int    `json:"left"` // keys left out on purpose
	SHA256  string `json:"sha256"`
}

// binary is a string as JSON can hold it: itself where it is UTF-8, else an
// object with its bytes.
type binary string

// MarshalJSON writes one string.
func (b binary) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(b)) {
		return json.Marshal(string(b))
	}
	return json.Marshal(struct {
		Bytes []byte `json:"b"`
	}{[]byte(b)})
}

// UnmarshalJSON reads one string.
func (b *binary) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(b))
	}
	var raw struct {
		Bytes []byte `json:"b"`
	}
	err := json.Unmarshal(data, &raw)
	*b = binary(raw.Bytes)
	return err
}

// lineWriter writes lines.
type lineWriter struct {
	zip *gzip.Writer
	sum hash.Hash
}

func newLineWriter(w io.Writer) *lineWriter {
	return &lineWriter{zip: gzip.NewWriter(w), sum: sha256.New()}
}

func castagnoli(data []byte) string {
	return fmt.Sprintf("%08x", crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
}

// write adds one line.
func (w *lineWriter) write(letter byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	line := append([]byte{letter, ' '}, castagnoli(data)...)
	line = append(append(append(line, ' '), data...), '\n')
	_, _ = w.sum.Write(line) // a hash never fails
	_, err = w.zip.Write(line)
	return err
}

// end writes the last line and closes the compression.
func (w *lineWriter) end(t tailLine) error {
	t.SHA256 = hex.EncodeToString(w.sum.Sum(nil))
	return errors.Join(w.write(endLine, t), w.zip.Close())
}

// readBackup reads a whole backup and gives each record to f. It returns the head
// and ErrBackup for anything that is not exactly what was written; f has then seen
// some of the records.
func readBackup(r io.Reader, begin func(head) error, f func(record) error) (head, error) {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return head{}, fmt.Errorf("%w: no gzip file: %w", ErrBackup, err)
	}
	b := &backupReader{lines: bufio.NewScanner(zip), sum: sha256.New(), begin: begin, each: f}
	b.lines.Buffer(make([]byte, 64<<10), longestLine)
	for b.lines.Scan() {
		if err := b.line(b.lines.Bytes()); err != nil {
			return b.head, err
		}
	}
	if err := b.lines.Err(); err != nil {
		return b.head, fmt.Errorf("%w: after %d lines: %w", ErrBackup, b.count, err)
	}
	if !b.ended {
		return b.head, fmt.Errorf("%w: it is cut off after %d lines", ErrBackup, b.count)
	}
	return b.head, nil
}

// backupReader is where the reading stands.
type backupReader struct {
	lines   *bufio.Scanner
	sum     hash.Hash
	begin   func(head) error
	each    func(record) error
	head    head
	count   int // lines read
	records int
	ended   bool
}

// line checks one line and passes it on.
func (b *backupReader) line(line []byte) error {
	letter, data, err := openLine(line)
	if err == nil && (b.ended || (b.count == 0) != (letter == headLine)) {
		err = errors.New("lines are out of order")
	}
	if err != nil {
		return fmt.Errorf("%w: line %d: %w", ErrBackup, b.count+1, err)
	}
	b.count++
	sum := hex.EncodeToString(b.sum.Sum(nil))
	_, _ = b.sum.Write(append(line, '\n'))
	switch letter {
	case headLine:
		return b.first(data)
	case recordLine:
		b.records++
		var r record
		if err := json.Unmarshal(data, &r); err != nil {
			return fmt.Errorf("%w: line %d: no record", ErrBackup, b.count)
		}
		return b.each(r)
	}
	b.ended = true
	var t tailLine
	if err := json.Unmarshal(data, &t); err != nil || t.SHA256 != sum || t.Records != b.records {
		return fmt.Errorf("%w: its end does not fit what stands before it", ErrBackup)
	}
	return nil
}

// first reads the head.
func (b *backupReader) first(data []byte) error {
	if err := json.Unmarshal(data, &b.head); err != nil || b.head.Format != backupFormat {
		return fmt.Errorf("%w: format %d, this program reads %d", ErrBackup, b.head.Format, backupFormat)
	}
	return b.begin(b.head)
}

// openLine checks a line's own sum.
func openLine(line []byte) (letter byte, data []byte, err error) {
	parts := bytes.SplitN(line, []byte(" "), 3)
	if len(parts) != 3 || len(parts[0]) != 1 || !strings.ContainsRune("HRE", rune(parts[0][0])) {
		return 0, nil, errors.New("no line of a backup")
	}
	if castagnoli(parts[2]) != string(parts[1]) {
		return 0, nil, errors.New("its checksum is wrong")
	}
	return parts[0][0], parts[2], nil
}
