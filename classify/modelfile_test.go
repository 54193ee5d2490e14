package classify

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
)

// remade gives the toy model's file with its head and parts changed.
func remade(t *testing.T, change func(m *Model)) []byte {
	t.Helper()
	m, err := ReadModel(bytes.NewReader(modelBytes(t, toyModel(t))))
	if err != nil {
		t.Fatal(err)
	}
	change(m)
	return modelBytes(t, m)
}

func TestReadModelChecksItsParts(t *testing.T) {
	for name, change := range map[string]func(m *Model){
		"a later format":            func(m *Model) { m.meta.Format++ },
		"an older format":           func(m *Model) { m.meta.Format = 0 },
		"no classes":                func(m *Model) { m.meta.Classes = nil },
		"one class":                 func(m *Model) { m.meta.Classes = m.meta.Classes[:1] },
		"a class too many":          func(m *Model) { m.meta.Classes = append(m.meta.Classes, "greeting") },
		"no requests":               func(m *Model) { m.meta.Requests = 0 },
		"negative requests":         func(m *Model) { m.meta.Requests = -1 },
		"more requests than there":  func(m *Model) { m.meta.Requests = len(m.meta.Classes) + 1 },
		"an intent unknown":         func(m *Model) { m.meta.Classes[len(m.meta.Classes)-1] = "dance" },
		"a bias too few":            func(m *Model) { m.meta.Bias = m.meta.Bias[1:] },
		"no bias":                   func(m *Model) { m.meta.Bias = nil },
		"a cold first head":         func(m *Model) { m.meta.Heat.Joint = 0 },
		"a cold second head":        func(m *Model) { m.meta.Heat.Consult = 0 },
		"a cold third head":         func(m *Model) { m.meta.Heat.Danger = -1 },
		"an output past the end":    func(m *Model) { m.cols[0] = uint8(m.heads.width()) },
		"the last output past that": func(m *Model) { m.cols[len(m.cols)-1] = math.MaxUint8 },
	} {
		if _, err := ReadModel(bytes.NewReader(remade(t, change))); !errors.Is(err, errModel) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := ReadModel(bytes.NewReader(remade(t, func(*Model) {}))); err != nil {
		t.Errorf("nothing changed: %v", err)
	}
}

func TestReadModelEveryCut(t *testing.T) {
	raw := unpack(t, modelBytes(t, toyModel(t)))
	for n := 0; n < len(raw); n += 1 + len(raw)/200 {
		if _, err := ReadModel(bytes.NewReader(pack(t, raw[:n]))); !errors.Is(err, errModel) {
			t.Fatalf("the first %d of %d bytes: error %v", n, len(raw), err)
		}
	}
}

func TestReadModelAsksForNoMoreThanThereIs(t *testing.T) {
	head, err := json.Marshal(modelMeta{Format: formatVersion, Classes: []string{"fire", "greeting"}, Requests: 1,
		Heat: heats{Joint: 1, Consult: 1, Danger: 1}, Bias: make([]float32, 6)})
	if err != nil {
		t.Fatal(err)
	}
	start := append(binary.AppendUvarint(nil, uint64(len(head))), head...)
	with := func(numbers ...uint64) []byte {
		b := slices.Clone(start)
		for _, n := range numbers {
			b = binary.AppendUvarint(b, n)
		}
		return pack(t, b)
	}
	for name, file := range map[string][]byte{
		"a million rows in nothing":    with(maxRows, 0),
		"more rows than allowed":       with(maxRows+1, 0),
		"more entries than allowed":    with(0, maxEntries+1),
		"many entries in nothing":      with(0, maxEntries),
		"a place past the space":       with(1, 1, 1<<hashBits, 1, 0, 0, 0, 0, 0, 0),
		"a number that never ends":     pack(t, append(slices.Clone(start), bytes.Repeat([]byte{0xFF}, 12)...)),
		"a row of more than all heads": with(1, 0, 3, maxOutputs+1, 0, 0, 0, 0),
	} {
		if _, err := ReadModel(bytes.NewReader(file)); !errors.Is(err, errModel) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if m, err := ReadModel(bytes.NewReader(with(0, 0))); err != nil || len(m.cols) != 0 {
		t.Errorf("a model of no rows: %v", err)
	}
}

func TestDecoderRunsDry(t *testing.T) {
	d := &decoder{rest: []byte{3}}
	if n := d.number(10); n != 3 || d.short {
		t.Errorf("number %d, short %v", n, d.short)
	}
	if n := d.number(10); n != 0 || !d.short {
		t.Errorf("a number of nothing is %d, short %v", n, d.short)
	}
	d = &decoder{rest: []byte{1, 2, 3}}
	if b := d.bytes(2); !bytes.Equal(b, []byte{1, 2}) || d.short {
		t.Errorf("bytes %v", b)
	}
	if b := d.bytes(2); b != nil || !d.short || len(d.rest) != 0 {
		t.Errorf("two bytes of one: %v", b)
	}
	d = &decoder{rest: []byte{100}}
	if n := d.number(99); n != 0 || !d.short {
		t.Errorf("a number over its limit is %d, short %v", n, d.short)
	}
}

func TestAnEmptyRowIsLeftOut(t *testing.T) {
	m := &Model{heads: heads{classes: 2}, starts: []uint32{0}}
	if m.addRow(make([]float32, 6), 1, 1, 0) {
		t.Error("a row of zeros is kept")
	}
	if !m.addRow([]float32{1, 0.05, -1, 0.5, 0, 0}, 1, 2, 0.1) {
		t.Fatal("a row is left out")
	}
	if !slices.Equal(m.cols, []uint8{0, 2, 3}) || !slices.Equal(m.vals, []int8{steps, -steps, 16}) {
		t.Errorf("columns %v values %v", m.cols, m.vals)
	}
}
