package sample

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// The city has the size it says, at every level and in every post.
func TestCityIsOfItsSize(t *testing.T) {
	areas, staff := City(1)
	levels, posts := make(map[string]int), make(map[string]int)
	for _, r := range rows(t, areas) {
		levels[r[1]]++
	}
	for level, want := range map[string]int{"市": 1, "县": CityCounties, "街道": CityStreets, "社区": CityCommunities, "网格": CityGrids, "微网格": CityMicrogrids} {
		if levels[level] != want {
			t.Errorf("%s: %d, want %d", level, levels[level], want)
		}
	}
	people := rows(t, staff)
	first, away := make(map[string]int), 0
	for _, r := range people {
		list := splitCell(r[2])
		first[list[0]]++
		for _, p := range list {
			posts[p]++
		}
		if r[4] == "请假" {
			away++
		}
	}
	if len(people) != 23015 {
		t.Errorf("%d people", len(people))
	}
	for post, want := range map[string]int{"网格长": CityHeads, "专职网格员": CityFullTime, "网格指导员": CityGuides} {
		if first[post] != want {
			t.Errorf("%s: %d people, want %d", post, first[post], want)
		}
	}
	for post, want := range map[string]int{"网格指导员": CityGrids, "社区书记": CityCommunities, "街道指挥室": 2 * CityStreets, "街道领导": CityStreets} {
		if posts[post] != want {
			t.Errorf("%s: %d posts, want %d", post, posts[post], want)
		}
	}
	if away < CityPeople/100 || away > CityPeople/25 {
		t.Errorf("%d people are on leave", away)
	}
}

func splitCell(s string) []string { return strings.Split(s, "；") }

// The same seed makes the same city, another seed another one.
func TestCityComesFromItsSeed(t *testing.T) {
	areas, staff := City(7)
	again, people := City(7)
	other, others := City(8)
	if !bytes.Equal(areas, again) || !bytes.Equal(staff, people) {
		t.Error("one seed made two cities")
	}
	if bytes.Equal(areas, other) || bytes.Equal(staff, others) {
		t.Error("two seeds made one city")
	}
}

// Every id is there once, every parent exists, no street has the number of an
// emergency, and no two communities of a street have one name.
func TestCityHangsTogether(t *testing.T) {
	areas, staff := City(3)
	known, named := map[string]bool{"": true}, make(map[[2]string]bool)
	for _, r := range rows(t, areas) {
		if known[r[0]] || !known[r[3]] {
			t.Fatalf("%v: twice, or before its parent", r)
		}
		known[r[0]] = true
		if r[1] == "街道" && (len(r[0]) > 3 || slices.Contains([]string{"110", "119", "120", "122"}, r[0])) {
			t.Errorf("a street has the id %s", r[0])
		}
		if key := [2]string{r[3], r[2]}; r[1] == "社区" {
			if named[key] {
				t.Errorf("two communities of street %s are called %s", r[3], r[2])
			}
			named[key] = true
		}
	}
	for _, r := range rows(t, staff) {
		list := splitCell(r[3])
		if len(list) != len(splitCell(r[2])) {
			t.Fatalf("%v: posts and areas do not pair", r)
		}
		for _, area := range list {
			if !known[area] {
				t.Fatalf("%v: no area %s", r, area)
			}
		}
	}
}
