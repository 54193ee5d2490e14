package classify

import (
	_ "embed"
	"strings"
	"sync"
)

//go:generate sh -c "cd gen && go run . -out ../tables"

//go:embed tables/simplified.txt
var simplifiedFile string

//go:embed tables/pinyin.txt
var pinyinFile string

// The block of Chinese characters that both tables cover.
const (
	firstHan = 0x4E00
	lastHan  = 0x9FFF
)

// tables are the two character tables in the form the hot path reads them:
// indexed by the character minus firstHan.
type tables struct {
	simple   [lastHan - firstHan + 1]uint16 // the simplified character's index
	syllable [lastHan - firstHan + 1]uint16 // 0 = no known reading
}

// charTables is read once and never changed afterwards.
var charTables = sync.OnceValue(loadTables)

func loadTables() *tables {
	t := &tables{}
	for i := range t.simple {
		t.simple[i] = uint16(i)
	}
	for _, pair := range strings.Fields(simplifiedFile) {
		if r := []rune(pair); len(r) == 2 && isHan(r[0]) && isHan(r[1]) {
			t.simple[r[0]-firstHan] = uint16(r[1] - firstHan)
		}
	}
	numbers := map[string]uint16{}
	for line := range strings.Lines(pinyinFile) {
		name, chars, _ := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		name = heard(name)
		n, known := numbers[name]
		if !known {
			n = uint16(len(numbers) + 1)
			numbers[name] = n
		}
		for _, r := range chars {
			if isHan(r) {
				t.syllable[r-firstHan] = n
			}
		}
	}
	return t
}

// heard is a syllable as people of the south speak it and voice input hears it:
// zh, ch, sh as z, c, s, and -ng as -n.
func heard(syllable string) string {
	if len(syllable) > 1 && syllable[1] == 'h' {
		syllable = syllable[:1] + syllable[2:]
	}
	for _, v := range []string{"a", "e", "i"} {
		if strings.HasSuffix(syllable, v+"ng") {
			return syllable[:len(syllable)-1]
		}
	}
	return syllable
}

func isHan(r rune) bool { return r >= firstHan && r <= lastHan }

// simplify gives the simplified form of a character, or the character itself.
func (t *tables) simplify(r rune) rune {
	if isHan(r) {
		return rune(t.simple[r-firstHan]) + firstHan
	}
	return r
}

// sound numbers a character's toneless syllable; 0 when it has none.
func (t *tables) sound(r rune) uint16 {
	if isHan(r) {
		return t.syllable[r-firstHan]
	}
	return 0
}
