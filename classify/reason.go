package classify

import (
	"slices"
	"strconv"
)

// reason says in a few characters why a result came out: the danger rule, then
// the words that spoke most for the first guess.
func (k *Classifier) reason(res Result, r reading, s *scratch) string {
	b := s.quote[:0]
	if res.Danger.Level > 0 {
		b = append(b, "danger "...)
		b = strconv.AppendInt(b, int64(res.Danger.Level), 10)
		b = append(b, ' ')
		b = append(b, res.Danger.Rule...)
		b = append(b, "; "...)
	}
	b = k.quoteWords(b, k.output(res), r, s)
	s.quote = b
	return string(b)
}

// output is the model's output that stands for a result's first answer.
func (k *Classifier) output(res Result) int {
	name := string(res.Intent)
	if len(res.Guesses) > 0 {
		name = res.Guesses[0].Category
	}
	for i, class := range k.model.meta.Classes {
		if class == name {
			return i
		}
	}
	return 0
}

// quoteWords appends up to three words of the text, heaviest first, that do not
// overlap.
func (k *Classifier) quoteWords(b []byte, output int, r reading, s *scratch) []byte {
	says := s.says[:0]
	for _, f := range r.feats {
		says = append(says, k.model.weight(f, output))
	}
	s.says = says
	var taken [3]feature
	for n := range taken {
		found := false
		var weight float32
		for i, f := range r.feats {
			if says[i] > weight && legible(r.model[f.from:f.to]) && free(f, taken[:n]) {
				taken[n], weight, found = f, says[i], true
			}
		}
		if !found {
			break
		}
		if n > 0 {
			b = append(b, ' ')
		}
		b = append(b, string(r.model[taken[n].from:taken[n].to])...)
	}
	return b
}

// free tells whether a feature overlaps none of those taken.
func free(f feature, taken []feature) bool {
	for _, t := range taken {
		if f.from < t.to && t.from < f.to {
			return false
		}
	}
	return true
}

// legible tells whether a stretch of text may be shown to a person: two or more
// Chinese characters and nothing else. Single characters, digits and marks weigh
// in the sum and explain nothing.
func legible(rs []rune) bool {
	return len(rs) > 1 && !slices.ContainsFunc(rs, func(r rune) bool { return !isHan(r) })
}
