package simulator

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The forms of fields that are digits with something around them.
var (
	numberForm = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	amountForm = regexp.MustCompile(`^[\x{a5}$]?\d{1,10}(\.\d+)?\x{5143}?$`)
	phoneForm  = regexp.MustCompile(`^[\d+\- ]+$`)
)

// fits checks a template field by the official table of parameter types. A field
// of an unknown type takes nothing.
func fits(kind, value string, allowed []string) bool {
	n := utf8.RuneCountInString(value)
	if n == 0 || !utf8.ValidString(value) {
		return false
	}
	switch kind {
	case "thing":
		return n <= 20
	case "phrase":
		return n <= 5 && every(value, isHan)
	case "character_string":
		return n <= 32 && every(value, isPrintableASCII)
	case "letter":
		return n <= 32 && every(value, isLetter)
	case "number":
		return n <= 32 && numberForm.MatchString(value)
	case "symbol":
		return n <= 5 && !strings.ContainsFunc(value, isWordRune)
	case "amount":
		return amountForm.MatchString(value)
	case "phone_number":
		return n <= 17 && phoneForm.MatchString(value)
	case "car_number":
		return n <= 8
	case "name":
		return n <= 10 && every(value, isHan) || n <= 20 && every(value, isPrintableASCII)
	case "date", "time":
		return isTime(value)
	case "const":
		return slices.Contains(allowed, value)
	}
	return false
}

func every(s string, is func(rune) bool) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !is(r) })
}

func isHan(r rune) bool            { return unicode.Is(unicode.Han, r) }
func isPrintableASCII(r rune) bool { return r >= 0x20 && r < 0x7f }
func isLetter(r rune) bool         { return r|0x20 >= 'a' && r|0x20 <= 'z' }
func isWordRune(r rune) bool       { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isTime takes a date, a clock time, both, or a span of two with ~ between.
func isTime(value string) bool {
	from, to, span := strings.Cut(value, "~")
	if span && !isMoment(strings.TrimSpace(to)) {
		return false
	}
	return isMoment(strings.TrimSpace(from))
}

// isMoment normalises the year, month and day marks of Chinese dates, which are
// taken beside the ISO form.
func isMoment(value string) bool {
	iso := strings.NewReplacer("\u5e74", "-", "\u6708", "-", "\u65e5", "", "/", "-").Replace(value)
	for _, layout := range []string{"2006-1-2", "2006-1-2 15:04", "2006-1-2 15:04:05", "15:04", "15:04:05"} {
		if _, err := time.Parse(layout, iso); err == nil {
			return true
		}
	}
	return false
}
