package grid

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// DoorShare is how well one part of a door was read.
type DoorShare struct {
	// Part is building, unit, floor or room.
	Part string `json:"part"`
	// Labelled is how many numbers of this part the addresses hold, Found how
	// many of them were read exactly, Missed at most ten of the others, as
	// "address: number".
	Labelled int      `json:"labelled"`
	Found    int      `json:"found"`
	Missed   []string `json:"missed,omitempty"`
}

// labelled is one line of a file of addresses: the text in pieces, and for each
// piece B-x where a part x begins, I-x where it goes on.
type labelled struct {
	Text   string   `json:"text"`
	Tokens []string `json:"tokens"`
	Tags   []string `json:"tags"`
}

// doorTags are the tags of a door's parts, in the order of [MeasureDoors].
var doorTags = [4]string{"houseno", "cellno", "floorno", "roomno"}

// missesKept is how many misses of one part are told.
const missesKept = 10

// MeasureDoors reads addresses as JSON lines with text, tokens and tags, and
// tells for building, unit, floor and room which numbers [ScanDoor] finds. A
// part without a number (主楼) does not count; of several (101-103号) the first does.
func MeasureDoors(r io.Reader) ([]DoorShare, error) {
	shares := []DoorShare{{Part: "building"}, {Part: "unit"}, {Part: "floor"}, {Part: "room"}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var a labelled
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if len(a.Tokens) != len(a.Tags) || len(a.Tags) == 0 {
			return nil, fmt.Errorf("line %d: %d tokens with %d tags", n, len(a.Tokens), len(a.Tags))
		}
		doors := ScanDoor(a.Text)
		for i, tag := range doorTags {
			for _, want := range a.numbers(tag) {
				shares[i].count(a.Text, want, doors, i)
			}
		}
	}
	return shares, lines.Err()
}

// numbers are the numbers of the parts with a tag.
func (a labelled) numbers(tag string) []string {
	var list []string
	for i := range a.Tags {
		if a.Tags[i] != "B-"+tag {
			continue
		}
		part := a.Tokens[i]
		for j := i + 1; j < len(a.Tags) && a.Tags[j] == "I-"+tag; j++ {
			part += a.Tokens[j]
		}
		if n := firstNumber(part); n != "" {
			list = append(list, n)
		}
	}
	return list
}

// firstNumber is the first number in a part as people would copy it, with the
// letters that stand at it; "" when there is none.
func firstNumber(part string) string {
	r := []rune(fold(part))
	below := strings.HasPrefix(part, "负") || strings.HasPrefix(part, "地下")
	for i := range r {
		for _, in := range []func(rune) bool{plain, numeral} {
			to := i
			for to < len(r) && in(r[to]) {
				to++
			}
			value := strings.TrimSuffix(string(r[i:to]), "F")
			if n, ok := Numeral(value); ok && n > 0 {
				value = strconv.Itoa(n)
			}
			switch {
			case value == "":
			case below:
				return "-" + value
			default:
				return value
			}
		}
	}
	return ""
}

// plain reports whether r is a Western digit or a letter.
func plain(r rune) bool { return western(r) || letter(r) }

// count takes one labelled number of part i.
func (s *DoorShare) count(text, want string, doors []Door, i int) {
	s.Labelled++
	for _, d := range doors {
		if [4]string{d.Building, d.Unit, d.Floor, d.Room}[i] == want {
			s.Found++
			return
		}
	}
	if len(s.Missed) < missesKept {
		s.Missed = append(s.Missed, text+": "+want)
	}
}
