package classify

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"
)

func toyModel(t *testing.T) *Model {
	t.Helper()
	m, _, err := Train(toy(), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestModelRoundTrip(t *testing.T) {
	m := toyModel(t)
	file := modelBytes(t, m)
	back, err := ReadModel(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m, back) {
		t.Error("the model read is not the model written")
	}
	if !bytes.Equal(file, modelBytes(t, back)) {
		t.Error("written again it has other bytes")
	}
}

// unpack and pack take a model file's compression off and put it on again.
func unpack(t *testing.T, file []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func pack(t *testing.T, raw []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadModelRefusesDamage(t *testing.T) {
	file := modelBytes(t, toyModel(t))
	raw := unpack(t, file)
	for name, bad := range map[string][]byte{
		"empty":            nil,
		"no gzip":          []byte("model"),
		"cut off":          file[:len(file)/2],
		"empty inside":     pack(t, nil),
		"no JSON":          pack(t, append([]byte{5}, "hello"...)),
		"huge head":        pack(t, []byte{0xFF, 0xFF, 0xFF, 0xFF, 0x7F}),
		"head without end": pack(t, []byte{200}),
		"rows missing":     pack(t, raw[:len(raw)-10]),
		"something after":  pack(t, append(bytes.Clone(raw), 0)),
		"other format":     pack(t, bytes.Replace(raw, []byte(`"format":1`), []byte(`"format":9`), 1)),
		"no such intent":   pack(t, bytes.Replace(raw, []byte(`"greeting"`), []byte(`"greetinX"`), 1)),
		"too many leaves":  pack(t, bytes.Replace(raw, []byte(`"requests":2`), []byte(`"requests":9`), 1)),
		"temperature 0":    pack(t, bytes.Replace(raw, []byte(`"consult":0`), []byte(`"consult":-`), 1)),
	} {
		if bytes.Equal(bad, pack(t, raw)) {
			continue // the replacement found nothing to replace
		}
		if _, err := ReadModel(bytes.NewReader(bad)); !errors.Is(err, errModel) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestReadModelNeverPanics(t *testing.T) {
	raw := unpack(t, modelBytes(t, toyModel(t)))
	for i := 0; i < len(raw); i += 1 + len(raw)/60 {
		bad := bytes.Clone(raw)
		bad[i] ^= 0xFF
		m, err := ReadModel(bytes.NewReader(pack(t, bad)))
		if err != nil {
			continue
		}
		if k, err := NewWithModel(categories(t), m); err == nil {
			k.Classify("三幢路灯不亮") // a weight may differ, nothing may break
		}
	}
}

func TestShippedModelFile(t *testing.T) {
	if len(modelFile) > 4<<20 {
		t.Errorf("model.gz has %d bytes, more than 4 MiB", len(modelFile))
	}
	start := time.Now()
	m, err := ReadModel(bytes.NewReader(modelFile))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d rows, %d weights, read in %v", len(modelFile), len(m.scales), len(m.cols), time.Since(start))
	if took := time.Since(start); took > 3*time.Second && !raceEnabled { // a tenth of a second when nothing else runs
		t.Errorf("reading the model took %v", took)
	}
	cats := categories(t)
	known := map[string]bool{}
	for _, class := range m.meta.Classes {
		known[class] = true
	}
	for _, c := range cats.All() {
		if !known[c.ID] {
			t.Errorf("the model does not know %s", c.ID)
		}
	}
	g := m.meta.Gates
	if g.Sure <= 0 || g.Sure > 1 || g.Two <= 0 || g.Two > 1.01 || g.Talk <= 0 || g.Danger < -5 || g.Danger > 0 || g.Ask < 0.2 || g.Ask > 0.8 {
		t.Errorf("gates %+v", g)
	}
}

func TestModelWeightAgreesWithLogits(t *testing.T) {
	m := toyModel(t)
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	read := r.read("三幢路灯不亮", &scratch{})
	out := make([]float32, m.heads.width())
	m.logits(read.feats, out)
	norm := lengthNorm(read.feats)
	for c := range out {
		want := m.bias[c]
		for _, f := range read.feats {
			want += norm * f.value() * m.weight(f, c)
		}
		if d := out[c] - want; d > 1e-3 || d < -1e-3 {
			t.Errorf("output %d is %f, the weights add up to %f", c, out[c], want)
		}
	}
}

func FuzzReadModel(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{5, '{', '}', 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if m, err := ReadModel(bytes.NewReader(pack(t, raw))); err == nil && m == nil {
			t.Fatal("neither a model nor an error")
		}
	})
}
