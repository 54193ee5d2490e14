package classify

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// toy is a small set two categories and two intents can be learned from.
func toy() []Example {
	var all []Example
	places := []string{"三幢", "北门", "菜场", "河边", "后门", "学校", "车库", "亭子", "广场", "二楼"}
	for _, p := range places {
		all = append(all,
			Example{p + "路灯不亮", IntentReport, "streetlight", nil, 0},
			Example{p + "的灯灭了", IntentReport, "streetlight", []string{"common_repair"}, 0},
			Example{p + "着火冒烟", IntentReport, "fire", nil, 2},
			Example{p + "消防怎么申请", IntentConsult, "fire", nil, 0},
			Example{"谢谢" + p + "师傅", IntentThanks, "-", nil, 0},
			Example{"你好" + p, IntentGreeting, "-", nil, 0})
	}
	return all
}

func modelBytes(t *testing.T, m *Model) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTrainLearns(t *testing.T) {
	m, rep, err := Train(toy(), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Examples != 60 || rep.Classes != 4 || rep.Score.Sub.Accuracy < 0.95 || rep.Score.Intent.Accuracy < 0.95 {
		t.Errorf("report %+v", rep)
	}
	k, err := NewWithModel(categories(t), m)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"五幢路灯不亮": "streetlight", "药店着火冒烟": "fire", "药店消防怎么申请": "fire"} {
		if r := k.Classify(text); len(r.Guesses) == 0 || r.Guesses[0].Category != want {
			t.Errorf("%s: %+v, want %s", text, r, want)
		}
	}
	if r := k.Classify("药店消防怎么申请"); r.Intent != IntentConsult {
		t.Errorf("a question is %s", r.Intent)
	}
	if r := k.Classify("谢谢药店师傅"); r.Intent != IntentThanks || len(r.Guesses) > 0 {
		t.Errorf("a thank-you is %+v", r)
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	a, _, err := Train(toy(), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := Train(toy(), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(modelBytes(t, a), modelBytes(t, b)) {
		t.Error("the same examples gave two models")
	}
}

// shippedExamples are those the shipped model was learned from, and its judges.
func shippedExamples(t *testing.T) (examples, judges []Example) {
	t.Helper()
	examples, err := ReadExampleFiles(Fields{}, "examples")
	judges, e := ReadExampleFiles(Fields{}, "../testdata/eval/frozen-gates.tsv")
	if err = errors.Join(err, e); err != nil {
		t.Fatal(err)
	}
	return examples, judges
}

func TestShippedModelIsNotStale(t *testing.T) {
	examples, judges := shippedExamples(t)
	m, err := ReadModel(bytes.NewReader(modelFile))
	if err != nil {
		t.Fatal(err)
	}
	if m.meta.Source != sourceDigest(examples, judges) {
		t.Error("examples or rules changed after model.gz was trained: train it anew")
	}
}

func TestShippedModelIsTrainedOnShippedExamples(t *testing.T) {
	if testing.Short() || raceEnabled || runtime.GOARCH != "amd64" { // other machines may round otherwise
		t.Log("the bytes of a whole training are compared on amd64, without -short and -race")
		return
	}
	examples, judges := shippedExamples(t)
	m, rep, err := Train(examples, TrainOptions{Judges: judges})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(modelBytes(t, m), modelFile) {
		t.Error("model.gz is not what the examples and rules give: train it anew")
	}
	if rep.ECE > 0.12 {
		t.Errorf("expected calibration error %.3f", rep.ECE)
	}
}

func TestMisheardCopies(t *testing.T) {
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	o := TrainOptions{Misheard: 0.5, Runs: 2}.withDefaults()
	set, err := newTrainingSet(r, toy(), o)
	if err != nil {
		t.Fatal(err)
	}
	changed, different := 0, 0
	for _, s := range set.samples {
		if len(s.misheard) != o.Runs {
			t.Fatalf("%d copies for %d runs", len(s.misheard), o.Runs)
		}
		if len(s.misheard[0].feats) > 0 && !slices.Equal(s.misheard[0].feats, s.feats) {
			changed++
		}
		if !slices.Equal(s.misheard[0].feats, s.misheard[1].feats) {
			different++
		}
	}
	if changed < 5 || different < 5 { // few sounds occur twice in so small a set
		t.Errorf("of %d examples %d are misheard, %d another way in the second run", len(set.samples), changed, different)
	}
	if all := alsoMisheard(set.samples, 0); len(all) <= len(set.samples) || len(all) > 2*len(set.samples) {
		t.Errorf("%d samples and copies of %d", len(all), len(set.samples))
	}
	o.Misheard = -1
	if set, err = newTrainingSet(r, toy(), o); err != nil || len(alsoMisheard(set.samples, 0)) != len(toy()) {
		t.Errorf("copies where none are wanted: %v", err)
	}
}

func TestEntriesAreTheWeightiest(t *testing.T) {
	m, _, err := Train(toy(), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	most := len(m.cols) / 3
	small, _, err := Train(toy(), TrainOptions{Entries: most})
	if err != nil {
		t.Fatal(err)
	}
	if len(small.cols) > most || len(small.cols) < most/2 {
		t.Errorf("%d weights are kept, at most %d wanted of %d", len(small.cols), most, len(m.cols))
	}
}

func TestTrainRefusals(t *testing.T) {
	many := func(n int) (all []Example) {
		for i := range n {
			e := Example{Text: fmt.Sprintf("事%c", '一'+rune(i)), Intent: IntentReport, Category: fmt.Sprintf("c%d", i), Emergency: 0}
			all = append(all, e, e)
		}
		return all
	}
	for _, tt := range []struct {
		name     string
		examples []Example
		want     string
	}{
		{"nothing", nil, ErrTooFew.Error()},
		{"one class", []Example{{"好", IntentThanks, "-", nil, 0}, {"谢", IntentThanks, "-", nil, 0}}, ErrTooFew.Error()},
		{"no labels", []Example{{Text: "好"}, {Text: "坏"}}, ErrTooFew.Error()},
		{"too many classes", many(300), "300 classes"},
	} {
		if _, _, err := Train(tt.examples, TrainOptions{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %s", tt.name, err, tt.want)
		}
	}
	if _, _, err := Train(nil, TrainOptions{}); !errors.Is(err, ErrTooFew) {
		t.Errorf("error %v is not ErrTooFew", err)
	}
}

func TestTrainTakesFilesWithoutIntent(t *testing.T) {
	var all []Example
	for _, e := range toy() {
		if e.Intent.Request() {
			all = append(all, Example{Text: e.Text, Category: e.Category, Emergency: -1})
		}
	}
	_, rep, err := Train(all, TrainOptions{})
	if err != nil || rep.Classes != 2 {
		t.Errorf("%+v, %v", rep, err)
	}
}

func TestDoubtsNameLabelErrors(t *testing.T) {
	all := toy()
	all[0].Category = "fire" // a street lamp labelled as fire
	_, rep, err := Train(all, TrainOptions{})
	if err != nil || len(rep.Doubts) == 0 {
		t.Fatalf("%d doubts, %v", len(rep.Doubts), err)
	}
	if d := rep.Doubts[0]; d.Example.Text != all[0].Text || d.Guess != "streetlight" {
		t.Errorf("first doubt %+v", d)
	}
}

func TestWithDefaults(t *testing.T) {
	if got := (TrainOptions{}).withDefaults(); !reflect.DeepEqual(got, DefaultTraining()) {
		t.Errorf("%+v", got)
	}
	o := TrainOptions{Epochs: 3, Folds: 4, Rate: 2, Smoothing: 0.2, MinCount: 2, SurePrecision: 0.9}
	if got := o.withDefaults(); got.Epochs != 3 || got.Folds != 4 || got.Rate != 2 || got.Smoothing != 0.2 || got.MinCount != 2 || got.SurePrecision != 0.9 {
		t.Errorf("%+v", got)
	}
	if got := (TrainOptions{Folds: 1}).withDefaults(); got.Folds != DefaultTraining().Folds {
		t.Errorf("%d folds", got.Folds)
	}
}

func TestLowest(t *testing.T) {
	var all []judged
	for i := range 100 { // right above .5, wrong below
		p := float32(i) / 100
		all = append(all, judged{p, p >= 0.5})
	}
	if g := lowest(all, 1); g != 0.5 {
		t.Errorf("gate %f, want .5", g)
	}
	if g := lowest(all, 0.8); g > 0.39 || g < 0.36 {
		t.Errorf("gate %f, want about .38", g)
	}
	if g := lowest(nil, 0.9); g < 0.99 {
		t.Errorf("gate of nothing %f", g)
	}
	wrong := make([]judged, 50)
	if g := lowest(wrong, 0.9); g < 0.99 {
		t.Errorf("gate of nothing right %f", g)
	}
}

func TestRarest(t *testing.T) {
	var values []float32
	for i := range 1000 {
		values = append(values, float32(i)/1000)
	}
	g := rarest(values, 0.01)
	over := 0
	for _, v := range values {
		if v >= g {
			over++
		}
	}
	if over > 10 || over < 9 {
		t.Errorf("gate %f lets %d through, want 10 at most", g, over)
	}
	if g := rarest(nil, 0.01); g != evenStrength {
		t.Errorf("gate of nothing %f", g)
	}
	for top, want := range map[float32]float32{-3: evenStrength, 3: 3.0001} {
		if g := rarest([]float32{-9, top, -9}, 0.01); g != want {
			t.Errorf("of three up to %v the gate is %f", top, g)
		}
	}
}

func TestCalibrationError(t *testing.T) {
	if e := calibrationError(nil); e != 0 {
		t.Errorf("of nothing %f", e)
	}
	var honest, boastful []judged
	for i := range 100 {
		honest = append(honest, judged{0.7, i < 70})
		boastful = append(boastful, judged{0.99, i < 50})
	}
	if e := calibrationError(honest); e > 0.001 {
		t.Errorf("honest: %f", e)
	}
	if e := calibrationError(boastful); math.Abs(e-0.49) > 0.001 {
		t.Errorf("boastful: %f", e)
	}
	if e := calibrationError([]judged{{1, true}}); e > 0.001 {
		t.Errorf("certain: %f", e)
	}
}

func TestCoolest(t *testing.T) {
	got, _ := coolest(func(t float64) float64 { return (t - 2) * (t - 2) })
	if math.Abs(float64(got)-2) > 0.06 {
		t.Errorf("coolest = %f, want about 2", got)
	}
}

func TestSoftmax(t *testing.T) {
	for _, in := range [][]float32{{0, 0}, {1, 2, 3}, {1000, -1000}, {-5e5, -5e5, 0}} {
		out := make([]float32, len(in))
		softmax(in, out)
		var sum float32
		for i, v := range out {
			sum += v
			if v < 0 || v > 1 || math.IsNaN(float64(v)) {
				t.Errorf("softmax(%v)[%d] = %f", in, i, v)
			}
		}
		if math.Abs(float64(sum)-1) > 1e-4 {
			t.Errorf("softmax(%v) sums to %f", in, sum)
		}
	}
	if s := sigmoid(0); s != 0.5 {
		t.Errorf("sigmoid(0) = %f", s)
	}
}
