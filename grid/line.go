package grid

import (
	"slices"
	"strconv"
	"strings"
)

// line is a text folded rune by rune, with the way back to its bytes.
type line struct {
	text string
	r    []rune
	at   []int32 // at[i] is the byte where r[i] began; one more entry for the end
}

// newLine folds a text.
func newLine(text string) line {
	l := line{text, make([]rune, 0, len(text)/2+4), make([]int32, 0, len(text)/2+5)}
	for i, c := range text {
		l.r, l.at = append(l.r, foldRune(c)), append(l.at, int32(i))
	}
	l.at = append(l.at, int32(len(text)))
	return l
}

// get is the rune at i, 0 outside the line.
func (l line) get(i int) rune {
	if i < 0 || i >= len(l.r) {
		return 0
	}
	return l.r[i]
}

// is reports whether the word stands at i.
func (l line) is(i int, word string) bool {
	for _, c := range word {
		if l.get(i) != c {
			return false
		}
		i++
	}
	return true
}

// after returns the place behind the first of the words that stands at i, or
// behind one space and such a word.
func (l line) after(i int, words ...string) (int, bool) {
	if l.get(i) == ' ' {
		i++
	}
	for _, w := range words {
		if l.is(i, w) {
			return i + len([]rune(w)), true
		}
	}
	return i, false
}

// wordSet is a list of words by the rune they are looked up by, their first or
// their last, the longest first.
type wordSet map[rune][][]rune

// byFirst is the word list under a key, to be found where a word begins.
func byFirst(key string) wordSet {
	return newWordSet(key, func(w []rune) rune { return w[0] })
}

// byLast is the word list under a key, to be found where a word ends.
func byLast(key string) wordSet {
	return newWordSet(key, func(w []rune) rune { return w[len(w)-1] })
}

// newWordSet folds the words under a key.
func newWordSet(key string, by func([]rune) rune) wordSet {
	set := make(wordSet)
	for _, word := range wordList(key) {
		w := []rune(fold(word))
		set[by(w)] = append(set[by(w)], w)
	}
	for _, list := range set {
		slices.SortStableFunc(list, func(a, b []rune) int { return len(b) - len(a) })
	}
	return set
}

// word returns the place behind the longest word of the set that begins at i.
func (l line) word(i int, set wordSet) (int, bool) {
	for _, w := range set[l.get(i)] {
		if i+len(w) <= len(l.r) && slices.Equal(l.r[i:i+len(w)], w) {
			return i + len(w), true
		}
	}
	return i, false
}

// before returns the place where the longest word of the set that ends at i begins.
func (l line) before(i int, set wordSet) (int, bool) {
	for _, w := range set[l.get(i-1)] {
		if i >= len(w) && slices.Equal(l.r[i-len(w):i], w) {
			return i - len(w), true
		}
	}
	return i, false
}

// token is a number as written: its value in digits ("" for none), the place
// behind it, and whether it was written in Chinese numerals.
type token struct {
	value  string
	digits int
	to     int
	spelt  bool
}

// number reads the number at i: up to four Western digits, perhaps behind one
// letter, or Chinese numerals.
func (l line) number(i int) token {
	if i >= len(l.r) {
		return token{}
	}
	from := i
	if letter(l.get(i)) {
		i++
	}
	for western(l.get(i)) {
		i++
	}
	if i > from {
		return l.western(from, i)
	}
	for numeral(l.get(i)) {
		i++
	}
	n, ok := Numeral(string(l.r[from:min(i, from+9)]))
	if !ok || n == 0 || n > 9999 || i-from > 8 {
		return token{}
	}
	value := strconv.Itoa(n)
	return token{value, len(value), i, true}
}

// western makes a token of the digits, perhaps behind a letter, in [from, to).
func (l line) western(from, to int) token {
	value := string(l.r[from:to])
	if letter(l.r[from]) {
		if letter(l.get(to)) || to-from > 3 {
			return token{}
		}
		return token{value, to - from, to, false}
	}
	if to-from > 4 || strings.Trim(value, "0") == "" {
		return token{}
	}
	return token{trimZeros(value), to - from, to, false}
}

// western reports whether r is a Western digit.
func western(r rune) bool { return r >= '0' && r <= '9' }

// letter reports whether r is a capital Latin letter; folding leaves no others.
func letter(r rune) bool { return r >= 'A' && r <= 'Z' }

// numeral reports whether r can stand in a Chinese numeral.
func numeral(r rune) bool {
	return digit(r) >= 0 || r == '十' || r == '拾' || r == '百' || r == '佰' || r == '廿' || r == '卅'
}
