package grid

import (
	"strings"
	"testing"
)

// addresses are invented, in the form of labelled address lines.
const addresses = `{"text":"松涛路8号望潮花园3幢2单元五楼501室","tokens":["松","涛","路","8","号","望","潮","花","园","3","幢","2","单","元","五","楼","501","室"],"tags":["B-road","I-road","I-road","B-roadno","I-roadno","B-poi","I-poi","I-poi","I-poi","B-houseno","I-houseno","B-cellno","I-cellno","I-cellno","B-floorno","I-floorno","B-roomno","I-roomno"]}
{"text":"松涛街主楼负二层66","tokens":["松","涛","街","主","楼","负","二","层","66"],"tags":["B-road","I-road","I-road","B-houseno","I-houseno","B-floorno","I-floorno","I-floorno","B-roomno"]}
`

func TestMeasureDoors(t *testing.T) {
	got, err := MeasureDoors(strings.NewReader(addresses))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		part             string
		labelled, missed int
	}{{"building", 1, 0}, {"unit", 1, 0}, {"floor", 2, 0}, {"room", 2, 1}}
	for i, w := range want {
		g := got[i]
		if g.Part != w.part || g.Labelled != w.labelled || g.Found != w.labelled-w.missed || len(g.Missed) != w.missed {
			t.Errorf("%s: %+v, want %+v", w.part, g, w)
		}
	}
	if missed := strings.Join(got[3].Missed, ";"); missed != "松涛街主楼负二层66: 66" {
		t.Errorf("missed %q", missed)
	}
}

func TestMeasureDoorsTellsTheBadLine(t *testing.T) {
	for _, text := range []string{"{", `{"text":"3幢","tokens":["3"],"tags":[]}`, `{"text":"松涛苑","tokens":[],"tags":[]}`} {
		_, err := MeasureDoors(strings.NewReader(addresses + text + "\n"))
		if err == nil || !strings.HasPrefix(err.Error(), "line 3: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
