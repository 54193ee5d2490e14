package grid

// Place is what a resident's words say about where. Empty fields were not said.
type Place struct {
	// Microgrid is the ID of the micro-grid, empty if unknown.
	Microgrid string
	// Area is the narrowest area known: a micro-grid, a grid or a community;
	// empty when the words name a place the directory does not hold.
	Area string
	// Building, Unit, Floor and Room are digits, normalised: 三十二幢 is "32".
	Building, Unit, Floor, Room string
	// Text is the place as the person wrote it.
	Text string
	// Start and End are the byte span of Text in what was written.
	Start, End int
	// Exact means a building of that micro-grid was named.
	Exact bool
}

// Door is a building, unit, floor or room found in a text, without knowing
// which 小区 it is in. Fields are digits, normalised; those not said are empty.
type Door struct {
	Building, Unit, Floor, Room string
	// Start and End are the byte span in the text.
	Start, End int
}

type Gazetteer struct{ d *Directory }

func NewGazetteer(d *Directory) *Gazetteer                            { return &Gazetteer{d} }
func (g *Gazetteer) Find(text, home string) []Place                   { return nil }
func (g *Gazetteer) Nearest(lat, lon float64) (string, float64, bool) { return "", 0, false }
func ScanDoor(text string) []Door                                     { return nil }
func Numeral(s string) (int, bool)                                    { return 0, false }
