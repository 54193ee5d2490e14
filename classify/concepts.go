package classify

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"
)

//go:embed rules/concepts.yaml
var conceptFile []byte

// concepts are groups of words that mean much the same for our purpose. A
// message that names one is marked with the group, so that what the model
// learned from one word of it holds for all of them.
type concepts struct {
	of      map[int32][]uint32 // word number → marks
	effects wordSet            // words that name no matter: a noise, the night, anger
}

// compileConcepts reads concepts.yaml: a map from a group's name to its words.
func compileConcepts(data []byte, list *wordList) (*concepts, error) {
	var groups map[string][]string
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&groups); err != nil {
		return nil, fileError("concepts.yaml", err)
	}
	c := &concepts{of: map[int32][]uint32{}}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		if len(groups[name]) == 0 {
			problems = append(problems, fmt.Errorf("group %q has no words", name))
		}
		mark := nameHash("concept:" + name)
		for _, word := range groups[name] {
			n := list.add(word)
			if slices.Contains(effectGroups, name) {
				c.effects.add(n)
			}
			if !slices.Contains(c.of[n], mark) {
				c.of[n] = append(c.of[n], mark)
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fileError("concepts.yaml", err)
	}
	return c, nil
}

// effectGroups are the groups whose words name what somebody suffers from and not what it comes from.
var effectGroups = []string{"g_noise", "g_night", "g_anger", "g_ask", "g_leader", "g_wish"}

// bare tells whether a scene names nothing beyond an effect.
func (c *concepts) bare(s scene) bool {
	for _, h := range s.hits {
		if len(c.of[h.word]) > 0 && !c.effects.has(h.word) {
			return false
		}
	}
	return true
}

// marks appends the groups a scene names, each once.
func (c *concepts) marks(s scene, ids []uint32) []uint32 {
	start := len(ids)
	for _, h := range s.hits {
		for _, mark := range c.of[h.word] {
			if len(ids)-start < maxMarks && !slices.Contains(ids[start:], mark) {
				ids = append(ids, mark)
			}
		}
	}
	return ids
}

// maxMarks bounds the groups one message is marked with.
const maxMarks = 40

// nameHash gives a name a number that does not change when others are added.
func nameHash(name string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(name))
	return h.Sum32()
}
