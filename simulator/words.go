package simulator

import (
	_ "embed"
	"encoding/json"
	"strings"
)

//go:embed words.json
var wordsFile []byte

// words are WeChat's own lines by their note; {} stands for a detail such as the
// scene of a code.
type words map[string]string

// readWords panics for a broken file, because it is part of the program.
func readWords() words {
	w := words{}
	if err := json.Unmarshal(wordsFile, &w); err != nil {
		panic("simulator: words.json: " + err.Error())
	}
	return w
}

func (w words) system(note, detail string) string {
	return strings.ReplaceAll(w[note], "{}", detail)
}
