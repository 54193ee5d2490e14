package grid

import (
	"fmt"
	"regexp"
	"strconv"
)

// Problem is one thing wrong with areas and staff taken together. Build
// joins every problem it meets with errors.Join; take them apart with errors.As.
type Problem struct {
	// Code names the rule broken, such as "no_parent"; its text is in words.txt.
	Code string
	// ID is the area or person concerned, Value the text that offends.
	ID, Value string
}

// Error says in Chinese, for the operator who imports, what is wrong, without the whole
// of a mobile number.
func (p *Problem) Error() string { return say("problem."+p.Code, p.ID, starred(p.Value)) }

// wellFormed are the IDs that are safe inside keys, file names and addresses.
var wellFormed = regexp.MustCompile(`^[A-Za-z0-9._-]{1,32}$`)

// streetID is the half of a task number before the dash.
var streetID = regexp.MustCompile(`^[1-9][0-9]{0,2}$`)

// areaProblems checks an area by itself.
func areaProblems(a Area) []error {
	var errs []error
	add := func(bad bool, code, value string) {
		if bad {
			errs = append(errs, &Problem{code, a.ID, value})
		}
	}
	add(!wellFormed.MatchString(a.ID), "area_id", "")
	add(a.Level == Street && !streetID.MatchString(a.ID), "street_id", "")
	add(!a.Level.Valid(), "area_level", string(a.Level))
	add(a.Name == "", "area_name", "")
	for _, spec := range a.Buildings {
		_, ok := expandBuildings(spec)
		add(!ok, "buildings", spec)
	}
	onEarth := a.Lat >= -90 && a.Lat <= 90 && a.Lon >= -180 && a.Lon <= 180
	add(!onEarth, "position", fmt.Sprintf("%v, %v", a.Lat, a.Lon))
	return errs
}

// staffProblems checks a person by themselves; where the posts are is checked
// against the areas.
func staffProblems(s Staff) []error {
	var errs []error
	add := func(bad bool, code, value string) {
		if bad {
			errs = append(errs, &Problem{code, s.ID, value})
		}
	}
	add(!wellFormed.MatchString(s.ID), "staff_id", "")
	add(s.Name == "", "staff_name", "")
	add(len(s.Posts) == 0, "no_post", "")
	for _, p := range s.Posts {
		add(!p.Role.Valid(), "role", string(p.Role))
		add(p.Unit != "" && (p.Role != Department || !validUnit(p.Unit)), "unit", p.Unit)
	}
	for _, l := range s.Leaves {
		add(!l.valid(), "leave", l.String())
	}
	add(s.Phone != "" && !mobile.MatchString(s.Phone), "phone", "")
	return errs
}

// widestRange is the most buildings a range such as "1-120" may stand for.
const widestRange = 500

// expandBuildings turns one entry of Area.Buildings into the buildings it
// stands for, in the form ScanDoor gives: "1-3" is 1, 2, 3; "12幢" is 12; a
// name stands for itself. It reports false for an empty entry and for a range
// that runs backwards or too far.
func expandBuildings(spec string) ([]string, bool) {
	name := trimBuilding(fold(spec))
	if name == "" {
		return nil, false
	}
	var from, to int
	if n, _ := fmt.Sscanf(name, "%d-%d", &from, &to); n < 2 || name != fmt.Sprintf("%d-%d", from, to) {
		return []string{trimZeros(name)}, true
	}
	if from < 1 || to < from || to-from >= widestRange {
		return nil, false
	}
	all := make([]string, 0, to-from+1)
	for i := from; i <= to; i++ {
		all = append(all, strconv.Itoa(i))
	}
	return all, true
}
