package task

import (
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed categories.yaml
var defaultCategories []byte

// Unclassified is the category of a matter nobody has named yet.
const Unclassified = "unclassified"

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
	Categories []struct {
		ID       string    `yaml:"id"`
		Name     string    `yaml:"name"`
		Platform string    `yaml:"platform"`
		Subs     []subFile `yaml:"subs"`
	} `yaml:"categories"`
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

// ParseCategories reads a category file (see categories.yaml for its form).
// Unknown keys are refused, and every mistake is reported, not only the first.
func ParseCategories(data []byte) (*Categories, error) {
	var file categoryFile
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("task: category file: %w", err)
	}
	c := &Categories{byID: map[string]int{}, byName: map[string]int{}}
	var problems []error
	for _, m := range file.Categories {
		c.mains = append(c.mains, m.ID)
		for _, s := range m.Subs {
			leaf, err := s.category(m.ID, m.Name, m.Platform)
			if err == nil {
				err = c.add(leaf)
			}
			problems = append(problems, err)
		}
	}
	if _, ok := c.byID[Unclassified]; !ok {
		problems = append(problems, fmt.Errorf("task: category file: %q is missing; matters nobody has named need it", Unclassified))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return c, nil
}

func (s subFile) category(main, mainName, platform string) (Category, error) {
	if s.Platform != "" {
		platform = s.Platform
	}
	leaf := Category{ID: s.ID, Name: s.Name, Main: main, MainName: mainName, Urgency: Urgency(s.Urgency),
		Handlers: s.Handlers, Confidential: s.Confidential, Platform: platform}
	finish, err := ParseTerm(s.Finish)
	leaf.Finish = finish
	switch {
	case s.ID == "" || s.Name == "":
		return leaf, fmt.Errorf("task: category %q %q: id and name are both needed", s.ID, s.Name)
	case len([]rune(s.Name)) > 30:
		return leaf, fmt.Errorf("task: category %s: name longer than 30 characters", s.ID)
	case !leaf.Urgency.Valid():
		return leaf, fmt.Errorf("task: category %s: urgency %q unknown", s.ID, s.Urgency)
	case err != nil:
		return leaf, fmt.Errorf("task: category %s: %w", s.ID, err)
	}
	return leaf, nil
}

func (c *Categories) add(leaf Category) error {
	if _, twice := c.byID[leaf.ID]; twice {
		return fmt.Errorf("task: category %s stands twice", leaf.ID)
	}
	c.byID[leaf.ID] = len(c.leaves)
	c.byName[leaf.Name] = len(c.leaves)
	c.leaves = append(c.leaves, leaf)
	return nil
}

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
