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
const formatVersion = 3

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

// steps is the largest integer of a row: five bits and a sign say enough.
const steps = 31

// A scale is kept as a power of two in sixteenths, one byte: 2^-16 to 2^-0.06, a step is 4.4 %.
const finest, sixteenth = -16, 16

// scaleCode is the nearest code of a scale.
func scaleCode(scale float32) byte {
	return byte(min(255, max(0, math.Round((math.Log2(float64(scale))-finest)*sixteenth))))
}

// scaleOf is the scale of a code.
func scaleOf(code byte) float32 { return float32(math.Exp2(float64(code)/sixteenth + finest)) }

// encodeRows writes the number of rows and of entries, then column by column
// what all rows have, which packs better than row by row. Outputs of a row are told by their distances.
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
		b = append(b, scaleCode(s))
	}
	for i := range m.scales {
		last := uint8(0)
		for _, c := range m.cols[m.starts[i]:m.starts[i+1]] {
			b = append(b, c-last)
			last = c
		}
	}
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
	for i, code := range d.bytes(rows) {
		m.scales[i] = scaleOf(code)
	}
	m.cols = bytes.Clone(d.bytes(entries))
	d.sum(m)
	vals := d.bytes(entries)
	m.vals = make([]int8, len(vals))
	for i, v := range vals {
		m.vals[i] = int8(v)
	}
}

// sum turns the distances between a row's outputs into the outputs.
func (d *decoder) sum(m *Model) {
	if d.short {
		return
	}
	for i := range m.scales {
		last := uint8(0)
		for j := m.starts[i]; j < m.starts[i+1]; j++ {
			last += m.cols[j]
			m.cols[j] = last
		}
	}
}
