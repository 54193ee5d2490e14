package classify

import "math"

// hashBits sizes the space features are hashed into. At 2^20 places fewer than one
// feature in ten shares its place with another one of a few thousand examples.
const hashBits = 20

// feature is one hashed n-gram and where it stands in the normalised text, so
// that a reason can quote it.
type feature struct {
	hash     uint32
	from, to uint16
}

// markValue is how much more a mark, a word group or a rule, counts than an
// n-gram: chosen among 1, 1.5, 2 and 3.
const markValue = 2

// value is what a feature counts before the message's length is taken out.
func (f feature) value() float32 {
	if f.to == 0 {
		return markValue
	}
	return 1
}

// lengthNorm makes the squared values of a message sum to 1, so that a long one
// does not shout.
func lengthNorm(fs []feature) float32 {
	var sum float32
	for _, f := range fs {
		sum += f.value() * f.value()
	}
	if sum == 0 {
		return 0
	}
	return float32(1 / math.Sqrt(float64(sum)))
}

// The kinds of features; each starts its hash from another seed.
const (
	seedChars  uint32 = 2166136261
	seedSounds uint32 = 0x9E3779B9
	seedMarks  uint32 = 0x7FEB352D
)

func mix(h, v uint32) uint32 {
	h = (h ^ v) * 16777619
	return h ^ h>>15
}

// place folds a hash into the feature space.
func place(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85EBCA6B
	h ^= h >> 13
	return h & (1<<hashBits - 1)
}

// features appends the distinct hashed features of a normalised text: character
// 1–3-grams with the ends of the text marked, and 2–3-grams of syllables, so
// that a homophone from voice input still matches; and what the rules and the
// word groups found, which come in as ids.
func features(t *tables, rs []rune, ids []uint32, buf []feature) []feature {
	if len(rs) > maxModelRunes {
		rs = rs[:maxModelRunes]
	}
	buf = charGrams(rs, buf)
	buf = soundGrams(t, rs, buf)
	return distinct(marks(ids, buf))
}

// marks appends one feature for each mark. Pairs of marks were tried and made
// the model worse on messages of other writers.
func marks(ids []uint32, buf []feature) []feature {
	for _, id := range ids {
		buf = append(buf, feature{hash: place(mix(seedMarks, id))})
	}
	return buf
}

// maxModelRunes bounds what the model reads: a longer letter says what it is
// about well before.
const maxModelRunes = 400

func charGrams(rs []rune, buf []feature) []feature {
	n := len(rs)
	at := func(i int) uint32 {
		if i < 0 || i >= n {
			return 1 // the edge of the text
		}
		return uint32(rs[i])
	}
	for i := -1; i <= n; i++ {
		h := seedChars
		for k := 0; k < 3 && i+k <= n; k++ {
			h = mix(h, at(i+k))
			if k == 0 && (i < 0 || i == n) {
				continue // the edge alone says nothing
			}
			buf = append(buf, feature{hash: place(h), from: uint16(max(i, 0)), to: uint16(min(i+k+1, n))})
		}
	}
	return buf
}

func soundGrams(t *tables, rs []rune, buf []feature) []feature {
	for i := range rs {
		h := seedSounds
		for k := 0; k < 3 && i+k < len(rs); k++ {
			s := t.sound(rs[i+k])
			if s == 0 {
				break
			}
			h = mix(h, uint32(s))
			if k > 0 {
				buf = append(buf, feature{hash: place(h), from: uint16(i), to: uint16(i + k + 1)})
			}
		}
	}
	return buf
}

// distinct keeps the first of each feature, in order.
func distinct(fs []feature) []feature {
	var seen [1 << 11]uint32 // a small open-addressing set of hash+1
	out := fs[:0]
	for _, f := range fs {
		slot, full := f.hash%uint32(len(seen)), true
		for range len(seen) {
			if seen[slot] == 0 || seen[slot] == f.hash+1 {
				full = false
				break
			}
			slot = (slot + 1) % uint32(len(seen))
		}
		if full || seen[slot] != 0 {
			continue
		}
		seen[slot] = f.hash + 1
		out = append(out, f)
	}
	return out
}
