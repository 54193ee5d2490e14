package wechat

import (
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"gridbot/task"
)

// Codes that templates need by name.
const (
	codeNoTemplate = 40037
	codeBadField   = 47003
)

// How long a template's values may be, in characters.
const (
	maxThing  = 20
	maxPhrase = 5
	maxString = 32
)

// templateGrace is how long a template the platform does not know is still
// given the benefit of the doubt.
const templateGrace = 10 * time.Minute

// namedField finds the field a 47003 is about: "data.thing1.value invalid".
var namedField = regexp.MustCompile(`data\.([a-z_]+[0-9]+)\.`)

// data fits the fields to the template's keywords.
func (t Template) data(fields map[string]string) map[string]*message.TemplateDataItem {
	data := make(map[string]*message.TemplateDataItem, len(fields))
	for name, value := range fields {
		keyword := name
		if k, ok := t.Fields[name]; ok {
			keyword = k
		}
		data[keyword] = &message.TemplateDataItem{Value: fit(keyword, value)}
	}
	return data
}

// fieldType is a keyword's type: "thing" for "thing3".
func fieldType(keyword string) string { return strings.TrimRight(keyword, "0123456789") }

// fit makes a value one the platform takes for the keyword's type: thing has at
// most 20 characters on one line, phrase at most 5 Chinese characters,
// character_string at most 32 and none of them Chinese, number is a number.
// time, const and any other type are left as they are: only the caller knows.
func fit(keyword, value string) string {
	value = strings.Join(strings.Fields(Clean(value)), " ")
	switch fieldType(keyword) {
	case "thing":
		if value == "" {
			return "-"
		}
		return clip(value, maxThing, 4*maxThing)
	case "phrase":
		return first(maxPhrase, only(isHan, value))
	case "character_string":
		return first(maxString, only(isASCII, value))
	case "number":
		return first(maxString, only(isNumeric, value))
	}
	return value
}

// mend is fit for a value the platform refused all the same: nothing but
// letters, digits and plain dashes stay.
func mend(keyword, value string) string {
	switch fieldType(keyword) {
	case "thing":
		return first(maxThing, only(isPlain, value))
	case "character_string":
		return only(func(r rune) bool { return isASCII(r) && isPlain(r) }, value)
	}
	return value
}

// mendNamed mends the field an error text names, and reports whether that
// changed it into something worth sending.
func mendNamed(data map[string]*message.TemplateDataItem, errmsg string) bool {
	found := namedField.FindStringSubmatch(errmsg)
	if found == nil || data[found[1]] == nil {
		return false
	}
	item := data[found[1]]
	mended := mend(found[1], item.Value)
	if mended == "" || mended == item.Value {
		return false
	}
	item.Value = mended
	return true
}

// values lists the texts in data, to be kept out of logs.
func values(data map[string]*message.TemplateDataItem) []string {
	var out []string
	for _, item := range data {
		out = append(out, item.Value)
	}
	return out
}

func isHan(r rune) bool     { return unicode.Is(unicode.Han, r) }
func isASCII(r rune) bool   { return r >= 0x20 && r < 0x7f }
func isNumeric(r rune) bool { return r >= '0' && r <= '9' || r == '.' || r == '-' }
func isPlain(r rune) bool   { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' }

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

// templateSwitch remembers templates the platform does not know (40037). One
// such answer may be passing, so the notice is tried again later; a second one
// after templateGrace switches the template off until the process restarts,
// because only the operator can put the id right.
type templateSwitch struct {
	mu    sync.Mutex
	since map[[2]string]time.Time // AppID, template id → first refusal
	offs  map[[2]string]bool
}

// off reports whether a template is switched off.
func (s *templateSwitch) off(appID, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offs[[2]string{appID, id}]
}

// settle notes a send's result and turns a first refusal into a later try.
func (s *templateSwitch) settle(appID, id string, r task.Result, now time.Time) task.Result {
	key := [2]string{appID, id}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Code != codeNoTemplate {
		if r.Outcome == task.Delivered {
			delete(s.since, key)
		}
		return r
	}
	since, known := s.since[key]
	if known && now.Sub(since) >= templateGrace {
		if s.offs == nil {
			s.offs = map[[2]string]bool{}
		}
		s.offs[key] = true
		return r
	}
	if !known {
		if s.since == nil {
			s.since = map[[2]string]time.Time{}
		}
		s.since[key] = now
	}
	r.Outcome, r.RetryAfter = task.RetryLater, templateGrace
	return r
}
