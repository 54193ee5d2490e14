package sms

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// rule is what an answer must say. The zero value is met by every answer.
type rule struct {
	text string
	path []string
	want string
}

// parseRule reads "path.to.it=value"; a step that is a number is a place in a
// list.
func parseRule(text string) (rule, error) {
	if text == "" {
		return rule{}, nil
	}
	path, want, ok := strings.Cut(text, "=")
	r := rule{text: text, path: strings.Split(strings.TrimSpace(path), "."), want: strings.TrimSpace(want)}
	for _, step := range r.path {
		ok = ok && step != ""
	}
	if !ok {
		return r, errors.New("success: not a path in the answer and its value, such as result.code=0")
	}
	return r, nil
}

// met looks into an answer. Numbers are compared as they are written.
func (r rule) met(body []byte) bool {
	if r.path == nil {
		return true
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var at any
	if d.Decode(&at) != nil {
		return false
	}
	for _, step := range r.path {
		at = inside(at, step)
	}
	return written(at) == r.want && at != nil
}

// inside goes one step down, to nil where there is none.
func inside(at any, step string) any {
	switch at := at.(type) {
	case map[string]any:
		return at[step]
	case []any:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(at) {
			return at[i]
		}
	}
	return nil
}

// written is a single value as text; a list or an object has none.
func written(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
