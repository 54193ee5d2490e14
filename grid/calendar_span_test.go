package grid

import "testing"

func TestParseSpan(t *testing.T) {
	for s, ok := range map[string]bool{
		"08:30-12:00":  true,
		"00:00-24:00":  true,
		"08:30-08:30":  false,
		"12:00-08:30":  false,
		"8:30-12:00":   false,
		"08:30":        false,
		"":             false,
		"08:60-12:00":  false,
		"08:30-25:00":  false,
		"08:30-12:00 ": false,
		"-1:30-12:00":  false,
	} {
		got, err := ParseSpan(s)
		if (err == nil) != ok || ok && got.String() != s {
			t.Errorf("ParseSpan(%q) = %v, %v", s, got, err)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	f.Add("08:30-12:00")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := ParseSpan(s); err == nil && (!p.valid() || p.String() != s) {
			t.Fatalf("%q read as %v", s, p)
		}
	})
}
