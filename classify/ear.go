package classify

// soundWord is a word that is found by ear too: voice input and the keyboard put
// another character of the same sound in its place (出电 for 触电).
type soundWord struct {
	word  int32
	chars []rune
}

// addByEar makes a word be found by its sound as well.
func (l *wordList) addByEar(word string) {
	w := soundWord{l.add(word), clean(word, nil)}
	first := charTables().sound(w.chars[0])
	l.sounds[first] = append(l.sounds[first], w)
}

// findByEar appends the words that sound like what stands at i.
func (l *wordList) findByEar(rs []rune, i int, buf []hit) []hit {
	s := charTables().sound(rs[i])
	if s == 0 {
		return buf
	}
	for _, w := range l.sounds[s] {
		if len(buf) < maxHits && w.heardAt(rs, i) {
			buf = append(buf, hit{word: w.word, from: int32(i), to: int32(i + len(w.chars))})
		}
	}
	return buf
}

// heardAt tells whether the word is heard at i: every syllable is its own and at
// least one character too, for whole words of other characters sound alike by
// chance. The word as it is written is not meant; find has it already.
func (w soundWord) heardAt(rs []rune, i int) bool {
	if i+len(w.chars) > len(rs) {
		return false
	}
	t, same := charTables(), 0
	for k, r := range w.chars {
		switch other := rs[i+k]; {
		case other == r:
			same++
		case t.sound(other) == 0 || t.sound(other) != t.sound(r):
			return false
		}
	}
	return same > 0 && same < len(w.chars)
}
