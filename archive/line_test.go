package archive

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJudge(t *testing.T) {
	whole := string(appendLine(nil, []byte(`{"id":"12-1042","v":1}`)))
	cases := map[string]struct {
		raw  string
		want state
	}{
		"a line":                  {whole, good},
		"without its end":         {strings.TrimSuffix(whole, "\n"), damaged},
		"cut short":               {whole[:20], damaged},
		"one letter is another":   {strings.Replace(whole, "1042", "1043", 1), damaged},
		"another checksum":        {"0" + whole[1:], damaged},
		"a sum that is none":      {"zzzzzzzz {}\n", damaged},
		"no sum":                  {"{}\n", damaged},
		"an empty line":           {"\n", struck},
		"struck":                  {"#       \n", struck},
		"struck, one sign":        {"#\n", struck},
		"a strike cut short":      {"#" + whole[1:], halfway},
		"half of it blank":        {"#    " + whole[5:], halfway},
		"a strike without an end": {"#    ", halfway},
		"a space too many":        {strings.Replace(whole, " ", "  ", 1), damaged},
	}
	for name, c := range cases {
		if got, _ := judge([]byte(c.raw)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// What is written comes back, whatever it is, and one sign changed is noticed.
func TestLinesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payloads := rapid.SliceOfN(rapid.StringMatching(`\{[^\n]{0,50}\}`), 1, 8).Draw(t, "payloads")
		var text []byte
		for _, p := range payloads {
			text = appendLine(text, []byte(p))
		}
		i := 0
		for l, err := range lines(bytes.NewReader(text)) {
			if err != nil || l.state != good || string(l.payload) != payloads[i] {
				t.Fatalf("%d: %+v %v", i, l, err)
			}
			i++
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		text[at] ^= byte(1 << rapid.IntRange(0, 7).Draw(t, "bit"))
		same := 0
		for l, err := range lines(bytes.NewReader(text)) {
			if err == nil && l.state == good {
				same++
			}
		}
		if same >= len(payloads) && text[at]|0x20 >= 'a' && text[at]|0x20 <= 'f' { // the sum may be written large
			return
		}
		if same >= len(payloads) {
			t.Fatalf("nobody noticed: %q", text)
		}
	})
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("#  \n"))
	f.Add(appendLine([]byte("xx\n\n"), []byte(`{"id":"12-1042","v":1,"f":{},"l":[]}`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		var size int64
		for l, err := range lines(bytes.NewReader(text)) {
			if err != nil || l.at != size || l.size < 1 {
				t.Fatalf("%+v %v", l, err)
			}
			size += l.size
			if l.state == good && idOf(l.payload) != "" {
				_, _ = record(l.payload) // must not panic
			}
		}
		if size != int64(len(text)) {
			t.Fatalf("%d of %d bytes", size, len(text))
		}
	})
}
