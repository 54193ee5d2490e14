package sample

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"math/rand/v2"
	"strconv"
	"strings"
)

// The size of the city: figures of a real one with 6.6 million people. Counties,
// streets and communities are what such a city has.
const (
	CityCounties    = 9
	CityStreets     = 131
	CityCommunities = 2980
	CityGrids       = 7734
	CityMicrogrids  = 43011
	CityHeads       = 7734 // 网格长
	CityFullTime    = 8039 // 专职网格员
	CityGuides      = 7242 // 网格指导员
	CityPeople      = CityHeads + CityFullTime + CityGuides
)

// cityWords are the words names are made of.
//
//go:embed city.txt
var cityWords string

// City makes a whole city, the same for the same seed: its areas and its people,
// in the form of Areas and Staff. All of its names are made up. Every grid has a
// 网格长 and a 专职网格员; a 网格长 of each community is its secretary too, and of
// each street's 网格指导员 two are its dispatchers and one is its leader, so that a
// person may hold two posts. One person in fifty is on leave.
func City(seed uint64) (areas, staff []byte) {
	c := &city{r: rand.New(rand.NewPCG(seed, seed)), words: readWords(cityWords)}
	c.areas, c.staff = newSheet(c.words["areas.heading"]), newSheet(c.words["staff.heading"])
	c.build()
	c.hire()
	return c.areas.text(), c.staff.text()
}

// city is a city being built.
type city struct {
	r            *rand.Rand
	words        map[string][]string
	areas, staff *sheet
	ground       []precinct
	grids        int // how many there are
	microgrids   []int
	people       int // how many have been hired
}

// precinct is a street with the grids of each of its communities.
type precinct struct {
	id          string
	communities []quarter
}

// quarter is a community with its grids.
type quarter struct {
	id    string
	grids []string
}

// readWords reads "key = words" lines.
func readWords(text string) map[string][]string {
	words := make(map[string][]string)
	for line := range strings.Lines(text) {
		key, list, ok := strings.Cut(line, "=")
		if ok && !strings.HasPrefix(line, "#") {
			words[strings.TrimSpace(key)] = strings.Fields(list)
		}
	}
	return words
}

// sheet is a csv file being written into memory, which cannot fail.
type sheet struct {
	b bytes.Buffer
	w *csv.Writer
}

func newSheet(heading []string) *sheet {
	s := &sheet{}
	s.w = csv.NewWriter(&s.b)
	s.row(heading...)
	return s
}

func (s *sheet) row(cells ...string) { _ = s.w.Write(cells) }

func (s *sheet) text() []byte {
	s.w.Flush()
	return s.b.Bytes()
}

// pick is a word of a list.
func (c *city) pick(list string) string {
	words := c.words[list]
	return words[c.r.IntN(len(words))]
}

// name is two syllables and an ending out of a list.
func (c *city) name(endings string) string { return c.called(c.pick(endings)) }

// called is two syllables and this ending.
func (c *city) called(ending string) string { return c.pick("syllable") + c.pick("syllable") + ending }

// split deals total out to n heaps, at least one to each.
func (c *city) split(total, n int) []int {
	heaps := make([]int, n)
	for i := range heaps {
		heaps[i] = 1
	}
	for range total - n {
		heaps[c.r.IntN(n)]++
	}
	return heaps
}

// list joins the items of one cell.
func (c *city) list(items ...string) string { return strings.Join(items, c.words["join"][0]) }

// number writes n with two digits at least.
func number(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
