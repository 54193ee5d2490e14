package classify

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCounts(t *testing.T) {
	c := newCounts()
	if c.figures() != nil {
		t.Error("nothing has figures")
	}
	// a: 2 wanted, 1 found; b: 1 wanted, 1 found, 1 given wrongly; c: right by also
	c.add("a", "a", true)
	c.add("a", "b", false)
	c.add("b", "b", true)
	c.add("c", "a", true)
	f := c.figures()
	// F1: a 2·1/(2+1) = .667, b 2·1/(1+2) = .667, c 2·1/(1+1) = 1
	if f.Accuracy != 0.75 || math.Abs(*f.MacroF1-(2.0/3+2.0/3+1)/3) > 1e-9 {
		t.Errorf("accuracy %f, macro-F1 %f", f.Accuracy, *f.MacroF1)
	}
}

func TestScoreJSON(t *testing.T) {
	half := 0.5
	s := Score{N: 4, Main: &Figures{0.75, &half}, Sub: &Figures{0.5, &half}, Intent: &Figures{Accuracy: 1}, Danger: &DangerFigures{1, 0}}
	want := `{"n":4,"main":{"accuracy":0.75,"macro_f1":0.5},"sub":{"accuracy":0.5,"macro_f1":0.5},"intent":{"accuracy":1},"danger":{"recall":1,"false_alarms":0}}`
	if got := s.JSON(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := (Score{N: 1}).JSON(); got != `{"n":1}` {
		t.Errorf("without columns: %s", got)
	}
	for _, word := range []string{"main accuracy", "sub accuracy", "intent accuracy", "danger recall", "0.750"} {
		if !strings.Contains(s.String(), word) {
			t.Errorf("table without %q:\n%s", word, s)
		}
	}
}

func TestEvaluateLeavesMissingColumnsOut(t *testing.T) {
	k := shipped(t)
	for _, tt := range []struct {
		name                     string
		e                        Example
		main, sub, intent, alarm bool
	}{
		{"text alone", Example{Text: "路灯不亮", Emergency: -1}, false, false, false, false},
		{"category", Example{Text: "路灯不亮", Category: "streetlight", Emergency: -1}, true, true, false, false},
		{"intent", Example{Text: "谢谢", Intent: IntentThanks, Category: "-", Emergency: -1}, false, false, true, false},
		{"emergency", Example{Text: "着火了", Emergency: 2}, false, false, false, true},
	} {
		s := Evaluate(k, []Example{tt.e})
		if (s.Main != nil) != tt.main || (s.Sub != nil) != tt.sub || (s.Intent != nil) != tt.intent || (s.Danger != nil) != tt.alarm {
			t.Errorf("%s: %s", tt.name, s.JSON())
		}
	}
}

func TestEvaluateCounts(t *testing.T) {
	k := shipped(t)
	s := Evaluate(k, []Example{
		{"路灯不亮", IntentReport, "streetlight", nil, 0},
		{"路灯不亮", IntentReport, "dogs", []string{"streetlight"}, 0},
		{"路灯不亮", IntentReport, "dogs", nil, 0},
		{"着火了着火了", IntentReport, "fire", nil, 2},
		{"谢谢", IntentReport, "fire", nil, 2},
	})
	if s.N != 5 || s.Sub.Accuracy != 0.6 || s.Main.Accuracy != 0.6 || s.Intent.Accuracy != 0.8 {
		t.Errorf("%s", s.JSON())
	}
	if s.Danger.Recall != 0.5 || s.Danger.FalseAlarms != 0 {
		t.Errorf("danger %+v", *s.Danger)
	}
}

func TestHeldOutFloors(t *testing.T) {
	for _, set := range heldOut {
		examples, err := ReadExampleFiles(Fields{}, set.file)
		if err != nil {
			t.Fatal(err)
		}
		s := Evaluate(shipped(t), examples)
		for _, f := range []struct {
			name       string
			got, floor float64
		}{
			{"main accuracy", s.Main.Accuracy, set.main},
			{"sub accuracy", s.Sub.Accuracy, set.sub},
			{"intent accuracy", s.Intent.Accuracy, set.intent},
			{"danger recall", s.Danger.Recall, set.danger},
			{"calm share", 1 - s.Danger.FalseAlarms, set.calm},
		} {
			if f.got < f.floor {
				t.Errorf("%s: %s %.3f is below its floor %.3f", set.file, f.name, f.got, f.floor)
			}
		}
	}
}

// What is promised of messages nobody had seen, also where one character in ten is misheard.
func TestFrozenHalf(t *testing.T) {
	examples, err := ReadExampleFiles(Fields{}, frozen)
	if err != nil {
		t.Fatal(err)
	}
	k := shipped(t)
	clean := Evaluate(k, examples)
	if *clean.Main.MacroF1 < 0.92 || *clean.ECE > 0.04 {
		t.Errorf("main macro-F1 %.3f, calibration error %.3f", *clean.Main.MacroF1, *clean.ECE)
	}
	const seeds, most = 3, 0.04
	var misheard []Example
	for seed := range uint64(seeds) {
		misheard = append(misheard, Noisy(examples, 0.1, seed+1)...)
	}
	s := Evaluate(k, misheard)
	for name, f := range map[string][2]float64{
		"main macro-F1":   {*clean.Main.MacroF1, *s.Main.MacroF1},
		"sub accuracy":    {clean.Sub.Accuracy, s.Sub.Accuracy},
		"intent accuracy": {clean.Intent.Accuracy, s.Intent.Accuracy},
		"danger recall":   {clean.Danger.Recall, s.Danger.Recall},
	} {
		if f[0]-f[1] > most {
			t.Errorf("%s falls from %.3f to %.3f", name, f[0], f[1])
		}
	}
}

func TestRunTrainAndEval(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "toy.tsv")
	var b strings.Builder
	b.WriteString("text\tintent\tcategory\talso\temergency\n")
	for _, e := range toy() {
		also := strings.Join(append([]string{"-"}, e.Also...), ",")
		b.WriteString(e.Text + "\t" + string(e.Intent) + "\t" + e.Category + "\t" + also + "\t" + string(rune('0'+e.Emergency)) + "\n")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	out, cats := filepath.Join(dir, "m.gz"), categories(t)
	var said bytes.Buffer
	if err := RunTrain(&said, Training{Categories: cats, Out: out, Paths: []string{path}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "60 examples, 4 classes") || !strings.Contains(said.String(), out) {
		t.Errorf("train said %q", said.String())
	}
	file, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m, err := ReadModel(file)
	if err != nil {
		t.Fatal(err)
	}
	k, err := NewWithModel(cats, m)
	if err != nil {
		t.Fatal(err)
	}
	said.Reset()
	if err := RunEval(&said, k, Evaluation{Paths: []string{path}, JSON: true}); err != nil || !strings.HasPrefix(said.String(), `{"n":60,"main":{"accuracy":1,`) {
		t.Errorf("eval said %q, %v", said.String(), err)
	}
	said.Reset()
	if err := RunEval(&said, k, Evaluation{Paths: []string{path}}); err != nil || !strings.Contains(said.String(), "sub accuracy") {
		t.Errorf("eval said %q, %v", said.String(), err)
	}
}

func TestRunTrainWritesNothingOnMistakes(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "m.gz")
	for name, text := range map[string]string{
		"bad.tsv":     "text\tintent\n好\tbad\n",
		"unknown.tsv": "text\tintent\tcategory\n灯\treport\tnowhere\n",
		"few.tsv":     "text\tintent\tcategory\n灯\treport\tstreetlight\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := RunTrain(&bytes.Buffer{}, Training{Categories: categories(t), Out: out, Paths: []string{path}}); err == nil {
			t.Errorf("%s is taken", name)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s left a model behind", name)
		}
	}
	if err := RunEval(&bytes.Buffer{}, shipped(t), Evaluation{Paths: []string{filepath.Join(dir, "none.tsv")}, JSON: true}); err == nil {
		t.Error("a missing file is no error")
	}
	if err := writeWhole(filepath.Join(dir, "no", "such", "folder"), nil); err == nil {
		t.Error("a missing folder is no error")
	}
}
