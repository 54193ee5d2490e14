package task

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

//go:embed categories.yaml
var defaultCategories []byte

// Unclassified is the category of a matter nobody has named yet.
const Unclassified = "unclassified"

// StaffComplaint is the category of a complaint about a worker, which never
// reaches that worker.
const StaffComplaint = "staff_complaint"

// Category is one kind of matter, a leaf of the tree.
type Category struct {
	ID           string   // stable; used in code, exports and test data
	Name         string   // what people read, at most 30 characters
	Main         string   // id of the main category
	MainName     string   // its name
	Urgency      Urgency  // the usual urgency; a danger rule may raise it
	Finish       Term     // the time to finish
	Handlers     []string // whom the owner calls in, in this order
	Confidential bool     // seen by the handler and the head only, never inside the grid it may concern
	Platform     string   // the township platform it belongs to
}

// Term is a time to finish: either hours round the clock or working days.
type Term struct {
	Hours    int
	Workdays int
}

// ParseTerm reads "4h" (hours round the clock) or "3d" (working days).
func ParseTerm(s string) (Term, error) {
	if len(s) < 2 {
		return Term{}, fmt.Errorf("task: finish %q: want a number and h or d", s)
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n <= 0 || n > 1000 {
		return Term{}, fmt.Errorf("task: finish %q: want a positive number and h or d", s)
	}
	switch s[len(s)-1] {
	case 'h':
		return Term{Hours: n}, nil
	case 'd':
		return Term{Workdays: n}, nil
	}
	return Term{}, fmt.Errorf("task: finish %q: want h (hours) or d (working days)", s)
}

// String is the inverse of ParseTerm.
func (f Term) String() string {
	if f.Hours > 0 {
		return strconv.Itoa(f.Hours) + "h"
	}
	return strconv.Itoa(f.Workdays) + "d"
}

// Categories is the tree: main categories with their leaves, in file order.
// It is immutable and safe for concurrent use.
type Categories struct {
	leaves []Category
	byID   map[string]int
	byName map[string]int
	mains  []string
}

// DefaultCategories is the tree the project ships.
func DefaultCategories() (*Categories, error) { return ParseCategories(defaultCategories) }

type categoryFile struct {
	Categories []mainFile `yaml:"categories"`
}

type mainFile struct {
	ID       string    `yaml:"id"`
	Name     string    `yaml:"name"`
	Platform string    `yaml:"platform"`
	Subs     []subFile `yaml:"subs"`
}

type subFile struct {
	ID           string   `yaml:"id"`
	Name         string   `yaml:"name"`
	Urgency      string   `yaml:"urgency"`
	Finish       string   `yaml:"finish"`
	Handlers     []string `yaml:"handlers"`
	Confidential bool     `yaml:"confidential"`
	Platform     string   `yaml:"platform"`
}

// nameRunes is how long a category's name may be, so that it fits a menu line.
const nameRunes = 30

// ParseCategories reads a category file (see categories.yaml for its form).
// Unknown keys are refused, and every mistake is reported, not only the first.
func ParseCategories(data []byte) (*Categories, error) {
	var file categoryFile
	var problems []error
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		problems = append(problems, fmt.Errorf("task: category file: %w", err))
		var wrong *yaml.TypeError // what it could read is still looked at
		if !errors.As(err, &wrong) {
			return nil, problems[0]
		}
	}
	c := &Categories{byID: map[string]int{}, byName: map[string]int{}}
	for _, m := range file.Categories {
		problems = append(problems, c.addMain(m)...)
	}
	if _, ok := c.byID[Unclassified]; !ok {
		problems = append(problems, fmt.Errorf("task: category file: %q is missing; matters nobody has named need it", Unclassified))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return c, nil
}

// addMain puts a main category and its leaves into the tree and returns all
// that is wrong with them.
func (c *Categories) addMain(m mainFile) (problems []error) {
	if m.ID == "" || m.Name == "" {
		problems = append(problems, fmt.Errorf("task: main category %q %q: id and name are both needed", m.ID, m.Name))
	}
	if slices.Contains(c.mains, m.ID) {
		problems = append(problems, fmt.Errorf("task: main category %s stands twice", m.ID))
	}
	if len(m.Subs) == 0 {
		problems = append(problems, fmt.Errorf("task: main category %s has no categories", m.ID))
	}
	c.mains = append(c.mains, m.ID)
	for _, s := range m.Subs {
		problems = append(problems, c.add(s.category(m))...)
	}
	return problems
}

// category is the leaf as the file gives it. A finish that cannot be read is
// left out and comes back as the error.
func (s subFile) category(m mainFile) (Category, error) {
	finish, err := ParseTerm(s.Finish)
	leaf := Category{ID: s.ID, Name: s.Name, Main: m.ID, MainName: m.Name, Urgency: Urgency(s.Urgency), Finish: finish,
		Handlers: s.Handlers, Confidential: s.Confidential, Platform: m.Platform}
	if s.Platform != "" {
		leaf.Platform = s.Platform
	}
	return leaf, err
}

// add puts a leaf into the tree and returns all that is wrong with it,
// beginning with what was wrong with its finish.
func (c *Categories) add(leaf Category, finish error) (problems []error) {
	wrong := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("task: category %s: "+format, append([]any{leaf.ID}, args...)...))
	}
	if finish != nil {
		wrong("%w", finish)
	}
	if leaf.ID == "" || leaf.Name == "" {
		wrong("id and name are both needed (name %q)", leaf.Name)
	}
	if utf8.RuneCountInString(leaf.Name) > nameRunes {
		wrong("name longer than %d characters", nameRunes)
	}
	if !leaf.Urgency.Valid() {
		wrong("urgency %q unknown", leaf.Urgency)
	}
	if !slices.Contains(platforms(), leaf.Platform) {
		wrong("platform %q unknown", leaf.Platform)
	}
	if len(leaf.Handlers) == 0 {
		wrong("no handlers")
	}
	if _, twice := c.byID[leaf.ID]; twice && leaf.ID != "" {
		wrong("the id stands twice")
	}
	if i, twice := c.byName[leaf.Name]; twice && leaf.Name != "" {
		wrong("the name %s is that of %s too", leaf.Name, c.leaves[i].ID)
	}
	c.byID[leaf.ID] = len(c.leaves)
	c.byName[leaf.Name] = len(c.leaves)
	c.leaves = append(c.leaves, leaf)
	return problems
}

// platforms lists the four township platforms: 综治工作, 综合执法, 市场监管, 服务.
func platforms() []string { return []string{"public_security", "enforcement", "market", "service"} }

// Get finds a category by its id.
func (c *Categories) Get(id string) (Category, bool) {
	i, ok := c.byID[id]
	if !ok {
		return Category{}, false
	}
	return c.leaves[i], true
}

// All lists the leaves in file order. The caller must not change the slice.
func (c *Categories) All() []Category { return c.leaves }

// Mains lists the ids of the main categories in file order.
func (c *Categories) Mains() []string { return c.mains }

// Match finds the categories a person may mean by a word: the exact id or name,
// else every name that contains the word. One result is an answer, several are
// a question, none is a no.
func (c *Categories) Match(word string) []Category {
	word = strings.TrimSpace(word)
	if word == "" {
		return nil
	}
	if leaf, ok := c.Get(word); ok {
		return []Category{leaf}
	}
	if i, ok := c.byName[word]; ok {
		return []Category{c.leaves[i]}
	}
	var found []Category
	for _, leaf := range c.leaves {
		if strings.Contains(leaf.Name, word) {
			found = append(found, leaf)
		}
	}
	return found
}
