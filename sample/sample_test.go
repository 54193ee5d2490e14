package sample

import (
	"encoding/csv"
	"strings"
	"testing"
)

// rows reads a file and checks that every row is as long as its heading.
func rows(t *testing.T, data []byte) [][]string {
	t.Helper()
	list, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list[1:]
}

func TestAreasAreAWholeStreet(t *testing.T) {
	levels := make(map[string]int)
	for _, r := range rows(t, Areas) {
		levels[r[1]]++
	}
	for level, want := range map[string]int{"街道": 1, "社区": 2, "网格": 6, "微网格": 36} {
		if levels[level] != want {
			t.Errorf("%s: %d, want %d", level, levels[level], want)
		}
	}
}

func TestStaffFillEveryKindOfPost(t *testing.T) {
	posts, names := make(map[string]int), make(map[string]int)
	list := rows(t, Staff)
	for _, r := range list {
		posts[r[2]]++
		names[r[1]]++
	}
	for post, want := range map[string]int{"街道指挥室": 2, "社区书记": 2, "网格长": 6, "专职网格员": 6, "兼职网格员": 2, "网格指导员": 1, "物业": 2,
		"城管": 1, "市政": 1, "业委会": 1, "志愿者": 1} {
		if posts[post] != want {
			t.Errorf("%s: %d, want %d", post, posts[post], want)
		}
	}
	if len(list) != 25 || len(names) != 24 {
		t.Errorf("%d people with %d names, want 25 with one name shared by two", len(list), len(names))
	}
}
