package grid

import (
	"bytes"
	"os"
	"testing"
)

// sampleStreet is the invented street that ships with the program.
func sampleStreet(t testing.TB) *Directory {
	t.Helper()
	read := func(name string) *bytes.Reader {
		data, err := os.ReadFile("../sample/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.NewReader(data)
	}
	areas, err := ReadAreas(read("areas.csv"))
	if err != nil {
		t.Fatal(err)
	}
	staff, err := ReadStaff(read("staff.csv"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Build(Ground{Areas: areas, Staff: staff})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
