package grid

import (
	"strconv"
	"strings"
)

// FirstSeq is the number of a street's first task. Three digits and fewer are
// left to doors and to the emergency numbers.
const FirstSeq = 1001

// lastSeq is the largest number a task can have: six digits, because seven and
// more are a telephone.
const lastSeq = 999_999

// Number is the number of a task, written 12-1042: street 12, task 1042.
type Number struct {
	// Street is the ID of the street, empty if it was not said.
	Street string
	Seq    int64
}

// String writes the number as people see it, 12-1042, or 1042 without a street.
func (n Number) String() string {
	seq := strconv.FormatInt(n.Seq, 10)
	if n.Street == "" {
		return seq
	}
	return n.Street + "-" + seq
}

// hashes are what stands for # before a number. Making a replacer costs more than all the
// rest of reading a number, and every message is looked at for one several times.
var hashes = strings.NewReplacer("NO.", "#", "NO", "#", "№", "#")

// ParseNumber reads a whole string as a task number: 12-1042, 1042, #1042,
// 1042号, №1042, in digits of either width, with spaces and any dash. It reports
// false for everything else, and for what the product never gives out: less
// than 1001, service numbers (12345, 95598 …), and seven digits or more. Dates
// (2025-11-02), times and telephone numbers are never task numbers.
//
// 12-1042 is also a door; which one is meant is for the caller to know.
func ParseNumber(s string) (Number, bool) {
	if len(s) > 64 {
		return Number{}, false
	}
	s = hashes.Replace(fold(s))
	s = strings.TrimSpace(strings.TrimPrefix(s, "#"))
	s = strings.TrimSpace(strings.TrimSuffix(s, "号"))
	before, after, dashed := strings.Cut(s, "-")
	if !dashed {
		before, after = "", before
	}
	before, after = strings.TrimSpace(before), strings.TrimSpace(after)
	if dashed && !streetID.MatchString(before) {
		return Number{}, false
	}
	seq, ok := parseSeq(strings.TrimSpace(strings.TrimPrefix(after, "#")))
	return Number{before, seq}, ok
}

// parseSeq reads the second half of a task number.
func parseSeq(s string) (int64, bool) {
	if len(s) < 4 || len(s) > 6 || strings.Trim(s, "0123456789") != "" || s[0] == '0' {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < FirstSeq || n > lastSeq || ServiceNumber(n) {
		return 0, false
	}
	return int64(n), true
}

// Block is a stretch of numbers, First and Last included.
type Block struct{ First, Last int }

// ServiceBlocks returns the numbers that telephone services answer on, in order:
// a task must never bear one, or a resident who types 12345 would be shown a
// stranger's lift. They are the blocks of the national numbering plan: operators
// (10000–10099), post (11180–11189), police and traffic by text (12110–12123),
// public services (12300–12399, among them 12315, 12333, 12345), nation-wide
// companies (95000–95999, 95598 electricity), local services (96000–96999,
// 96333 lifts, 96110 fraud), and enquiries (114…, 116114, 118114).
func ServiceBlocks() []Block {
	return []Block{{10000, 10099}, {11180, 11189}, {12100, 12199}, {12300, 12399}, {95000, 95999}, {96000, 96999}, {116114, 116114}, {118114, 118114}}
}

// ServiceNumber reports whether n is a telephone service's number, the three
// digits of the emergency services among them. The sequence of tasks skips these.
func ServiceNumber(n int) bool {
	if n >= 110 && n <= 122 {
		return true
	}
	for _, b := range ServiceBlocks() {
		if b.First <= n && n <= b.Last {
			return true
		}
	}
	return false
}
