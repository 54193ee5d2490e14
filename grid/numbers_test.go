package grid

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParseNumber(t *testing.T) {
	for s, want := range map[string]string{
		"12-1042":          "12-1042",
		"1042":             "1042",
		" 1042 ":           "1042",
		"#1042":            "1042",
		"＃1042":            "1042",
		"1042号":            "1042",
		"# 1042 号":         "1042",
		"№1042":            "1042",
		"No.1042":          "1042",
		"no1042":           "1042",
		"１２－１０４２":          "12-1042",
		"１０４２":             "1042",
		"12—1042":          "12-1042",
		"12–1042":          "12-1042",
		"12‐1042":          "12-1042",
		"12ー1042":          "12-1042",
		"12−1042":          "12-1042",
		"12 - 1042":        "12-1042",
		"12-#1042":         "12-1042",
		"12 -1042号":        "12-1042",
		"1-1001":           "1-1001",
		"999-999999":       "999-999999",
		"1001":             "1001",
		"123456":           "123456",
		"\u30001042\u3000": "1042",

		"":              "",
		"1000":          "",
		"999":           "",
		"110":           "",
		"119":           "",
		"120":           "",
		"122":           "",
		"12345":         "",
		"95598":         "",
		"12315":         "",
		"96333":         "",
		"10086":         "",
		"12-12345":      "",
		"12123":         "",
		"118114":        "",
		"1234567":       "",
		"13812345678":   "",
		"0576-88501234": "",
		"0576-8850":     "",
		"012-1042":      "",
		"2025-11-02":    "",
		"2025-1102":     "",
		"20251102":      "",
		"11-02":         "",
		"10:30":         "",
		"8-10":          "",
		"8-10点":         "",
		"12~1042":       "",
		"12-1042-1":     "",
		"12--1042":      "",
		"-1042":         "",
		"12-":           "",
		"1042 1043":     "",
		"1042幢":         "",
		"a1042":         "",
		"1042.5":        "",
		"01042":         "",
		"12-3幢":         "",
		"一零四二":          "",
		"+1042":         "",
		"12-+1042":      "",
		"3幢":            "",
		"号":             "",
		"#":             "",
		"1042号号":        "",
		"12 1042":       "",
	} {
		got, ok := ParseNumber(s)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("ParseNumber(%q) = %v, %v, want %q", s, got, ok, want)
		}
	}
}

func TestServiceNumber(t *testing.T) {
	for _, n := range []int{110, 119, 120, 122, 114, 12345, 12315, 12348, 12369, 95598, 95519, 96333, 96110, 10086, 10000, 11185, 12110, 118114} {
		if !ServiceNumber(n) {
			t.Errorf("%d is a service number", n)
		}
	}
	for _, n := range []int{0, 1001, 1042, 1100, 1200, 9999, 10100, 12299, 12400, 94999, 97000, 123450} {
		if ServiceNumber(n) {
			t.Errorf("%d is not a service number", n)
		}
	}
	last := 0
	for _, b := range ServiceBlocks() {
		if b.First <= last || b.Last < b.First {
			t.Errorf("block %v is out of order", b)
		}
		last = b.Last
	}
}

func TestNumberReadsBackWhatItWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Number{rapid.StringMatching(`([1-9][0-9]{0,2})?`).Draw(t, "street"), rapid.Int64Range(FirstSeq, lastSeq).Draw(t, "seq")}
		got, ok := ParseNumber(n.String())
		if want := !ServiceNumber(int(n.Seq)); ok != want || ok && got != n {
			t.Fatalf("%v read as %v, %v", n, got, ok)
		}
	})
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"12-1042", "№１０４２号", "2025-11-02", "12——1042"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := ParseNumber(s)
		if !ok {
			return
		}
		if n.Seq < FirstSeq || n.Seq > lastSeq || ServiceNumber(int(n.Seq)) {
			t.Fatalf("%q gave %v", s, n)
		}
		if again, ok := ParseNumber(n.String()); !ok || again != n {
			t.Fatalf("%q gave %v, then %v", s, n, again)
		}
	})
}
