package grid

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// mobile is a mobile number in mainland China, the only kind short messages reach.
var mobile = regexp.MustCompile(`^1[3-9]\d{9}$`)

// What may stand around a number: the country's calling code, and what programs that
// take it for an amount make of it, 13912345678.0 and 1.3912345678E+10.
var (
	callingCode = regexp.MustCompile(`^(?:\+|00)?86(1\d{10})$`)
	fraction    = regexp.MustCompile(`\.0+$`)
	scientific  = regexp.MustCompile(`^(\d)(?:\.(\d+))?E\+?(\d{1,2})$`)
)

// rounded is how a number ends of which a spreadsheet kept 1.39E+10. Nobody has such a one.
const rounded = "00000000"

// phone is the mobile number of a row, "" for none. What is wrong with it is told
// without it, because errors are kept in places where no number belongs.
func (r row) phone() string {
	s := r.text("phone")
	if s == "" {
		return ""
	}
	number, wrong := readPhone(s)
	if wrong != "" {
		r.fail("phone", wrong, "")
	}
	return number
}

// readPhone gives the eleven digits of a mobile number, or the code of what is wrong:
// a number that has lost digits is no number.
func readPhone(s string) (number, wrong string) {
	s = strings.Map(onlyNumber, fold(s))
	if p := scientific.FindStringSubmatch(s); p != nil {
		if digits, err := strconv.Atoi(p[3]); err != nil || digits != len(p[2]) {
			return "", "phone_turned"
		}
		s = p[1] + p[2]
	}
	s = callingCode.ReplaceAllString(fraction.ReplaceAllString(s, ""), "$1")
	switch {
	case !mobile.MatchString(s):
		return "", "phone"
	case strings.HasSuffix(s, rounded):
		return "", "phone_turned"
	}
	return s, ""
}

// onlyNumber drops what people and address books put into a number to make it easier
// to read: spaces, dashes, brackets and marks for the direction of writing.
func onlyNumber(r rune) rune {
	if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("-()", r) {
		return -1
	}
	return r
}

// anyMobile is a mobile number among other words.
var anyMobile = regexp.MustCompile(`\b1[3-9]\d{5}(\d{4})\b`)

// starred leaves only the last four digits of mobile numbers.
func starred(text string) string { return anyMobile.ReplaceAllString(text, "*******$1") }
