package grid

import "math"

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

// newCells sorts the micro-grids with a known centre into cells.
func newCells(areas []Area) map[cell][]int32 {
	cells := make(map[cell][]int32)
	for i, a := range areas {
		if a.Level == Microgrid && (a.Lat != 0 || a.Lon != 0) {
			c := cellOf(a.Lat, a.Lon)
			cells[c] = append(cells[c], int32(i))
		}
	}
	return cells
}

// Nearest returns the micro-grid whose centre is nearest to a position, in
// degrees, and how far away it is in metres; false when none is within 2 km.
// The earth counts as flat over that distance, which is right to a few metres.
func (g *Gazetteer) Nearest(lat, lon float64) (microgrid string, metres float64, ok bool) {
	if !(math.Abs(lat) < 89 && math.Abs(lon) <= 180) {
		return "", 0, false
	}
	narrow := math.Cos(lat * math.Pi / 180)
	at, best := int32(-1), math.Inf(1)
	look := func(c cell) {
		for _, i := range g.cells[c] {
			a := g.d.areas[i]
			d := metresPerDegree * math.Hypot(a.Lat-lat, (a.Lon-lon)*narrow)
			if d < best {
				at, best = i, d
			}
		}
	}
	here := cellOf(lat, lon)
	side := metresPerDegree * cellSide * narrow // the shorter side of a cell
	for ring := int32(0); float64(ring-1)*side <= min(best, tooFar); ring++ {
		here.ring(ring, look)
	}
	if best > tooFar {
		return "", 0, false
	}
	return g.d.areas[at].ID, best, true
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
