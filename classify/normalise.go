package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxRunes bounds how much of a message is looked at: the platform never sends
// more, and what matters stands at the front.
const maxRunes = 2048

// Normalise brings the ways of typing the same words together: full width to
// half width, upper to lower case, traditional to simplified characters; control
// characters, zero-width characters, variation selectors and broken UTF-8 are
// dropped; white space and repeated marks become one; a run of digits becomes
// one 0. It is what the model reads. Applying it twice changes nothing.
func Normalise(text string) string {
	buf := collapse(clean(text, nil))
	return string(buf)
}

// clean does all that Normalise does save for the digits and the repetitions,
// which the rules need: 120 and 110 mean something. It appends to buf.
func clean(text string, buf []rune) []rune {
	t := charTables()
	for i, r := range text {
		if len(buf) >= maxRunes {
			break
		}
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD") || dropped(r) {
			continue
		}
		buf = append(buf, fold(t, r))
	}
	return buf
}

// dropped tells whether a character carries nothing: it cannot be seen or only
// modifies the look of the one before it.
func dropped(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return false
	case r < 0x20, r == 0x7F, r == utf8.RuneError:
		return true
	case r < 0xAD:
		return r >= 0x80 && r < 0xA0
	case isHan(r):
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Mn, unicode.Me)
}

// fold maps one character to its plain form.
func fold(t *tables, r rune) rune {
	switch {
	case isHan(r):
		return t.simplify(r)
	case r >= 0xFF01 && r <= 0xFF5E:
		r -= 0xFEE0
	case r == 0x3000, r == '\n', r == '\t', r == '\r':
		return ' '
	}
	switch r {
	case '。', '、', ';':
		return ','
	case '🔥':
		return '火' // written in the middle of a word, as in 着🔥了
	case '“', '”', '‘', '’', '"', '「', '」', '『', '』':
		return '\''
	case '—', '–', '‐', '−', '―':
		return '-'
	}
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	if r > 0xFF && unicode.IsSpace(r) {
		return ' '
	}
	if r >= 0x80 {
		return unicode.ToLower(r)
	}
	return r
}

// collapse works in place: one 0 for a run of digits, one space for a run of
// spaces and none at the ends, one of any repeated mark.
func collapse(rs []rune) []rune {
	out := rs[:0]
	var prev rune = ' '
	for _, r := range rs {
		if r >= '0' && r <= '9' {
			r = '0'
		}
		if r == prev && !unicode.IsLetter(r) {
			continue
		}
		out = append(out, r)
		prev = r
	}
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return out
}
