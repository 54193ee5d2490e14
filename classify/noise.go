package classify

import (
	"math/rand/v2"
	"slices"
)

// Noisy gives the examples as a careless voice input would write them: a share of the
// Chinese characters is replaced by another one of the same toneless sound that occurs in
// these messages, so by a usual one. The same seed gives the same noise.
func Noisy(examples []Example, share float64, seed uint64) []Example {
	t := charTables()
	heard := soundsOf(t, examples)
	rnd := rand.New(rand.NewPCG(seed, 0))
	out := slices.Clone(examples)
	for i := range out {
		text := []rune(out[i].Text)
		for j, r := range text {
			alike := heard[t.sound(r)]
			if t.sound(r) == 0 || len(alike) < 2 || rnd.Float64() >= share {
				continue
			}
			if text[j] = alike[rnd.IntN(len(alike))]; text[j] == r {
				text[j] = alike[(slices.Index(alike, r)+1)%len(alike)]
			}
		}
		out[i].Text = string(text)
	}
	return out
}

// soundsOf lists the characters of some messages by their sound, each once, in order.
func soundsOf(t *tables, examples []Example) map[uint16][]rune {
	heard := map[uint16][]rune{}
	for _, e := range examples {
		for _, r := range e.Text {
			if s := t.sound(r); s != 0 {
				heard[s] = append(heard[s], r)
			}
		}
	}
	for s, alike := range heard {
		slices.Sort(alike)
		heard[s] = slices.Compact(alike)
	}
	return heard
}
