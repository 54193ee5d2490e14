package classify

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
)

// formatVersion changes when the features or the file's layout do.
const formatVersion = 1

// Bounds of a model file, so that a broken one cannot ask for the machine.
const (
	maxMeta    = 1 << 20
	maxRows    = 1 << hashBits
	maxEntries = 1 << 26
)

// Write stores the model: gzip around a JSON head with its length before it,
// then the rows in the order of their places. The same model gives the same
// bytes.
func (m *Model) Write(w io.Writer) error {
	var raw bytes.Buffer
	head, err := json.Marshal(m.meta)
	if err != nil {
		return fmt.Errorf("%w: writing the head: %w", errModel, err)
	}
	raw.Write(binary.AppendUvarint(nil, uint64(len(head))))
	raw.Write(head)
	raw.Write(m.encodeRows())
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("%w: %w", errModel, err)
	}
	if _, err := z.Write(raw.Bytes()); err != nil {
		return fmt.Errorf("%w: writing: %w", errModel, err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("%w: writing: %w", errModel, err)
	}
	return nil
}

// encodeRows writes the number of rows and of entries, then column by column
// what all rows have, which packs better than row by row.
func (m *Model) encodeRows() []byte {
	b := binary.AppendUvarint(nil, uint64(len(m.scales)))
	b = binary.AppendUvarint(b, uint64(len(m.cols)))
	last := 0
	for place, row := range m.slots {
		if row > 0 {
			b = binary.AppendUvarint(b, uint64(place-last))
			last = place
		}
	}
	for i := range m.scales {
		b = binary.AppendUvarint(b, uint64(m.starts[i+1]-m.starts[i]))
	}
	for _, s := range m.scales {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(s))
	}
	b = append(b, m.cols...)
	for _, v := range m.vals {
		b = append(b, byte(v))
	}
	return b
}

// ReadModel loads a model file and checks that its parts fit together.
func ReadModel(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%w: reading: %w", errModel, err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, 4*maxEntries))
	if err != nil {
		return nil, fmt.Errorf("%w: reading: %w", errModel, err)
	}
	d := &decoder{rest: raw}
	m := &Model{}
	if err := json.Unmarshal(d.bytes(d.number(maxMeta)), &m.meta); err != nil {
		return nil, fmt.Errorf("%w: head: %w", errModel, err)
	}
	m.heads, m.bias = heads{classes: len(m.meta.Classes)}, m.meta.Bias
	d.rows(m)
	if d.short || len(d.rest) > 0 {
		return nil, fmt.Errorf("%w: truncated or damaged", errModel)
	}
	return m, m.check()
}

// decoder walks over the bytes of a model; once they run out it only gives
// zeros and remembers that.
type decoder struct {
	rest  []byte
	short bool
}

func (d *decoder) number(limit uint64) int {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > limit {
		d.short = true
		return 0
	}
	d.rest = d.rest[n:]
	return int(v)
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.rest) {
		d.short, d.rest = true, nil
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

// rows is the inverse of encodeRows.
func (d *decoder) rows(m *Model) {
	rows, entries := d.number(maxRows), d.number(maxEntries)
	if rows > len(d.rest) || entries > len(d.rest) {
		d.short = true
		return
	}
	m.slots = make([]int32, 1<<hashBits)
	last := 0
	for i := range rows {
		last += d.number(1 << hashBits)
		if last >= len(m.slots) {
			d.short = true
			return
		}
		m.slots[last] = int32(i + 1)
	}
	m.starts = make([]uint32, rows+1)
	for i := range rows {
		m.starts[i+1] = m.starts[i] + uint32(d.number(maxOutputs))
	}
	d.short = d.short || int(m.starts[rows]) != entries
	m.scales = make([]float32, rows)
	for i := range m.scales {
		if b := d.bytes(4); len(b) == 4 {
			m.scales[i] = math.Float32frombits(binary.LittleEndian.Uint32(b))
		}
	}
	m.cols = bytes.Clone(d.bytes(entries))
	vals := d.bytes(entries)
	m.vals = make([]int8, len(vals))
	for i, v := range vals {
		m.vals[i] = int8(v)
	}
}
