package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"gridbot/store"
	"gridbot/task"
)

// Archive is a directory of files. It is safe for concurrent use, also by several
// processes on one machine.
type Archive struct{ dir string }

// Open takes a directory, which need not be there yet.
func Open(dir string) (*Archive, error) {
	if dir == "" {
		return nil, errors.New("archive: no directory is named")
	}
	return &Archive{dir}, nil
}

// Files and directories hold personal data: nobody else may read them.
const (
	fileMode = 0o600
	dirMode  = 0o700
)

// suffix ends the names of files.
const suffix = ".jsonl"

// plainNames are what may become a part of a path.
var (
	plainStreet = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)
	plainMonth  = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])$`)
)

// path names the file of a street and a month; what is "" for tasks, or "audit-".
func (a *Archive) path(street, what, month string) (string, error) {
	if !plainStreet.MatchString(street) || !plainMonth.MatchString(month) {
		return "", fmt.Errorf("archive: no file for street %q and month %q", street, month)
	}
	return filepath.Join(a.dir, street, what+month+suffix), nil
}

// Months lists the months of which a street has tasks in files, oldest first.
func (a *Archive) Months(street string) ([]string, error) {
	if !plainStreet.MatchString(street) {
		return nil, fmt.Errorf("archive: no directory for street %q", street)
	}
	entries, err := os.ReadDir(filepath.Join(a.dir, street))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("archive: list months: %w", err)
	}
	var out []string
	for _, e := range entries { // in order of their names
		if month, ok := strings.CutSuffix(e.Name(), suffix); ok && plainMonth.MatchString(month) {
			out = append(out, month)
		}
	}
	return out, nil
}

// Find reads a task from a month's file: task.ErrNotFound when it is not there.
func (a *Archive) Find(id task.ID, month string) (store.Record, error) {
	begins := []byte(`{"id":"` + id.String() + `",`)
	var last []byte
	for l, err := range a.read(id.Street, "", month) {
		if err != nil {
			return store.Record{}, err
		}
		if l.state == good && bytes.HasPrefix(l.payload, begins) {
			last = l.payload
		}
	}
	if last == nil {
		return store.Record{}, task.ErrNotFound
	}
	return record(last)
}

func record(payload []byte) (store.Record, error) {
	var r store.Record
	if err := json.Unmarshal(payload, &r); err != nil {
		return r, fmt.Errorf("archive: %w", err)
	}
	return r, nil
}

// Tasks reads the tasks of a month's file, each once, in the order of the lines
// that count.
func (a *Archive) Tasks(street, month string) iter.Seq2[store.Record, error] {
	return func(yield func(store.Record, error) bool) {
		last, err := a.lastLines(street, month)
		if err != nil {
			yield(store.Record{}, err)
			return
		}
		for l, err := range a.read(street, "", month) {
			if err == nil && (l.state != good || last[idOf(l.payload)] != l.at) {
				continue
			}
			var r store.Record
			if err == nil {
				r, err = record(l.payload)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// lastLines tells where the line of each task begins that counts.
func (a *Archive) lastLines(street, month string) (map[string]int64, error) {
	last := map[string]int64{}
	for l, err := range a.read(street, "", month) {
		if err != nil {
			return nil, err
		}
		if l.state == good {
			last[idOf(l.payload)] = l.at
		}
	}
	return last, nil
}

// idOf cuts the number out of a task's line.
func idOf(payload []byte) string {
	rest, _ := bytes.CutPrefix(payload, []byte(`{"id":"`))
	id, _, _ := bytes.Cut(rest, []byte{'"'})
	return string(id)
}

// read reads a file line by line; one that is not there has none.
func (a *Archive) read(street, what, month string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		path, err := a.path(street, what, month)
		if err != nil {
			yield(line{}, err)
			return
		}
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(line{}, fmt.Errorf("archive: read: %w", err))
			return
		}
		defer f.Close()
		for l, err := range lines(f) {
			if err != nil {
				err = fmt.Errorf("archive: read: %w", err)
			}
			if !yield(l, err) {
				return
			}
		}
	}
}
