package grid

import (
	"strings"
	"unicode"
)

// foldRune gives characters that mean the same one form: full-width becomes
// half-width, letters capital, any dash '-', any white space ' '. A rune always
// becomes exactly one rune, so spans can be carried back to the original.
func foldRune(r rune) rune {
	switch {
	case r == '_' || r == '＿':
		return '-'
	case r >= '!' && r <= 'z': // the commonest first
	case r >= 0x4E00 && r <= 0x9FFF:
		return r
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case isDash(r):
		return '-'
	case r == '〇' || r == '○' || r == '◯':
		return '零'
	case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff':
		return ' '
	}
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	if r == '＃' || r == '♯' {
		return '#'
	}
	return r
}

// isDash reports whether r is one of the dashes people's keyboards produce for
// the one on a door plate. The tilde is not one: 8~10 is a span of time.
func isDash(r rune) bool {
	switch r {
	case '-', '－', '—', '–', '‐', '‑', '‒', '―', '−', 'ー', '﹣', '─', '_', '＿':
		return true
	}
	return false
}

// fold folds a whole string and trims the white space around it.
func fold(s string) string { return strings.TrimSpace(strings.Map(foldRune, s)) }

// trimZeros takes leading zeros off a building number: 03 is 3.
func trimZeros(s string) string {
	if t := strings.TrimLeft(s, "0"); t != "" && endsInDigit(s) {
		return t
	}
	return s
}

// trimBuilding takes the word for a building off its end: 3号楼 and 3幢 are 3.
func trimBuilding(s string) string {
	for _, w := range wordList("place.building") {
		if t, ok := strings.CutSuffix(s, w); ok && t != "" {
			return t
		}
	}
	return s
}
