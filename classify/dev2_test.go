package classify

import (
	"fmt"
	"os"
	"testing"
)

func TestDev2(t *testing.T) {
	if os.Getenv("DEV2") == "" {
		return
	}
	ex, _ := ReadExampleFiles("examples")
	r, _ := newReader()
	o := DefaultTraining()
	set, _ := newTrainingSet(r, ex, o)
	f := set.crossPredict(o)
	f.scale(f.heats())
	for _, gate := range []float32{.1, .15, .2, .25, .3, .4, .5} {
		var n, rule, both, calm, fa, faRule, zero int
		for i, p := range f.logits {
			e := set.examples[i]
			sc := r.scan(e.Text, &scratch{})
			d := r.judge(sc, nil)
			p2 := p[set.heads.danger()+2]
			c := r.danger.calm(sc)
			if e.Emergency == 2 {
				n++
				if d.Level == 2 {
					rule++
				}
				if d.Level == 2 || p2 >= gate && !c {
					both++
				} else if c && p2 >= gate {
					calm++
				}
			}
			if e.Emergency == 0 {
				zero++
				if d.Level == 2 {
					faRule++
				}
				if d.Level == 2 || p2 >= gate && !c {
					fa++
				}
			}
		}
		fmt.Printf("gate %.2f: n %d rule %d both %d lostcalm %d | zero %d farule %d fa %d\n", gate, n, rule, both, calm, zero, faRule, fa)
	}
}
