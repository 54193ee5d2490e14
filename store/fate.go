package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"gridbot/task"
)

// A fate stands in the history of its task as a JSON array: time, about, staff, channel,
// end, why; what is empty at its end is left out. Events are JSON objects.

func isFate(line string) bool { return strings.HasPrefix(line, "[") }

func encodeFate(f task.Fate) string {
	parts := []any{ms(f.At), string(f.About), f.Staff, f.Channel, string(f.End), f.Why}
	for len(parts) > 2 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	b, _ := json.Marshal(parts) // strings and a number: cannot fail
	return string(b)
}

func decodeFate(line string) (task.Fate, error) {
	var at int64
	var about, staff, channel, end, why string
	if err := json.Unmarshal([]byte(line), &[]any{&at, &about, &staff, &channel, &end, &why}); err != nil {
		return task.Fate{}, fmt.Errorf("store: read fate of a notice: %w", err)
	}
	return task.Fate{At: fromMS(at), About: task.About(about), Staff: staff, Channel: channel, End: task.End(end), Why: why}, nil
}

// fates tells what became of the record's notices, oldest first.
func (r Record) fates() ([]task.Fate, error) {
	var out []task.Fate
	for _, l := range r.lines {
		if !isFate(l) {
			continue
		}
		f, err := decodeFate(l)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}
