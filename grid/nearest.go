package grid

import (
	"math"

	"github.com/paulmach/orb/planar"
)

// metresPerDegree is the length of a degree of latitude.
const metresPerDegree = 111_320

// tooFar is the distance, in metres, beyond which a position belongs to nobody.
const tooFar = 2000

// cellSide is the side of a cell of the index, in degrees: about a kilometre.
const cellSide = 0.01

// cell is one square of the index.
type cell struct{ y, x int32 }

// cellOf is the cell a position lies in.
func cellOf(lat, lon float64) cell {
	return cell{int32(math.Floor(lat / cellSide)), int32(math.Floor(lon / cellSide))}
}

// newCells sorts the micro-grids into cells: one with a boundary into every cell its bounding
// box touches, another into that of its centre, if it is known.
func newCells(areas []Area) map[cell][]int32 {
	cells := make(map[cell][]int32)
	for i, a := range areas {
		switch {
		case a.Level != Microgrid:
		case len(a.Boundary) > 0:
			b := a.Boundary.Bound()
			from, to := cellOf(b.Min.Lat(), b.Min.Lon()), cellOf(b.Max.Lat(), b.Max.Lon())
			for y := from.y; y <= to.y; y++ {
				for x := from.x; x <= to.x; x++ {
					cells[cell{y, x}] = append(cells[cell{y, x}], int32(i))
				}
			}
		case a.Lat != 0 || a.Lon != 0:
			c := cellOf(a.Lat, a.Lon)
			cells[c] = append(cells[c], int32(i))
		}
	}
	return cells
}

// Nearest returns the micro-grid in whose boundary a position lies, in degrees, the smallest if there
// are several; else the one whose boundary, or centre where no boundary is known, is nearest. With it
// comes how far away it is in metres, 0 inside; false when none is within 2 km.
func (g *Gazetteer) Nearest(lat, lon float64) (microgrid string, metres float64, ok bool) {
	if !onEarth(lat, lon) {
		return "", 0, false
	}
	here := cellOf(lat, lon)
	if at := g.around(here, lat, lon); at >= 0 {
		return g.d.areas[at].ID, 0, true
	}
	narrow := math.Cos(lat * math.Pi / 180)
	at, best := int32(-1), math.Inf(1)
	look := func(c cell) {
		for _, i := range g.cells[c] {
			if d := g.d.areas[i].metresFrom(lat, lon, narrow); d < best {
				at, best = i, d
			}
		}
	}
	side := metresPerDegree * cellSide * narrow // the shorter side of a cell
	for ring := int32(0); float64(ring-1)*side <= min(best, tooFar); ring++ {
		here.ring(ring, look)
	}
	if best > tooFar {
		return "", 0, false
	}
	return g.d.areas[at].ID, best, true
}

// around is the smallest micro-grid whose boundary a position lies in, −1 for none.
func (g *Gazetteer) around(here cell, lat, lon float64) int32 {
	at, least := int32(-1), math.Inf(1)
	for _, i := range g.cells[here] {
		a := &g.d.areas[i]
		if !a.holds(lat, lon) {
			continue
		}
		if size := planar.Area(a.Boundary); size < least {
			at, least = i, size
		}
	}
	return at
}

// ring visits the cells at exactly n steps from c.
func (c cell) ring(n int32, visit func(cell)) {
	for y := c.y - n; y <= c.y+n; y++ {
		step := max(2*n, 1)
		if y == c.y-n || y == c.y+n {
			step = 1
		}
		for x := c.x - n; x <= c.x+n; x += step {
			visit(cell{y, x})
		}
	}
}
