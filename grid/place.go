package grid

// Place is what a resident's words say about where. Empty fields were not said.
type Place struct {
	// Microgrid is the ID of the micro-grid, empty if unknown.
	Microgrid string
	// Area is the ID of the narrowest area known: a micro-grid, a grid or a
	// community; empty when the words name a place the directory does not hold.
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
