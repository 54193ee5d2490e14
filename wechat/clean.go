package wechat

import (
	"strings"
	"unicode/utf8"
)

// The platform fails text above 2,048 bytes; the product stays below it.
const (
	maxReplyRunes = 600
	maxReplyBytes = 1800
	ellipsis      = "…"
	joiner        = '\u200d' // builds one emoji out of several
)

// Clean makes text fit to keep, show and send: broken UTF-8 and control
// characters are taken out, line ends become \n, tabs stay. Invisible
// characters without meaning (zero-width space, word joiner, byte order mark)
// and those that turn the writing direction of what follows go too; the joiner
// that emoji are built with stays. Clean text is returned as it is, without an
// allocation.
func Clean(text string) string {
	first := firstUnclean(text)
	if first < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	b.WriteString(text[:first])
	for i := first; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\r':
			if !strings.HasPrefix(text[i+1:], "\n") {
				b.WriteByte('\n')
			}
		case r == utf8.RuneError && size == 1, unwanted(r):
		default:
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	return b.String()
}

// firstUnclean is the index of the first byte clean would change, or -1.
func firstUnclean(text string) int {
	for i, r := range text {
		if r == '\r' || unwanted(r) {
			return i
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return -1
}

// unwanted reports whether r is a control character other than tab and line
// feed, a noncharacter, or invisible and without meaning.
func unwanted(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\n' && r != '\t'
	case r < 0x7f:
		return false
	case r < 0xa0: // DEL and the C1 controls
		return true
	case r == 0x200b || r == 0x2060 || r == 0xfeff:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r&0xfffe == 0xfffe // U+FFFE, U+FFFF and their like on every plane
}

// Clip shortens text to 600 characters and 1,800 bytes, whichever is reached
// first, and marks the cut with an ellipsis that counts in both. It never cuts
// inside a character, and not before a mark that belongs to the one before it.
// Shorter text is returned as it is.
func Clip(text string) string {
	return clip(text, maxReplyRunes, maxReplyBytes)
}

// clip is Clip for any limits.
func clip(text string, maxRunes, maxBytes int) string {
	if len(text) <= maxBytes && utf8.RuneCountInString(text) <= maxRunes {
		return text
	}
	runes, cut, last := 0, 0, rune(0)
	for i, r := range text {
		if runes >= maxRunes || i > maxBytes-len(ellipsis) {
			break
		}
		if !joins(r) && last != joiner {
			cut = i
		}
		runes, last = runes+1, r
	}
	return text[:cut] + ellipsis
}

// joins reports whether r belongs to the character before it: the joiner of
// emoji, variation selectors, skin tones, the enclosing keycap.
func joins(r rune) bool {
	return r == joiner || r >= 0xfe00 && r <= 0xfe0f || r >= 0x1f3fb && r <= 0x1f3ff || r == 0x20e3
}
