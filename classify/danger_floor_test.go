package classify

import (
	"path/filepath"
	"testing"
)

// told are what the rules alone make of labelled sentences.
type told struct{ danger, seen, harmless, alarms int }

func (s told) recall() float64      { return float64(s.seen) / float64(max(1, s.danger)) }
func (s told) falseAlarms() float64 { return float64(s.alarms) / float64(max(1, s.harmless)) }

// tellAll judges the sentences of files by the rules alone.
func tellAll(t *testing.T, paths ...string) (s told) {
	t.Helper()
	k := shipped(t)
	examples, err := ReadExampleFiles(Fields{}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		raised := ruled(k, e.Text).Level == 2
		switch e.Emergency {
		case 2:
			s.danger++
			if raised {
				s.seen++
			}
		case 0:
			s.harmless++
			if raised {
				s.alarms++
			}
		}
	}
	return s
}

// The floors stand a little below what was measured, so that a rule may be mended
// but not a class of dangers lost.
func TestRulesKeepTheirFloors(t *testing.T) {
	examples, err := filepath.Glob("examples/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name               string
		files              []string
		danger, harmless   int     // at least so many sentences
		recall, falseAlarm float64 // at least, at most
	}{
		{"the sentences the rules were tuned with", []string{"testdata/danger.tsv"}, 70, 50, 0.98, 0.02},
		{"the sentences written after them", []string{"testdata/danger-more.tsv"}, 80, 70, 0.80, 0.03},
		{"the examples, of which three in four are newer than the rules", examples, 4000, 25000, 0.5, 0.02},
	} {
		s := tellAll(t, tt.files...)
		t.Logf("%s: %d of %d seen (%.3f), %d of %d alarmed (%.4f)", tt.name, s.seen, s.danger, s.recall(), s.alarms, s.harmless, s.falseAlarms())
		if s.danger < tt.danger || s.harmless < tt.harmless {
			t.Errorf("%s: only %d and %d sentences", tt.name, s.danger, s.harmless)
		}
		if s.recall() < tt.recall || s.falseAlarms() > tt.falseAlarm {
			t.Errorf("%s: recall %.3f, want at least %.2f; false alarms %.4f, want at most %.2f", tt.name, s.recall(), tt.recall, s.falseAlarms(), tt.falseAlarm)
		}
	}
}

// Another character of the same sound, and the dialect's spelling, hide nothing.
func TestWordsFoundByEar(t *testing.T) {
	k := shipped(t)
	for text, kind := range map[string]string{
		"有人出电了": "electric", "我爸昏到了": "medical", "孩子走石了": "missing", "没人着火": "",
		"独居的阿婆敲门呒人应": "elder", "独居的阿婆敲门没人应": "elder",
	} {
		if d := ruled(k, text); kind != "" && (d.Level != 2 || d.Kind != kind) || kind == "" && d.Level == 2 {
			t.Errorf("%s: level %d kind %q by %q, want kind %q", text, d.Level, d.Kind, d.Rule, kind)
		}
	}
}
