package spool

import (
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestEntriesSurviveEncoding(t *testing.T) {
	for name, e := range map[string]Entry{
		"usual":  {Account: "a", Person: "p", Key: "k", Received: noon, Raw: []byte("x"), Answered: "已收到", Attempts: 3, LastError: "redis away"},
		"empty":  {Received: time.UnixMicro(0).UTC()},
		"binary": {Key: "\xff\x00", Person: "\n", Raw: []byte{0, 255, 0}, Received: noon},
		"long":   {Key: "k", Raw: []byte(strings.Repeat("字", 30000)), Received: noon},
		"far":    {Key: "k", Received: time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)},
		"early":  {Key: "k", Received: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			e.Seq = 7
			b := encode(7, e)
			got, err := decode(7, b)
			must(t, err)
			if !reflect.DeepEqual(got, e) {
				t.Errorf("came back as %+v", got)
			}
			if len(b) != encodedLen(e) {
				t.Errorf("%d bytes, foretold %d", len(b), encodedLen(e))
			}
		})
	}
}

func TestReceivedIsKeptToTheMicrosecondInUTC(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*3600)
	e := Entry{Received: time.Date(2026, 10, 1, 20, 0, 0, 123456789, shanghai)}
	got, err := decode(1, encode(1, e))
	must(t, err)
	if want := noon.Add(123456 * time.Microsecond); got.Received != want {
		t.Errorf("received %s, want %s", got.Received, want)
	}
}

func TestDamagedValuesAreRefused(t *testing.T) {
	good := encode(7, entry("zhang", "k"))
	for i := range good {
		bad := append([]byte(nil), good...)
		bad[i] ^= 0x10
		if _, err := decode(7, bad); !errors.Is(err, errDecode) {
			t.Errorf("byte %d changed: %v", i, err)
		}
		if _, err := decode(7, good[:i]); !errors.Is(err, errDecode) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
	if _, err := decode(8, good); !errors.Is(err, errDecode) {
		t.Errorf("taken for another entry: %v", err)
	}
	if _, err := decode(7, append(good, 0)); !errors.Is(err, errDecode) {
		t.Errorf("with a byte more: %v", err)
	}
}

func TestDamagedFieldsAreRefused(t *testing.T) {
	body := appendBody(nil, entry("zhang", "k"))
	for i := range body {
		if e, err := decodeBody(body[:i]); err == nil {
			t.Errorf("cut at %d: %+v", i, e)
		}
	}
	huge := binary.AppendUvarint(binary.AppendVarint(nil, 0), math.MaxUint64)
	for name, b := range map[string][]byte{
		"surplus":           append(body, 0),
		"endless varint":    []byte(strings.Repeat("\xff", 20)),
		"absurd attempts":   append(huge, make([]byte, 6)...),
		"absurd length":     binary.AppendUvarint([]byte{0, 0}, math.MaxUint64),
		"length beyond end": {0, 0, 5, 'a'},
	} {
		if e, err := decodeBody(b); !errors.Is(err, errDecode) {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(uint64(1), encode(1, entry("zhang", "k")))
	f.Add(uint64(2), []byte{version})
	f.Fuzz(func(t *testing.T, seq uint64, b []byte) {
		e, err := decode(seq, b)
		if err == nil && e.Seq != seq {
			t.Errorf("entry %d came back as %d", seq, e.Seq)
		}
	})
}

// FuzzBody goes past the checksum, which the fuzzer cannot guess.
func FuzzBody(f *testing.F) {
	f.Add(appendBody(nil, entry("zhang", "k")))
	f.Add(appendBody(nil, Entry{Attempts: 1 << 20, Received: noon}))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := decodeBody(b)
		if err != nil {
			return
		}
		again, err := decodeBody(appendBody(nil, e))
		if err != nil || !reflect.DeepEqual(again, e) {
			t.Errorf("%+v came back as %+v, %v", e, again, err)
		}
	})
}
