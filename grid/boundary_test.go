package grid

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// around is a square of twice so many degrees about a point.
func around(lat, lon, half float64) orb.MultiPolygon {
	lat, lon = sixPlaces(lat), sixPlaces(lon)
	var ring orb.Ring
	for _, c := range [][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {-1, -1}} {
		ring = append(ring, orb.Point{sixPlaces(lon + half*c[0]), sixPlaces(lat + half*c[1])})
	}
	return orb.MultiPolygon{{ring}}
}

// ringed is a boundary of so many corners, as text.
func ringed(corners int) string {
	var b strings.Builder
	b.WriteString("POLYGON((")
	for i := range corners - 1 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(corners))
		fmt.Fprintf(&b, "%.6f %.6f,", 121+0.1*cos, 28+0.1*sin)
	}
	b.WriteString("121.1 28))")
	return b.String()
}

// bounded is a street of three micro-grids: a court with a hole, a small yard inside a park that
// overlaps it, and a row of houses of which only the centre is known.
func bounded(t testing.TB) *Gazetteer {
	t.Helper()
	text := areaHeading + `1,街道,和风街道,,,,,,,
11,社区,幸福里社区,1,,,,,,
111,网格,第一网格,11,,,,,,
court,微网格,围院,111,,,,,,"POLYGON((121.400 28.650, 121.404 28.650, 121.404 28.654, 121.400 28.654, 121.400 28.650),(121.401 28.651, 121.403 28.651, 121.403 28.653, 121.401 28.653, 121.401 28.651))"
park,微网格,大园,111,,,,28.655,121.407,"MULTIPOLYGON(((121.405 28.650, 121.409 28.650, 121.409 28.658, 121.405 28.658, 121.405 28.650)),((121.420 28.650, 121.421 28.650, 121.421 28.651, 121.420 28.650)))"
yard,微网格,小院,111,,,,,,"POLYGON((121.408 28.650, 121.410 28.650, 121.410 28.652, 121.408 28.652, 121.408 28.650))"
row,微网格,排屋,111,,,,28.6522,121.4022,
`
	areas, err := ReadAreas(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Build(Ground{Areas: areas})
	if err != nil {
		t.Fatal(err)
	}
	return NewGazetteer(d)
}

func TestNearestGoesByBoundaries(t *testing.T) {
	g := bounded(t)
	for name, tt := range map[string]struct {
		lat, lon float64
		want     string
		metres   float64 // away, within 2
	}{
		"inside":                                   {28.6505, 121.4005, "court", 0},
		"in the hole, nearer to a centre":          {28.6521, 121.4021, "row", 15},
		"in the hole, nearer to its edge":          {28.6511, 121.4012, "court", 11},
		"inside, though a centre is nearer":        {28.6531, 121.4024, "court", 0},
		"where two overlap, the smaller":           {28.6510, 121.4085, "yard", 0},
		"the larger where it is alone":             {28.6530, 121.4085, "park", 0},
		"the second part":                          {28.6504, 121.4207, "park", 0},
		"outside of all":                           {28.6590, 121.4070, "park", 111},
		"a kilometre away, over an edge of a cell": {28.6510, 121.4305, "park", 927},
	} {
		got, metres, ok := g.Nearest(tt.lat, tt.lon)
		if got != tt.want || !ok || math.Abs(metres-tt.metres) > 2 {
			t.Errorf("%s: %s, %.1f m, %v; want %s, %v m", name, got, metres, ok, tt.want, tt.metres)
		}
	}
	if got, _, ok := g.Nearest(28.69, 121.40); ok {
		t.Errorf("more than 2 km away it is %s", got)
	}
}

// TestNearestFindsEveryBoundary compares the index with looking at every micro-grid.
func TestNearestFindsEveryBoundary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		areas := []Area{{ID: "1", Level: Street, Name: "街"}, {ID: "2", Level: Community, Name: "社", Parent: "1"}, {ID: "3", Level: Grid, Name: "网", Parent: "2"}}
		for i := range rapid.IntRange(1, 12).Draw(t, "micro-grids") {
			a := Area{ID: fmt.Sprint("m", i), Level: Microgrid, Name: "甲", Parent: "3",
				Lat: 28.65 + rapid.Float64Range(-.03, .03).Draw(t, "lat"), Lon: 121.4 + rapid.Float64Range(-.03, .03).Draw(t, "lon")}
			if half := rapid.Float64Range(0, 0.01).Draw(t, "half"); half > 1e-5 {
				a.Boundary = around(a.Lat, a.Lon, half)
			}
			areas = append(areas, a)
		}
		d, err := Build(Ground{Areas: areas})
		if err != nil {
			t.Fatal(err)
		}
		lat, lon := rapid.Float64Range(28.6, 28.7).Draw(t, "at lat"), rapid.Float64Range(121.35, 121.45).Draw(t, "at lon")
		best := math.Inf(1)
		for i := range d.areas {
			if a := &d.areas[i]; a.holds(lat, lon) {
				best = 0
			} else if a.Level == Microgrid {
				best = min(best, a.metresFrom(lat, lon, math.Cos(lat*math.Pi/180)))
			}
		}
		_, metres, ok := NewGazetteer(d).Nearest(lat, lon)
		if ok != (best <= tooFar) || ok && math.Abs(metres-best) > 1e-6 {
			t.Fatalf("index says %v m, %v; the nearest is %v m", metres, ok, best)
		}
	})
}

// TestGCJ02 holds the shift against positions that map services give for both systems.
func TestGCJ02(t *testing.T) {
	for _, tt := range [][4]float64{
		{31.1774276, 121.5272106, 31.17530398364597, 121.531541859215}, // Shanghai
		{22.543847, 113.912316, 22.540796131694766, 113.9171764808363}, // Shenzhen
		{39.911954, 116.377817, 39.91334545536069, 116.38404722455657}, // Beijing
		{48.858370, 2.294481, 48.858370, 2.294481},                     // Paris: not shifted
	} {
		if lat, lon := toGCJ02(tt[0], tt[1]); math.Abs(lat-tt[2]) > 1e-9 || math.Abs(lon-tt[3]) > 1e-9 {
			t.Errorf("%v, %v becomes %v, %v; want %v, %v", tt[0], tt[1], lat, lon, tt[2], tt[3])
		}
	}
}

func TestFromWGS84ShiftsCentresAndBoundaries(t *testing.T) {
	before := []Area{{ID: "a", Lat: 28.65, Lon: 121.42, Boundary: around(28.65, 121.42, 0.001)}, {ID: "b"}}
	after := FromWGS84(before)
	if before[0].Lat != 28.65 || before[0].Boundary[0][0][0] != (orb.Point{121.419, 28.649}) {
		t.Error("what was given is changed")
	}
	if a := after[0]; !a.holds(a.Lat, a.Lon) || a.holds(28.65, 121.42) {
		t.Errorf("the centre %v, %v is not in %v", a.Lat, a.Lon, a.Boundary)
	}
	if b := after[1]; b.Lat != 0 || b.Lon != 0 || b.Boundary != nil {
		t.Errorf("what has no position becomes %+v", b)
	}
}
