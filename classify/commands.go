package classify

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

//go:embed rules/commands.yaml
var commandFile []byte

// commands are messages that are known as a whole: one word, a greeting, a
// thank you. They are grammar, not statistics.
type commands map[string]Intent

// compileCommands reads commands.yaml: a map from an intent to whole messages.
func compileCommands(data []byte) (commands, error) {
	var file map[Intent][]string
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&file); err != nil {
		return nil, fileError("commands.yaml", err)
	}
	c := commands{}
	var problems []error
	for intent, words := range file {
		if !intent.Valid() || intent.Request() {
			problems = append(problems, fmt.Errorf("intent %q cannot have commands", intent))
		}
		for _, word := range words {
			key := bare(clean(word, nil))
			if other, twice := c[key]; key == "" || twice && other != intent {
				problems = append(problems, fmt.Errorf("%q is empty, or stands under two intents", word))
			}
			c[key] = intent
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fileError("commands.yaml", err)
	}
	return c, nil
}

// maxCommand is the longest message, in characters, that is looked up whole.
const maxCommand = 16

// intent looks a searched text up, its anchors removed.
func (c commands) intent(rs []rune) (Intent, bool) {
	if len(rs) == 0 || len(rs) > maxCommand {
		return "", false
	}
	i, known := c[bare(rs)]
	return i, known
}

// particles end a sentence without changing what it means.
const particles = "吧啊呀呢哦噢嘛啦哈咯哟喔额嗯"

// bare is a text without marks, spaces and closing particles.
func bare(rs []rune) string {
	var buf [maxCommand * 4]byte
	b := buf[:0]
	end := len(rs)
	for end > 1 && (mark(rs[end-1]) || strings.ContainsRune(particles, rs[end-1])) {
		end--
	}
	for _, r := range rs[:end] {
		if !mark(r) {
			b = append(b, string(r)...)
		}
	}
	return string(b)
}

func mark(r rune) bool { return strings.ContainsRune(" ,.!?~…:'-()·", r) }
