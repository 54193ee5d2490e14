// Package grid knows the ground: which areas there are and how they nest, who
// serves them, which place a resident's words mean, how a task number is
// written, and when working time runs.
//
// Everything here is a pure value. A [Directory], a [Gazetteer] and a
// [Calendar] are built once from data, never change afterwards and may be used
// by any number of goroutines; replacing one means building the next. Nothing
// in the package reads a clock, a file or the network: lists are read from the
// io.Reader and written to the io.Writer given. (The library for workbooks keeps
// sheets of more than 16 MB in a temporary file meanwhile.) Who is there to act at
// a moment is a [Duty], made from the directory and the time.
package grid

import (
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// Level is a rung of the ladder of areas, from the whole city down to the
// micro-grid. The zero value is no level.
type Level string

// The rungs of the ladder, widest first.
const (
	City      Level = "city"      // 市
	County    Level = "county"    // 县(市、区)
	Street    Level = "street"    // 街道(乡镇)
	Community Level = "community" // 社区(村)
	Grid      Level = "grid"      // 网格
	Microgrid Level = "microgrid" // 微网格
)

// Levels lists the rungs, widest first.
func Levels() []Level {
	return []Level{City, County, Street, Community, Grid, Microgrid}
}

// rung is the depth of a level, 0 for the city; -1 for a level that does not exist.
func (l Level) rung() int { return slices.Index(Levels(), l) }

// Valid reports whether l is one of the six rungs.
func (l Level) Valid() bool { return l.rung() >= 0 }

// Above reports whether l is a wider rung than m. A level that does not exist
// is above nothing.
func (l Level) Above(m Level) bool { return l.Valid() && m.Valid() && l.rung() < m.rung() }

// Area is one piece of the ground at any level. A micro-grid is the address
// key: its names, roads and buildings are what residents' words are matched
// against.
type Area struct {
	// ID is unique over all levels: letters, digits, dot, dash and underscore,
	// at most 32 bytes. A street's ID is 1 to 3 digits without a leading zero,
	// because it is the first half of every task number.
	ID    string
	Level Level
	// Name is what people call it. Micro-grids of one 小区 share its name and
	// differ in their buildings.
	Name string
	// Parent is the ID of the area around it, empty only at the top.
	Parent string
	// Aliases are other names in use, Roads the roads that run through it.
	Aliases, Roads []string
	// Buildings are numbers ("15"), ranges ("1-12") and names ("A", "幼儿园").
	Buildings []string
	// Lat and Lon are the centre in degrees, in the system of WeChat's own
	// positions (GCJ-02). Both zero means unknown.
	Lat, Lon float64
	// Boundary is where it ends, in the same system; nil means unknown.
	Boundary orb.MultiPolygon `json:",omitempty"`
}

// Staff is one person who serves, with every post held.
type Staff struct {
	ID, Name string
	Posts    []Post
	// Away means on leave until further notice: gets nothing new, keeps what is
	// already theirs.
	Away bool
	// Leaves are the days on leave that are known beforehand, in any order.
	Leaves []Leave `json:",omitempty"`
	// Substitutes are the IDs of those who stand in during a leave: the first of
	// them who is present does.
	Substitutes []string `json:",omitempty"`
	// Phone is the number for short messages that cannot wait, "" if there is none: the
	// eleven digits of a Chinese mobile number. It is for sending only: whoever prints a
	// person leaves it out.
	Phone string `json:",omitempty"`
}

// Leave is a stretch of whole days in Asia/Shanghai, half open: From is the
// first midnight of it, To the midnight after the last day.
type Leave struct{ From, To time.Time }

// Post is a role held in an area.
type Post struct {
	Role Role
	Area string
	// Unit says for the role [Department] which one it is: a code of [Units],
	// or empty if the list of staff does not say. Other roles have none.
	Unit string `json:",omitempty"`
}

// Gap is a post that ought to be filled and is not.
type Gap struct {
	// Area is the ID of the area, Name its street and its full name, 和风街道
	// 幸福里社区第三网格, as it is printed.
	Area, Name string
	Missing    Role
}
