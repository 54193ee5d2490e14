package store

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"gridbot/grid"
)

// pack writes a list as gzip JSON, entry by entry: a city's list as one text would
// be held in memory twice.
func pack[T any](list []T) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := json.NewEncoder(z)
	between := "["
	for _, v := range list {
		_, _ = io.WriteString(z, between) // a buffer takes everything
		if err := w.Encode(v); err != nil {
			return nil, err
		}
		between = ","
	}
	_, _ = io.WriteString(z, strings.TrimPrefix(between, ",")+"]")
	err := z.Close()
	return b.Bytes(), err
}

// errNoList: what was kept is JSON, but no list.
var errNoList = errors.New("not a list")

// unpack reads what pack wrote, and nothing from an absent list; each entry passes
// through once.
func unpack[T any](packed string, once func(*T)) ([]T, error) {
	if packed == "" {
		return nil, nil
	}
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		return nil, err
	}
	r := json.NewDecoder(z)
	switch begin, err := r.Token(); {
	case err != nil:
		return nil, err
	case begin == nil: // as an empty list was once written
		return nil, nil
	case begin != json.Delim('['):
		return nil, errNoList
	}
	var list []T
	for r.More() {
		var v T
		if err := r.Decode(&v); err != nil {
			return nil, err
		}
		once(&v)
		list = append(list, v)
	}
	if _, err := r.Token(); err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, z); err != nil { // the checksum stands at the end
		return nil, err
	}
	return list, nil
}

// seen holds every text of a directory once: the lists name a level, a role, a road
// or a parent thousands of times, and JSON makes a new string of each.
type seen map[string]string

func (m seen) one(s string) string {
	if first, ok := m[s]; ok {
		return first
	}
	m[s] = s
	return s
}

func (m seen) area(a *grid.Area) {
	a.ID, a.Name, a.Parent, a.Level = m.one(a.ID), m.one(a.Name), m.one(a.Parent), grid.Level(m.one(string(a.Level)))
	for _, list := range [][]string{a.Aliases, a.Roads, a.Buildings} {
		for i := range list {
			list[i] = m.one(list[i])
		}
	}
}

func (m seen) staff(s *grid.Staff) {
	s.ID, s.Name = m.one(s.ID), m.one(s.Name)
	for i, p := range s.Posts {
		s.Posts[i].Role, s.Posts[i].Area = grid.Role(m.one(string(p.Role))), m.one(p.Area)
	}
}

func (m seen) shift(s *grid.Shift) { s.Area, s.Staff = m.one(s.Area), m.one(s.Staff) }
