package grid

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// Plans are the free days (false) and the worked ones (true) of years, each day
// in the form "2027-01-04" under the year whose plan names it.
type Plans map[int]map[string]bool

// ReadPlans reads a file of yearly plans:
//
//	2027:
//	  free: [2027-01-01..2027-01-03, 2027-10-01..2027-10-07]
//	  work: [2027-10-09]
//
// A range holds both its ends. A year's plan may name days of the December before,
// as that of 2019 did. Of a year that the State Council's data holds, the file may
// name what differs; another year is known from then on, so its plan must be whole,
// which is taken from its National Day being free. Nothing may stand twice and
// nothing else may stand in the file; an empty one holds no plan.
//
// The error joins everything that is wrong, each with its line.
func ReadPlans(r io.Reader) (Plans, error) {
	p := planReader{plans: Plans{}, seen: map[day]int{}}
	in := yaml.NewDecoder(r)
	var tree, more yaml.Node
	switch err := in.Decode(&tree); {
	case errors.Is(err, io.EOF):
		return p.plans, nil
	case err != nil:
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := in.Decode(&more); !errors.Is(err, io.EOF) {
		p.wrong(&more, "nothing may follow the first document")
	}
	p.file(tree.Content[0])
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return p.plans, nil
}

// planReader gathers the plans of a file and all that is wrong with it.
type planReader struct {
	plans Plans
	seen  map[day]int // the line of each day
	errs  []error
}

// wrong notes a mistake and its line.
func (p *planReader) wrong(n *yaml.Node, form string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("line %d: "+form, append([]any{n.Line}, args...)...))
}

// each calls f for the pairs of a section whose keys stand once.
func (p *planReader) each(n *yaml.Node, wanted string, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.wrong(n, "want %s", wanted)
		return
	}
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if first, twice := lines[key.Value]; twice {
			p.wrong(key, "%s stands twice, first in line %d", key.Value, first)
			continue
		}
		lines[key.Value] = key.Line
		f(key, n.Content[i+1])
	}
}

// file reads the years.
func (p *planReader) file(n *yaml.Node) {
	p.each(n, "years, such as 2027, each with free and work", func(key, value *yaml.Node) {
		year, err := strconv.Atoi(key.Value)
		if err != nil || year < firstYear || year > lastYear {
			p.wrong(key, "%q is not a year between %d and %d", key.Value, firstYear, lastYear)
			return
		}
		p.year(year, key, value)
	})
}

// year reads one year's plan.
func (p *planReader) year(year int, at, n *yaml.Node) {
	p.plans[year] = map[string]bool{}
	before := len(p.errs)
	p.each(n, "free and work, each with a list of days", func(key, value *yaml.Node) {
		switch {
		case !slices.Contains([]string{"free", "work"}, key.Value):
			p.wrong(key, "%q is neither free nor work", key.Value)
		case value.Kind != yaml.SequenceNode:
			p.wrong(value, "want a list of days, such as [2027-01-01..2027-01-03]")
		default:
			for _, entry := range value.Content {
				p.entry(year, key.Value == "work", entry)
			}
		}
	})
	if len(p.errs) > before {
		return // what is missing may be among it
	}
	national := nationalDay(year)
	if works, named := p.plans[year][national.String()]; (works || !named) && !announced(year) {
		p.wrong(at, "%s is not free, so this is not the whole plan of %d; single days belong under calendar.overrides", national, year)
	}
}

// entry reads one day or range.
func (p *planReader) entry(year int, works bool, n *yaml.Node) {
	first, last, isRange := strings.Cut(n.Value, "..")
	if !isRange {
		last = first
	}
	from, err := parseDay(first)
	to, errLast := parseDay(last)
	if err == nil {
		err = errLast
	}
	switch {
	case n.Kind != yaml.ScalarNode:
		p.wrong(n, "want a day or a range of days, such as 2027-01-01..2027-01-03")
	case err != nil:
		p.wrong(n, "%v", err)
	case to < from:
		p.wrong(n, "%s runs backwards", n.Value)
	case from < date(year-1, time.December, 1) || to > date(year, time.December, 31):
		p.wrong(n, "%s is neither in %d nor in the December before", n.Value, year)
	default:
		p.declare(year, works, from, to, n)
	}
}

// declare notes the days of a range, each of which stands in the file once.
func (p *planReader) declare(year int, works bool, from, to day, n *yaml.Node) {
	for d := from; d <= to; d++ {
		if line, twice := p.seen[d]; twice {
			p.wrong(n, "%s stands twice, first in line %d", d, line)
			continue
		}
		p.seen[d] = n.Line
		p.plans[year][d.String()] = works
	}
}
