package classify

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// NoCategory stands in the category and also columns where there is none.
const NoCategory = "-"

// Example is one labelled message.
type Example struct {
	Text      string
	Intent    Intent   // empty when the file has no such column
	Category  string   // a category id, or NoCategory; empty when the file has no such column
	Also      []string // further ids that are right as well
	Emergency int      // 2 danger now, 1 a risk, 0 none, −1 when the file has no such column
}

// maxLine bounds one line of an example file, in bytes.
const maxLine = 64 << 10

// ReadExamples reads tab-separated values with a header line. The columns text,
// intent, category, also and emergency may stand in any order, others are
// ignored, text must be there. Every bad line is reported with its number, all
// of them joined in one error; the good ones are returned along with it.
func ReadExamples(r io.Reader) ([]Example, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 4096), maxLine)
	if !sc.Scan() {
		return nil, errors.Join(errors.New("classify: examples: no header line"), sc.Err())
	}
	cols, err := readHeader(sc.Text())
	if err != nil {
		return nil, err
	}
	var examples []Example
	var problems []error
	for n := 2; sc.Scan(); n++ {
		line := strings.TrimRight(sc.Text(), "\r")
		if strings.TrimSpace(line) == "" {
			continue
		}
		e, err := cols.read(line)
		if err != nil {
			problems = append(problems, fmt.Errorf("classify: examples: line %d: %w", n, err))
			continue
		}
		examples = append(examples, e)
	}
	return examples, errors.Join(append(problems, sc.Err())...)
}

// ReadJSONLines reads labelled messages, one JSON object a line: a text and its label, which
// becomes the category of a report. Lists and numbers are no label. Complaints are as those of
// ReadExamples.
func ReadJSONLines(r io.Reader, f Fields) ([]Example, error) {
	text, label := cmp.Or(f.Text, "text"), cmp.Or(f.Label, "label")
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 4096), maxLine)
	var examples []Example
	var problems []error
	for n := 1; sc.Scan(); n++ {
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		var line map[string]any
		err := json.Unmarshal(sc.Bytes(), &line)
		e := Example{Intent: IntentReport, Emergency: -1}
		e.Text, _ = line[text].(string)
		e.Category, _ = line[label].(string)
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("classify: examples: line %d: %w", n, err))
		case e.Text == "" || e.Category == "":
			problems = append(problems, fmt.Errorf("classify: examples: line %d: no words in %q or %q", n, text, label))
		default:
			examples = append(examples, e)
		}
	}
	return examples, errors.Join(append(problems, sc.Err())...)
}

// columns maps a column's name to its place.
type columns struct {
	at    map[string]int
	count int
}

func readHeader(line string) (columns, error) {
	line = strings.TrimPrefix(strings.TrimRight(line, "\r"), "\uFEFF")
	names := strings.Split(line, "\t")
	c := columns{at: map[string]int{}, count: len(names)}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := c.at[name]; twice && name != "" {
			return c, fmt.Errorf("classify: examples: column %q stands twice", name)
		}
		c.at[name] = i
	}
	if _, ok := c.at["text"]; !ok {
		return c, errors.New("classify: examples: the header has no column text")
	}
	return c, nil
}

// field gives a column's value and whether the file has the column.
func (c columns) field(fields []string, name string) (string, bool) {
	i, ok := c.at[name]
	if !ok {
		return "", false
	}
	return strings.TrimSpace(fields[i]), true
}

func (c columns) read(line string) (Example, error) {
	e := Example{Emergency: -1}
	fields := strings.Split(line, "\t")
	if len(fields) != c.count {
		return e, fmt.Errorf("%d fields, the header has %d", len(fields), c.count)
	}
	if e.Text, _ = c.field(fields, "text"); e.Text == "" {
		return e, errors.New("no text")
	}
	if v, ok := c.field(fields, "intent"); ok {
		if e.Intent = Intent(v); !e.Intent.Valid() {
			return e, fmt.Errorf("intent %q unknown", v)
		}
	}
	if err := c.readCategory(fields, &e); err != nil {
		return e, err
	}
	if v, ok := c.field(fields, "emergency"); ok {
		if len(v) != 1 || v[0] < '0' || v[0] > '2' {
			return e, fmt.Errorf("emergency %q: want 0, 1 or 2", v)
		}
		e.Emergency = int(v[0] - '0')
	}
	return e, nil
}

func (c columns) readCategory(fields []string, e *Example) error {
	v, ok := c.field(fields, "category")
	if ok {
		e.Category = v
		if v == "" {
			e.Category = NoCategory
		}
		if e.Intent != "" && e.Intent.Request() != (e.Category != NoCategory) {
			return fmt.Errorf("intent %s with category %q", e.Intent, e.Category)
		}
	}
	also, _ := c.field(fields, "also")
	for _, id := range strings.Split(also, ",") {
		if id = strings.TrimSpace(id); id != "" && id != NoCategory {
			e.Also = append(e.Also, id)
		}
	}
	return nil
}

// Accepts tells whether a category is right for the example.
func (e Example) Accepts(category string) bool {
	if category == e.Category {
		return true
	}
	for _, id := range e.Also {
		if category == id {
			return true
		}
	}
	return false
}
