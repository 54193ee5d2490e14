package classify

import (
	"testing"

	"gridbot/task"
)

func categories(t testing.TB) *task.Categories {
	t.Helper()
	c, err := task.DefaultCategories()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
