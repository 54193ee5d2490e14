// Package sample holds a whole invented street: the areas and the people that
// the demo, the tests and a first import work with. Every name in it is made up.
package sample

import _ "embed"

// Areas is areas.csv, in the form grid.ReadAreas reads.
//
//go:embed areas.csv
var Areas []byte

// Staff is staff.csv, in the form grid.ReadStaff reads.
//
//go:embed staff.csv
var Staff []byte
