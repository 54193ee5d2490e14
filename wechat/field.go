package wechat

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// How long the values of a template's fields may be, in characters.
const (
	maxThing  = 20
	maxPhrase = 5
	maxString = 32 // number, letter and character_string
	maxSymbol = 5
	maxPhone  = 17
	maxCar    = 8
	maxName   = 10 // in Chinese, else maxLatin
	maxLatin  = 20
	maxConst  = 20
)

// The forms of values that are digits with something around them, and of a
// keyword: its letters are the type of what it holds.
var (
	numberForm  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	amountForm  = regexp.MustCompile(`^[¥$]?[0-9]{1,10}(\.[0-9]+)?元?$`)
	carForm     = regexp.MustCompile(`^[\p{Han}A-Z0-9][A-Z0-9]*[\p{Han}A-Z0-9]$`)
	keywordForm = regexp.MustCompile(`^[a-z_]+[0-9]+$`)
)

// errUnfit is a value that cannot be made one the platform takes.
var errUnfit = errors.New("the value cannot be made to fit")

// CheckFields reports what is wrong with a template's keywords: an unknown type,
// one that gets two values, or a const without approved values, whose notices
// could never be sent. All mistakes are told at once, in the order of the fields'
// names.
func (t Template) CheckFields() error {
	var wrong []error
	taken := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		keyword := t.Fields[name]
		first, twice := taken[keyword]
		taken[keyword] = name
		switch {
		case twice:
			wrong = append(wrong, fmt.Errorf("%s: %s has the value of %s already", name, keyword, first))
		case !keywordForm.MatchString(keyword) || !knownType(fieldType(keyword)):
			wrong = append(wrong, fmt.Errorf("%s: %q is no keyword of a type that is known, such as thing2", name, keyword))
		case constant(keyword) && len(t.Const[keyword]) == 0:
			wrong = append(wrong, fmt.Errorf("%s: %s takes approved values only; list them under const", name, keyword))
		}
	}
	for _, keyword := range slices.Sorted(maps.Keys(t.Const)) {
		if _, ok := taken[keyword]; !ok {
			wrong = append(wrong, fmt.Errorf("const %s: no field has this keyword", keyword))
		}
		for _, v := range t.Const[keyword] {
			if v == "" || utf8.RuneCountInString(v) > maxConst {
				wrong = append(wrong, fmt.Errorf("const %s: %q has not 1 to %d characters", keyword, v, maxConst))
			}
		}
	}
	return errors.Join(wrong...)
}

// values fits the fields to the template's keywords. Every keyword of the
// configuration must have a value: the platform refuses a template that lacks
// one. The error names a keyword, never a value.
func (t Template) values(fields map[string]string) (map[string]string, error) {
	out := make(map[string]string, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		keyword := name
		if k, ok := t.Fields[name]; ok {
			keyword = k
		}
		value, err := fit(keyword, fields[name], t.Const[keyword])
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", Clean(keyword), err)
		}
		out[keyword] = value
	}
	for _, keyword := range slices.Sorted(maps.Values(t.Fields)) {
		if _, ok := out[keyword]; !ok {
			return nil, fmt.Errorf("field %s: no value for it", Clean(keyword))
		}
	}
	return out, nil
}

// fieldType is a keyword's type: "thing" for "thing3".
func fieldType(keyword string) string { return strings.TrimRight(keyword, "0123456789") }

// constant tells a keyword that takes approved values only.
func constant(keyword string) bool {
	kind := fieldType(keyword)
	return kind == "const" || kind == "enum" || kind == "enum_string"
}

// knownType tells the types of the platform's table, and keyword: templates from
// before 2023 have no types, and since then 20 characters on one line.
func knownType(kind string) bool {
	switch kind {
	case "thing", "keyword", "phrase", "character_string", "letter", "number", "symbol", "amount", "phone_number",
		"car_number", "name", "date", "time", "const", "enum", "enum_string":
		return true
	}
	return false
}

// fit makes a value one the platform takes for the keyword's type. What is words
// is shortened; what would say something else when it is shortened, a number, an
// amount or a time, is not. A value nothing is left of, and a keyword of an
// unknown type, are an error: the platform would refuse the whole notice.
func fit(keyword, value string, approved []string) (string, error) {
	kind := fieldType(keyword)
	value = reshape(kind, strings.Join(strings.Fields(Clean(value)), " "))
	if !knownType(kind) || !valid(kind, value, approved) {
		return "", errUnfit
	}
	return value, nil
}

// reshape takes out of a value on one line what its type cannot hold.
func reshape(kind, value string) string {
	switch kind {
	case "thing", "keyword":
		if value == "" {
			return "-"
		}
		return clip(value, maxThing, utf8.UTFMax*maxThing)
	case "phrase":
		return first(maxPhrase, only(isHan, value))
	case "character_string":
		return trimmed(maxString, only(isASCII, value))
	case "letter":
		return first(maxString, only(isLatin, value))
	case "number":
		return only(isNumeric, value)
	case "symbol":
		return first(maxSymbol, only(isSymbol, value))
	case "amount":
		return only(isAmount, strings.ReplaceAll(value, "￥", "¥"))
	case "phone_number":
		return strings.TrimSpace(only(isPhone, value))
	case "car_number":
		return only(isWord, strings.ToUpper(value))
	case "name":
		if only(isHan, value) != "" {
			return first(maxName, only(isHan, value))
		}
		return trimmed(maxLatin, only(isNameRune, value))
	}
	return value
}

// valid is the platform's table of what a field of a type may hold, beyond what
// reshape leaves of it.
func valid(kind, value string, approved []string) bool {
	n := utf8.RuneCountInString(value)
	switch kind {
	case "number":
		return n <= maxString && numberForm.MatchString(value)
	case "amount":
		return amountForm.MatchString(value)
	case "phone_number":
		return n <= maxPhone && strings.ContainsAny(value, "0123456789")
	case "car_number":
		return n <= maxCar && carForm.MatchString(value)
	case "date":
		return span(value, dateForms())
	case "time":
		return span(value, timeForms())
	case "const", "enum", "enum_string":
		return value != "" && n <= maxConst && slices.Contains(approved, value)
	}
	return value != ""
}

// dateForms are days, with or without a time of day.
func dateForms() []string {
	return []string{"2006-1-2", "2006-1-2 15:04", "2006-1-2 15:04:05"}
}

// timeForms are times of day, with or without the day.
func timeForms() []string {
	return []string{"15:04", "15:04:05", "2006-1-2 15:04", "2006-1-2 15:04:05"}
}

// span tells a moment in one of the forms, or two with ~ between. Days are
// written 2026年10月1日, 2026-10-01 or 2026/10/01.
func span(value string, forms []string) bool {
	iso := strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-").Replace(value)
	moments := strings.Split(iso, "~")
	for _, m := range moments {
		if !slices.ContainsFunc(forms, func(form string) bool {
			_, err := time.Parse(form, strings.TrimSpace(m))
			return err == nil
		}) {
			return false
		}
	}
	return len(moments) <= 2
}

// mend is fit for a value the platform refused all the same: nothing but
// letters, digits and plain dashes stay. It returns an empty text when that does
// not help.
func mend(keyword, value string) string {
	mended := value
	switch fieldType(keyword) {
	case "thing", "keyword":
		mended = first(maxThing, only(isPlain, value))
	case "character_string":
		mended = only(func(r rune) bool { return isASCII(r) && isPlain(r) }, value)
	}
	if mended == value {
		return ""
	}
	return mended
}

// namedField finds the field a 47003 is about: "data.thing1.value invalid". The
// platform cuts its words off, sometimes right behind the name.
var namedField = regexp.MustCompile(`data\.([a-z_]+[0-9]+)\b`)

// mendNamed mends the field an error text names, and reports whether that
// changed it into something worth sending.
func mendNamed(values map[string]string, errmsg string) bool {
	found := namedField.FindStringSubmatch(errmsg)
	if found == nil {
		return false
	}
	mended := mend(found[1], values[found[1]])
	if mended != "" {
		values[found[1]] = mended
	}
	return mended != ""
}

func isHan(r rune) bool      { return unicode.Is(unicode.Han, r) }
func isASCII(r rune) bool    { return r >= 0x20 && r < 0x7f }
func isLatin(r rune) bool    { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func isDigit(r rune) bool    { return r >= '0' && r <= '9' }
func isNumeric(r rune) bool  { return isDigit(r) || r == '.' || r == '-' }
func isAmount(r rune) bool   { return isDigit(r) || strings.ContainsRune(".-¥$元", r) }
func isPhone(r rune) bool    { return isDigit(r) || r == '+' || r == '-' || r == ' ' }
func isWord(r rune) bool     { return unicode.IsLetter(r) || unicode.IsDigit(r) }
func isPlain(r rune) bool    { return isWord(r) || r == '-' }
func isNameRune(r rune) bool { return isASCII(r) && !isDigit(r) }
func isSymbol(r rune) bool   { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// only keeps the characters that are wanted.
func only(wanted func(rune) bool, text string) string {
	return strings.Map(func(r rune) rune {
		if wanted(r) {
			return r
		}
		return -1
	}, text)
}

// first keeps the first n characters.
func first(n int, text string) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i]
		}
	}
	return text
}

// trimmed keeps the first n characters, without blanks around them.
func trimmed(n int, text string) string {
	return strings.TrimSpace(first(n, strings.TrimSpace(text)))
}
