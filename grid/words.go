package grid

import (
	_ "embed"
	"fmt"
	"strings"
)

// wordsText holds every Chinese word this package shows to a person and every
// word it looks for, one "key = text" a line; it is read once and never written.
//
//go:embed words.txt
var wordsText string

// words is the table of wordsText, read only.
var words = parseWords(wordsText)

// parseWords reads "key = text" lines; blank lines and # comments are skipped.
func parseWords(text string) map[string]string {
	m := make(map[string]string)
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if ok && !strings.HasPrefix(key, "#") {
			m[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return m
}

// named is the text of a key, or other when the table lacks it.
func named(key, other string) string {
	if w, ok := words[key]; ok {
		return w
	}
	return other
}

// say fills the text of a key: the arguments stand where {1}, {2} … are.
func say(key string, args ...string) string {
	text := named(key, key)
	for i, arg := range args {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", i+1), arg)
	}
	return text
}

// wordList is the space separated list under a key.
func wordList(key string) []string { return strings.Fields(words[key]) }
