package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"gridbot/grid"
)

// read reads the files. The error tells every bad row of all of them.
func (in importing) read(at console) (grid.Ground, error) {
	if !slices.Contains([]string{"", gcj02, wgs84}, in.coordinates) {
		return grid.Ground{}, fmt.Errorf("--coordinates %s: must be %s or %s", in.coordinates, gcj02, wgs84)
	}
	var g grid.Ground
	list := in.lists(&g)
	shown := at.begin(len(list), "reading %s", strings.Join(paths(list), ", "))
	defer shown.stop()
	var problems strings.Builder
	for _, l := range list {
		err := l.read()
		if err != nil {
			problems.WriteString(rows(l.path, err))
		}
		shown.add(1)
	}
	if problems.Len() > 0 {
		return grid.Ground{}, fmt.Errorf("nothing was imported:%s", problems.String())
	}
	if in.coordinates == wgs84 {
		g.Areas = grid.FromWGS84(g.Areas)
	}
	return g, nil
}

// The systems in which positions may be imported.
const (
	gcj02 = "gcj02"
	wgs84 = "wgs84"
)

// listed is one file to read.
type listed struct {
	path string
	into func(io.Reader) error
}

// lists are the files to read into g.
func (in importing) lists(g *grid.Ground) []listed {
	if in.workbook != "" {
		return []listed{{in.workbook, func(r io.Reader) (err error) { *g, err = grid.ReadWorkbook(r); return err }}}
	}
	list := []listed{
		{in.areas, func(r io.Reader) (err error) { g.Areas, err = grid.ReadAreas(r); return err }},
		{in.staff, func(r io.Reader) (err error) { g.Staff, err = grid.ReadStaff(r); return err }},
	}
	if in.roster != "" {
		list = append(list, listed{in.roster, func(r io.Reader) (err error) { g.Roster, err = grid.ReadRoster(r); return err }})
	}
	return list
}

func paths(list []listed) []string {
	var out []string
	for _, l := range list {
		out = append(out, l.path)
	}
	return out
}

// read opens and reads the file.
func (l listed) read() error {
	f, err := os.Open(l.path)
	if err != nil {
		return err
	}
	return errors.Join(l.into(f), f.Close())
}

// keepsRoster: without a file for it the roster stays as it is. A workbook is all
// there is.
func (in importing) keepsRoster() bool { return in.workbook == "" && in.roster == "" }

// build checks that the lists fit together.
func (in importing) build(g grid.Ground) (*grid.Directory, error) {
	d, err := grid.Build(g)
	if err != nil {
		return nil, fmt.Errorf("nothing was imported:%s", rows("", err))
	}
	if err := unmanned(d, g); err != nil && !in.force {
		return nil, fmt.Errorf("nothing was imported (--force imports all the same):%s", rows("", err))
	}
	return d, nil
}

// unmanned tells the streets in which a report could wait unseen: those without a
// dispatcher.
func unmanned(d *grid.Directory, g grid.Ground) error {
	var problems []error
	if len(g.Staff) == 0 {
		problems = append(problems, errors.New("there is nobody in the list of staff"))
	}
	for _, street := range d.Streets() {
		if len(d.Dispatchers(street)) == 0 {
			problems = append(problems, fmt.Errorf("street %s has no dispatcher", street))
		}
	}
	return errors.Join(problems...)
}

// rows puts each of joined errors on a line of its own, behind the file's name.
func rows(file string, err error) string {
	if file != "" {
		file += ": "
	}
	var b strings.Builder
	for line := range strings.SplitSeq(err.Error(), "\n") {
		b.WriteString("\n  " + file + line)
	}
	return b.String()
}
