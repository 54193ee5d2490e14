package grid

type Gazetteer struct{ d *Directory }

func NewGazetteer(d *Directory) *Gazetteer                            { return &Gazetteer{d} }
func (g *Gazetteer) Find(text, home string) []Place                   { return nil }
func (g *Gazetteer) Nearest(lat, lon float64) (string, float64, bool) { return "", 0, false }
