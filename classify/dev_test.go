package classify

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"gridbot/task"
)

func TestDev(t *testing.T) {
	if os.Getenv("DEV") == "" {
		return
	}
	cats, _ := task.DefaultCategories()
	var m *Model
	if os.Getenv("DEV") == "train" {
		ex, err := ReadExampleFiles("examples")
		if err != nil {
			fmt.Println(err)
		}
		if err := CheckCategories(cats, ex); err != nil {
			fmt.Println(err)
		}
		var rep Report
		m, rep, err = Train(ex, TrainOptions{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Print(rep)
		var b bytes.Buffer
		m.Write(&b)
		fmt.Println("model bytes", b.Len())
		os.WriteFile("model.gz", b.Bytes(), 0o644)
	} else {
		var err error
		m, err = ReadModel(bytes.NewReader(modelFile))
		if err != nil {
			t.Fatal(err)
		}
	}
	k, err := NewWithModel(cats, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []string{"testdata/danger.tsv", "../testdata/eval/held-out.tsv", "/work/shared/data/labelled/examples.tsv"} {
		fmt.Println(f)
		RunEval(os.Stdout, k, f, false)
	}
}
