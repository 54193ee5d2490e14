package classify

import (
	"fmt"
	"os"
	"testing"

	"gridbot/task"
)

func TestDev2(t *testing.T) {
	if os.Getenv("DEV2") == "" {
		return
	}
	cats, _ := task.DefaultCategories()
	ex, _ := ReadExampleFiles("examples")
	for f := range 2 {
		var tr, te []Example
		for i, e := range ex {
			if i%5 == f {
				te = append(te, e)
			} else {
				tr = append(tr, e)
			}
		}
		m, _, err := Train(tr, TrainOptions{Folds: 2})
		if err != nil {
			t.Fatal(err)
		}
		k, _ := NewWithModel(cats, m)
		fmt.Println("fold", Evaluate(k, te))
		l, _ := ReadExampleFiles("../testdata/eval/held-out.tsv")
		fmt.Println("held", Evaluate(k, l))
		l, _ = ReadExampleFiles("/work/shared/data/labelled/examples.tsv")
		fmt.Println("labelled", Evaluate(k, l))
	}
}
