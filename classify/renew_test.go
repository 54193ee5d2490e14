package classify

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// scored is a score with the figures a comparison looks at.
func scored(recall, alarms, sub, main, intent float64) Score {
	return Score{Danger: &DangerFigures{recall, alarms}, Sub: &Figures{Accuracy: sub}, Main: &Figures{MacroF1: &main}, Intent: &Figures{Accuracy: intent}}
}

func TestWorse(t *testing.T) {
	running, loud := scored(.9, .01, .8, .7, .9), scored(.9, .05, .8, .7, .9)
	noDanger, noMain, noSub := scored(.9, .01, .8, .7, .9), scored(.9, .01, .8, .7, .9), scored(.9, .01, .8, .7, .9)
	noDanger.Danger, noMain.Main, noSub.Sub = nil, nil, nil
	cases := []struct {
		name               string
		running, candidate Score
		want               []string // how each reason begins
	}{
		{"the same", running, running, nil},
		{"better in all", running, scored(1, 0, .9, .8, 1), nil},
		{"danger missed", running, scored(.89, 0, .9, .8, 1), []string{"danger recall fell from 0.9000 to 0.8900"}},
		{"alarms that are tolerated", running, scored(.9, .02, .8, .7, .9), nil},
		{"alarms above that", running, scored(.95, .021, .9, .8, 1), []string{"false alarms rose from 0.0100 to 0.0210, at most 0.0200"}},
		{"as many alarms as a loud one", loud, scored(.9, .05, .8, .7, .9), nil},
		{"more than a loud one", loud, scored(.9, .051, .8, .7, .9), []string{"false alarms rose from 0.0500 to 0.0510, at most 0.0500"}},
		{"sub-category", running, scored(1, 0, .79, .8, 1), []string{"sub-category accuracy fell"}},
		{"main category", running, scored(1, 0, .9, .69, 1), []string{"macro-F1 of the main category fell"}},
		{"intent", running, scored(1, 0, .9, .8, .89), []string{"intent accuracy fell"}},
		{"all, danger first", running, scored(.8, .1, .7, .6, .8), []string{"danger recall fell", "false alarms rose", "sub-category", "macro-F1", "intent"}},
		{"no dangers in the file", noDanger, noDanger, []string{"danger was not measured"}},
		{"no main category", running, noMain, []string{"macro-F1 of the main category was not measured"}},
		{"no category", noSub, running, []string{"sub-category accuracy was not measured"}},
		{"nothing at all", Score{}, Score{}, []string{"danger was not", "sub-category accuracy was not", "macro-F1 of the main category was not", "intent accuracy was not"}},
	}
	for _, c := range cases {
		got := Worse(c.running, c.candidate)
		if !slices.EqualFunc(got, c.want, strings.HasPrefix) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLesson(t *testing.T) {
	k := shipped(t)
	for _, c := range []struct{ text, words, intent string }{
		{"路灯坏了，打13800138000", "路灯坏了，打138******00", "report"},
		{"请问居住证怎么办理", "请问居住证怎么办理", "consult"},
		{"谢谢", "谢谢", "report"}, // small talk that staff took for a matter
	} {
		e := k.Lesson(c.text, "streetlight")
		if e.Text != c.words || e.Category != "streetlight" || string(e.Intent) != c.intent || e.Emergency != -1 {
			t.Errorf("%s: %+v", c.text, e)
		}
	}
}

// What is known already teaches nothing new, what is frozen must not be learned, and of two
// lessons in the same words the later counts.
func TestFreshLessons(t *testing.T) {
	lesson := func(text, category string) Example { return Example{Text: text, Category: category} }
	got := fresh([]Example{lesson("a", "1"), lesson("b", "1"), lesson("c", "1"), lesson("b", "2")},
		[]Example{lesson("a", "9")}, []Example{lesson("c", "9")})
	if len(got) != 1 || got[0].Text != "b" || got[0].Category != "2" {
		t.Errorf("%+v", got)
	}
}

// schooled writes examples of two matters and small talk, a line for each of the words, and
// gives the file.
func schooled(t *testing.T, name string, lamp, power []string) string {
	t.Helper()
	b := strings.Builder{}
	b.WriteString("text\tintent\tcategory\talso\temergency\n")
	for _, x := range lamp {
		fmt.Fprintf(&b, "%s\treport\tstreetlight\t-\t0\n", x)
	}
	for _, x := range power {
		fmt.Fprintf(&b, "%s\treport\tpower_outage\t-\t0\n", x)
	}
	for _, x := range []string{"你好", "您好啊", "早上好", "在吗您"} {
		fmt.Fprintf(&b, "%s\tgreeting\t-\t-\t0\n", x)
	}
	b.WriteString("楼上着火了快来人\treport\tstreetlight\t-\t2\n")
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRunRenew(t *testing.T) {
	lamps, powers := []string{"路灯不亮了", "路灯坏了", "巷子路灯灭了", "路灯一闪一闪"}, []string{"家里停电了", "整栋楼停电", "又停电", "跳闸停电了"}
	taught := Training{Categories: categories(t), Paths: []string{schooled(t, "shipped.tsv", lamps, powers)}}
	examples, _, err := taught.read()
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := Train(examples, TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	running, err := NewWithModel(taught.Categories, m)
	if err != nil {
		t.Fatal(err)
	}
	frozen := schooled(t, "frozen.tsv", []string{"小区路灯全黑"}, []string{"楼道里停电", "黑灯瞎火没法做饭"})
	lessons := func(category string, texts ...string) (out []Example) {
		for _, text := range texts {
			out = append(out, running.Lesson(text, category))
		}
		return out
	}
	stove := []string{"没法做饭了黑灯瞎火", "黑灯瞎火的做不了饭", "没法做饭，黑灯瞎火一晚上"}
	cases := []struct {
		name    string
		lessons []Example
		told    string // how it is refused, "" when it is written
	}{
		{"what staff said helps", lessons("power_outage", stove...), ""},
		{"it does not", lessons("streetlight", append(stove, "停电", "家停电", "楼道停电了", "楼里停电", "停电楼", "楼道里没电停电")...), "sub-category accuracy fell"},
	}
	for _, c := range cases {
		r := Renewal{Training: taught, Lessons: c.lessons, Running: running, Frozen: []string{frozen}}
		r.Out = filepath.Join(t.TempDir(), "own.gz")
		var said bytes.Buffer
		err := RunRenew(&said, r)
		_, missing := os.Stat(r.Out)
		if c.told == "" && (err != nil || missing != nil || !strings.Contains(said.String(), "the candidate")) {
			t.Errorf("%s: %v, %v\n%s", c.name, err, missing, &said)
		}
		if c.told != "" && (!errors.Is(err, ErrWorse) || !strings.Contains(err.Error(), "\n  "+c.told) || missing == nil) {
			t.Errorf("%s: %v, written: %v\n%s", c.name, err, missing == nil, &said)
		}
	}
	r := Renewal{Training: taught, Running: running, Frozen: []string{taught.Paths[0]}}
	if err := os.WriteFile(r.Frozen[0], []byte("text\tcategory\n路灯坏了\tstreetlight\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readFrozen(r); err == nil || !strings.Contains(err.Error(), "cannot judge") {
		t.Errorf("messages without dangers: %v", err)
	}
}
