package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"time"
)

// version is the first byte of every value; another one is refused.
const version = 1

// headLen is version and checksum.
const headLen = 1 + 4

var errDecode = errors.New("entry cannot be read")

// encode renders a value as the package documentation describes it.
func encode(seq uint64, e Entry) []byte {
	b := make([]byte, headLen, headLen+bodyBound(e))
	b = appendBody(b, e)
	b[0] = version
	binary.BigEndian.PutUint32(b[1:], checksum(seq, b[headLen:]))
	return b
}

// encodedLen is the length of what encode returns.
func encodedLen(e Entry) int {
	return headLen + len(appendBody(make([]byte, 0, bodyBound(e)), e))
}

// bodyBound is an upper bound of the body's length.
func bodyBound(e Entry) int {
	n := len(e.Account) + len(e.Person) + len(e.Key) + len(e.Raw) + len(e.Answered) + len(e.LastError)
	return n + 8*binary.MaxVarintLen64
}

func appendBody(b []byte, e Entry) []byte {
	b = binary.AppendVarint(b, e.Received.UnixMicro())
	b = binary.AppendUvarint(b, uint64(max(e.Attempts, 0)))
	for _, f := range []string{e.Account, e.Person, e.Key, string(e.Raw), e.Answered, e.LastError} {
		b = binary.AppendUvarint(b, uint64(len(f)))
		b = append(b, f...)
	}
	return b
}

// checksum covers the key too, so that a value cannot pass for another entry's.
func checksum(seq uint64, body []byte) uint32 {
	t := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(seqKey(seq), t), t, body)
}

// decode reads a value back. What it returns shares no memory with b.
func decode(seq uint64, b []byte) (Entry, error) {
	if len(b) < headLen {
		return Entry{}, fmt.Errorf("%w: %d bytes", errDecode, len(b))
	}
	if b[0] != version {
		return Entry{}, fmt.Errorf("%w: version %d", errDecode, b[0])
	}
	if binary.BigEndian.Uint32(b[1:]) != checksum(seq, b[headLen:]) {
		return Entry{}, fmt.Errorf("%w: checksum", errDecode)
	}
	e, err := decodeBody(b[headLen:])
	e.Seq = seq
	return e, err
}

func decodeBody(b []byte) (Entry, error) {
	r := reader{b: b}
	e := Entry{
		Received:  time.UnixMicro(r.varint()).UTC(),
		Attempts:  r.count(),
		Account:   string(r.field()),
		Person:    string(r.field()),
		Key:       string(r.field()),
		Raw:       append([]byte(nil), r.field()...),
		Answered:  string(r.field()),
		LastError: string(r.field()),
	}
	if r.bad || len(r.b) > 0 {
		return Entry{}, fmt.Errorf("%w: fields", errDecode)
	}
	return e, nil
}

// reader takes fields off the front; after the first bad one all are empty.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.b)
	r.skip(n)
	return v
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	r.skip(n)
	return v
}

func (r *reader) skip(n int) {
	if n <= 0 {
		r.b, r.bad = nil, true
		return
	}
	r.b = r.b[n:]
}

func (r *reader) count() int {
	v := r.uvarint()
	if v > math.MaxInt32 {
		r.b, r.bad = nil, true
		return 0
	}
	return int(v)
}

func (r *reader) field() []byte {
	n := r.uvarint()
	if r.bad || n > uint64(len(r.b)) {
		r.b, r.bad = nil, true
		return nil
	}
	f := r.b[:n]
	r.b = r.b[n:]
	return f
}
