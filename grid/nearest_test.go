package grid

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	g := NewGazetteer(sampleStreet(t))
	for _, tt := range []struct {
		lat, lon float64
		want     string
		within   float64
	}{
		{28.6592, 121.4141, "12010101", 1},
		{28.65925, 121.41415, "12010101", 8},
		{28.6514, 121.4261, "12020306", 1},
		{28.6592, 121.4010, "12010101", 1300},
		{28.6750, 121.4141, "12010104", 1700},
		{28.70, 121.41, "", 0},
		{0, 0, "", 0},
		{28.65, -121.42, "", 0},
		{90, 0, "", 0},
		{-90, 121, "", 0},
		{1000, 1000, "", 0},
		{math.NaN(), math.NaN(), "", 0},
		{math.Inf(1), 0, "", 0},
		{88.9, 12, "", 0},
	} {
		got, metres, ok := g.Nearest(tt.lat, tt.lon)
		if got != tt.want || ok != (tt.want != "") || metres > tt.within {
			t.Errorf("Nearest(%v, %v) = %s, %.1f m, %v, want %s within %v m", tt.lat, tt.lon, got, metres, ok, tt.want, tt.within)
		}
	}
}

// TestNearestIsTheNearest compares the index with looking at every centre.
func TestNearestIsTheNearest(t *testing.T) {
	d := sampleStreet(t)
	g := NewGazetteer(d)
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(28.63, 28.68).Draw(t, "lat"), rapid.Float64Range(121.39, 121.45).Draw(t, "lon")
		best := math.Inf(1)
		for _, a := range d.Areas() {
			if a.Level == Microgrid {
				best = min(best, metresPerDegree*math.Hypot(a.Lat-lat, (a.Lon-lon)*math.Cos(lat*math.Pi/180)))
			}
		}
		_, metres, ok := g.Nearest(lat, lon)
		if ok != (best <= tooFar) || ok && math.Abs(metres-best) > 1e-6 {
			t.Fatalf("index says %v m, %v; the nearest is %v m", metres, ok, best)
		}
	})
}
