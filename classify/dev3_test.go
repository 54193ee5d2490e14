package classify

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"gridbot/task"
)

func TestDev3(t *testing.T) {
	if os.Getenv("DEV3") == "" {
		return
	}
	cats, _ := task.DefaultCategories()
	m, _ := ReadModel(bytes.NewReader(modelFile))
	k, _ := NewWithModel(cats, m)
	for _, f := range []string{"../testdata/eval/held-out.tsv", "/work/shared/data/labelled/examples.tsv"} {
		ex, _ := ReadExampleFiles(f)
		conf := map[string]int{}
		v := map[string]int{}
		for _, e := range ex {
			r := k.Classify(e.Text)
			if r.Intent != e.Intent {
				conf[fmt.Sprintf("%s→%s", e.Intent, r.Intent)]++
			}
			ok := r.Intent == e.Intent
			if e.Intent.Request() {
				ok = len(r.Guesses) > 0 && e.Accepts(r.Guesses[0].Category)
			}
			if len(r.Guesses) > 1 && r.Verdict == AskTwo {
				ok = e.Accepts(r.Guesses[0].Category) || e.Accepts(r.Guesses[1].Category)
			}
			v[fmt.Sprint(r.Verdict, ok)]++
		}
		fmt.Println(f, conf, v)
	}
	b, _ := os.ReadFile("/work/shared/data/smp2017/train.tsv")
	n, wrong, sure := 0, 0, 0
	by := map[string]int{}
	for _, l := range strings.Split(string(b), "\n") {
		a, c, ok := strings.Cut(l, "\t")
		if !ok {
			continue
		}
		n++
		r := k.Classify(c)
		if r.Intent.Request() {
			wrong++
			by[a]++
			if r.Verdict == Sure {
				sure++
				fmt.Println("SURE", a, c, r.Guesses)
			}
		}
	}
	fmt.Println("smp", n, "request", wrong, "sure", sure, by)
	if os.Getenv("DEV3") == "danger" {
		ex, _ := ReadExampleFiles("testdata/danger.tsv")
		ex2, _ := ReadExampleFiles("examples")
		for _, e := range append(ex, ex2...) {
			d := k.reader.judge(k.reader.scan(e.Text, &scratch{}), nil)
			if (d.Level == 2) != (e.Emergency == 2) {
				fmt.Println(e.Emergency, d.Level, e.Category, e.Text, d.Rule)
			}
		}
	}
}
