package classify

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed rules/danger.yaml
var dangerFile []byte

// dangerRule is one compiled rule.
type dangerRule struct {
	name, kind, category string
	id                   uint32 // base of the feature numbers of its levels
	level                int
	trigger              wordSet
	near                 []wordSet
	veto                 wordSet
	window               int32
	firm                 bool
	short                bool // counts only in a message of a few words
}

// modifiers are the word lists that change what any rule says.
type modifiers struct {
	negation, nobody, affirmed, lookalike, unreal, past, longago, cleared, now, question, asked, feared, haste wordSet
}

// dangerRules is the compiled rule file.
type dangerRules struct {
	rules    []dangerRule
	triggers wordSet // of all rules of level 2
	mods     modifiers
	signs    []sign              // the named word lists
	kinds    map[string]string   // category → kind, for dangers that only the model saw
	heard    map[string]*wordSet // kind → triggers of its rules, one of which the model needs before it raises that kind
}

// sign is a named word list as a feature: one sign of a danger, where a rule
// wants several together.
type sign struct {
	id    uint32
	words wordSet
}

// dangerYAML is the form of rules/danger.yaml, explained at its top.
type dangerYAML struct {
	Words     map[string][]string `yaml:"words"`
	Classes   map[string][]string `yaml:"classes"`
	Modifiers map[string][]string `yaml:"modifiers"`
	Kinds     map[string]string   `yaml:"kinds"`
	Heard     []string            `yaml:"heard"`
	Sounds    []string            `yaml:"sounds"`
	Rules     []struct {
		Name     string     `yaml:"name"`
		Kind     string     `yaml:"kind"`
		Category string     `yaml:"category"`
		Level    int        `yaml:"level"`
		Any      []string   `yaml:"any"`
		Near     [][]string `yaml:"near"`
		Veto     []string   `yaml:"veto"`
		Window   int32      `yaml:"window"`
		Firm     bool       `yaml:"firm"`
		Short    bool       `yaml:"short"`
	} `yaml:"rules"`
}

// defaultWindow is how many characters may lie between a trigger and its
// companion when the rule does not say.
const defaultWindow = 12

// compileDanger reads a rule file and adds its words to the list. Every mistake
// is reported, not only the first.
func compileDanger(data []byte, list *wordList) (*dangerRules, error) {
	var file dangerYAML
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return nil, fmt.Errorf("classify: danger rules: %w", err)
	}
	c := &ruleCompiler{words: map[string][]string{}, list: list}
	maps.Copy(c.words, file.Classes)
	for name, words := range file.Words {
		if c.words[name] != nil {
			c.problem("word list %q stands in words and in classes", name)
		}
		c.words[name] = words
	}
	d := &dangerRules{kinds: file.Kinds, mods: c.modifiers(file.Modifiers), heard: map[string]*wordSet{}}
	for _, name := range slices.Sorted(maps.Keys(file.Words)) {
		d.signs = append(d.signs, sign{nameHash("sign:" + name), c.set(file.Words[name])})
	}
	for _, word := range file.Sounds {
		if len([]rune(word)) < 2 {
			c.problem("sounds: %q is too short to be known by its sound", word)
			continue
		}
		list.addByEar(word)
	}
	for _, kind := range file.Heard {
		d.heard[kind] = &wordSet{}
	}
	for _, y := range file.Rules {
		r := dangerRule{id: nameHash("rule:" + y.Name), name: y.Name, kind: y.Kind, category: y.Category, level: y.Level, firm: y.Firm, short: y.Short, window: y.Window}
		if r.window == 0 {
			r.window = defaultWindow
		}
		if r.name == "" || r.kind == "" || r.level < 1 || r.level > 2 || len(y.Any) == 0 {
			c.problem("rule %q: name, kind, level 1 or 2 and any are needed", y.Name)
		}
		r.trigger, r.veto = c.set(y.Any), c.set(y.Veto)
		if r.level == 2 {
			c.fill(&d.triggers, y.Any, 0)
			if set := d.heard[r.kind]; set != nil {
				c.fill(set, y.Any, 0)
			}
		}
		for _, group := range y.Near {
			r.near = append(r.near, c.set(group))
		}
		d.rules = append(d.rules, r)
	}
	if err := errors.Join(c.problems...); err != nil {
		return nil, err
	}
	return d, nil
}

// ruleCompiler turns lists of words into sets of word numbers.
type ruleCompiler struct {
	words    map[string][]string
	list     *wordList
	problems []error
}

func (c *ruleCompiler) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf("classify: danger rules: "+format, args...))
}

// set numbers words; $name stands for a named list.
func (c *ruleCompiler) set(words []string) wordSet {
	var s wordSet
	c.fill(&s, words, 0)
	return s
}

// maxNesting is how deep a named list may name others.
const maxNesting = 4

func (c *ruleCompiler) fill(s *wordSet, words []string, depth int) {
	for _, w := range words {
		name, named := strings.CutPrefix(w, "$")
		switch {
		case !named && w != "":
			s.add(c.list.add(w))
		case depth == maxNesting || len(c.words[name]) == 0:
			c.problem("word list %q is empty, unknown or names itself", name)
		default:
			c.fill(s, c.words[name], depth+1)
		}
	}
}

func (c *ruleCompiler) modifiers(lists map[string][]string) modifiers {
	var m modifiers
	at := map[string]*wordSet{"negation": &m.negation, "affirmed": &m.affirmed, "lookalike": &m.lookalike,
		"unreal": &m.unreal, "past": &m.past, "now": &m.now, "question": &m.question, "nobody": &m.nobody, "cleared": &m.cleared, "longago": &m.longago, "asked": &m.asked, "feared": &m.feared, "haste": &m.haste}
	for name, words := range lists {
		if to, known := at[name]; known {
			*to = c.set(words)
			delete(at, name)
		} else {
			c.problem("modifier %q unknown", name)
		}
	}
	for name := range at {
		c.problem("modifier %q is missing", name)
	}
	return m
}
