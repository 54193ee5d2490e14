package grid

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/planar"
)

// The most that the boundary of an area may be: a micro-grid is some houses, and a slip of
// a digit must not make it the whole country.
const (
	mostCorners = 5000
	widestArea  = 0.5 // degrees from side to side, some 50 km
)

// boundary reads the cell of a boundary: POLYGON or MULTIPOLYGON in well-known text, as
// geographic information systems export it, longitude before latitude.
func (r row) boundary() orb.MultiPolygon {
	s := r.text("boundary")
	if s == "" {
		return nil
	}
	m, code := parseBoundary(s)
	if code != "" {
		r.fail("boundary", code, shortened(s))
	}
	return m
}

// shortened is the beginning of a cell, for a complaint about it.
func shortened(s string) string {
	const enough = 40
	if rs := []rune(s); len(rs) > enough {
		return string(rs[:enough]) + "…"
	}
	return s
}

// parseBoundary reads well-known text, or tells the code of what is wrong with it. Corners
// are rounded to a tenth of a metre.
func parseBoundary(s string) (m orb.MultiPolygon, code string) {
	g, err := wkt.Unmarshal(s)
	if err != nil {
		return nil, "boundary"
	}
	switch g := g.(type) {
	case orb.Polygon:
		m = orb.MultiPolygon{g}
	case orb.MultiPolygon:
		m = g
	default:
		return nil, "boundary"
	}
	corners := 0
	for _, p := range m {
		for _, ring := range p {
			if corners += len(ring); len(ring) < 4 || !ring.Closed() {
				return nil, "boundary_open"
			}
			for i, c := range ring {
				ring[i] = orb.Point{sixPlaces(c.Lon()), sixPlaces(c.Lat())}
			}
		}
	}
	return m, misplaced(m, corners)
}

// misplaced is the code of what is wrong with where a boundary lies.
func misplaced(m orb.MultiPolygon, corners int) string {
	b := m.Bound()
	switch {
	case corners == 0:
		return "boundary"
	case corners > mostCorners:
		return "boundary_long"
	case onEarth(b.Min.Lat(), b.Min.Lon()) && onEarth(b.Max.Lat(), b.Max.Lon()):
	case onEarth(b.Min.Lon(), b.Min.Lat()) && onEarth(b.Max.Lon(), b.Max.Lat()):
		return "boundary_turned"
	default:
		return "boundary"
	}
	if !(b.Max.Lon()-b.Min.Lon() <= widestArea && b.Max.Lat()-b.Min.Lat() <= widestArea) {
		return "boundary_wide"
	}
	if planar.Area(m) == 0 {
		return "boundary_flat"
	}
	return ""
}

func onEarth(lat, lon float64) bool { return math.Abs(lat) < 89 && math.Abs(lon) <= 180 }

func sixPlaces(v float64) float64 { return math.Round(v*1e6) / 1e6 }

// boundaryText writes a boundary as it is read.
func boundaryText(m orb.MultiPolygon) string {
	switch len(m) {
	case 0:
		return ""
	case 1:
		return wkt.MarshalString(m[0])
	}
	return wkt.MarshalString(m)
}

// holds tells whether a position lies within an area's boundary.
func (a *Area) holds(lat, lon float64) bool {
	return len(a.Boundary) > 0 && planar.MultiPolygonContains(a.Boundary, orb.Point{lon, lat})
}

// metresFrom is how far a position is from an area: from its boundary, else from its centre. The
// earth counts as flat over that distance, which is right to a few metres; narrow is the
// length of a degree of longitude in degrees of latitude.
func (a *Area) metresFrom(lat, lon, narrow float64) float64 {
	if len(a.Boundary) == 0 {
		return metresPerDegree * math.Hypot(a.Lat-lat, (a.Lon-lon)*narrow)
	}
	least, from := math.Inf(1), orb.Point{}
	flat := func(c orb.Point) orb.Point { return orb.Point{(c.Lon() - lon) * narrow, c.Lat() - lat} }
	for _, p := range a.Boundary {
		for _, ring := range p {
			for i := 1; i < len(ring); i++ {
				least = min(least, planar.DistanceFromSegmentSquared(flat(ring[i-1]), flat(ring[i]), from))
			}
		}
	}
	return metresPerDegree * math.Sqrt(least)
}
