package sms

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// How long a value may be, in characters: a message of 70 costs one, so a
// gateway's own limit is never far.
const maxValue = 40

// The ways values are escaped in a body.
const (
	formatJSON = "json"
	formatForm = "form"
)

// values are what the templates know.
type values struct {
	Phone, Number, Matter, Status, Time, Sign, Secret, ID string
}

// form is the configured request, parsed.
type form struct {
	body         *template.Template
	headers      map[string]*template.Template
	format       string
	sign, secret string
}

// newForm parses the templates and tries them on values that show whether the
// body keeps its form.
func newForm(o Options) (form, error) {
	f := form{headers: map[string]*template.Template{}, format: o.Format, sign: o.Sign, secret: o.Secret}
	var wrong []error
	parse := func(name, text string) *template.Template {
		t, err := template.New(name).Option("missingkey=error").Parse(text)
		if err == nil {
			_, err = render(t, values{})
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
		return t
	}
	f.body = parse("body", o.Body)
	for _, name := range slices.Sorted(maps.Keys(o.Headers)) {
		if !headerName.MatchString(name) {
			wrong = append(wrong, fmt.Errorf("headers: %q is not a name of a header", name))
			continue
		}
		f.headers[name] = parse("headers."+name, o.Headers[name])
	}
	if o.Format != formatJSON && o.Format != formatForm {
		wrong = append(wrong, fmt.Errorf("format: %q is neither json nor form", o.Format))
	}
	if len(wrong) == 0 {
		wrong = append(wrong, f.try())
	}
	return f, errors.Join(wrong...)
}

// try fills the body with values that would break it if they were not escaped.
func (f form) try() error {
	const odd = "\"\\&=+{}路灯"
	body, err := f.fill(f.values("13800000000", map[string]string{"number": odd, "matter": odd, "status": odd, "time": odd}, odd))
	switch {
	case err != nil:
		return fmt.Errorf("body: %w", err)
	case body == "":
		return nil
	case f.format == formatJSON && !json.Valid([]byte(body)):
		return errors.New(`body: not JSON; values stand in quotation marks: "{{.Number}}"`)
	case f.format == formatForm:
		_, err = url.ParseQuery(body)
	}
	if err != nil {
		return errors.New("body: not a form, such as to={{.Phone}}&number={{.Number}}")
	}
	return nil
}

// values are one message's, on one line each and of bounded length.
func (f form) values(phone string, v map[string]string, id string) values {
	return values{Phone: phone, Number: line(v["number"]), Matter: line(v["matter"]), Status: line(v["status"]), Time: line(v["time"]),
		Sign: f.sign, Secret: f.secret, ID: id}
}

// fill renders the body with every value escaped.
func (f form) fill(v values) (string, error) {
	escape := url.QueryEscape
	if f.format == formatJSON {
		escape = escapeJSON
	}
	for _, field := range []*string{&v.Phone, &v.Number, &v.Matter, &v.Status, &v.Time, &v.Sign, &v.Secret, &v.ID} {
		*field = escape(*field)
	}
	return render(f.body, v)
}

func render(t *template.Template, v values) (string, error) {
	var b strings.Builder
	err := t.Execute(&b, v)
	return b.String(), err
}

// escapeJSON escapes for the inside of a JSON string.
func escapeJSON(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return "" // a string always marshals
	}
	return string(quoted[1 : len(quoted)-1])
}

// line is a value without control characters and broken UTF-8, on one line.
func line(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if utf8.RuneCountInString(s) <= maxValue {
		return s
	}
	return string([]rune(s)[:maxValue-1]) + "…"
}
