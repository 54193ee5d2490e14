package grid

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// FromWGS84 gives areas whose centres and boundaries are in WGS-84 (or in CGCS2000, less than
// a metre away), as surveyors and satellites give them, in GCJ-02, in which WeChat tells
// where somebody is. In between lie 300 to 700 metres, several micro-grids.
func FromWGS84(areas []Area) []Area {
	shifted := slices.Clone(areas)
	for i := range shifted {
		a := &shifted[i]
		if a.Lat != 0 || a.Lon != 0 {
			a.Lat, a.Lon = toGCJ02(a.Lat, a.Lon)
			a.Lat, a.Lon = sixPlaces(a.Lat), sixPlaces(a.Lon)
		}
		if len(a.Boundary) == 0 {
			continue
		}
		a.Boundary = a.Boundary.Clone()
		for _, p := range a.Boundary {
			for _, ring := range p {
				for j, c := range ring {
					lat, lon := toGCJ02(c.Lat(), c.Lon())
					ring[j] = orb.Point{sixPlaces(lon), sixPlaces(lat)}
				}
			}
		}
	}
	return shifted
}

// The ellipsoid GCJ-02 is reckoned on: Krasovsky 1940, half its longer axis in metres and the
// square of its eccentricity.
const (
	krasovskyAxis = 6378245.0
	krasovskyE2   = 0.00669342162296594323
)

// toGCJ02 shifts a position in degrees from WGS-84 to GCJ-02, by the formula that became known
// in 2010 and that every map service here uses. Outside China nothing is shifted.
func toGCJ02(lat, lon float64) (float64, float64) {
	if lat < 0.8293 || lat > 55.8271 || lon < 72.004 || lon > 137.8347 {
		return lat, lon
	}
	y, x := lat-35, lon-105
	// Waves in thirds: both offsets, in metres, share that of 3 and 1 periods a degree of longitude.
	wave := func(amplitude, halfPeriods float64) float64 { return amplitude * math.Sin(halfPeriods*math.Pi) * 2 / 3 }
	shared := wave(20, 6*x) + wave(20, 2*x)
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + shared +
		wave(20, y) + wave(40, y/3) + wave(160, y/12) + wave(320, y/30)
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + shared +
		wave(20, x) + wave(40, x/3) + wave(150, x/12) + wave(300, x/30)
	sin, cos := math.Sincos(lat * math.Pi / 180)
	bent := 1 - krasovskyE2*sin*sin
	meridian := krasovskyAxis * (1 - krasovskyE2) / (bent * math.Sqrt(bent)) // metres a radian of latitude
	parallel := krasovskyAxis / math.Sqrt(bent) * cos                        // metres a radian of longitude
	return lat + north/meridian*180/math.Pi, lon + east/parallel*180/math.Pi
}
