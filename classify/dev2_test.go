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
	_, rep, err := Train(ex, TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range rep.Doubts {
		fmt.Printf("%.2f %s|%s → %s  %s\n", d.P, d.Example.Intent, d.Example.Category, d.Guess, d.Example.Text)
	}
}
