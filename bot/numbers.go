package bot

import (
	"strings"
	"unicode"

	"gridbot/grid"
)

// choice reads the number of an answer: 1, １, 第二个, 选3。, 1、. It gives the words
// behind the number, which the caller compares with the choice: 2、路灯.
func (g *grammar) choice(text string) (n int, rest string, ok bool) {
	text = fold(text)
	bare := strings.TrimFunc(text, func(r rune) bool { return g.closing(r) || strings.ContainsRune(g.affix, r) })
	if n, ok := grid.Numeral(bare); ok && n > 0 {
		return n, "", true
	}
	digits := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
	if digits < 1 || digits > 2 {
		return 0, "", false
	}
	rest = strings.TrimLeftFunc(text[digits:], ending)
	n, ok = grid.Numeral(text[:digits])
	return n, rest, ok && n > 0 && rest != text[digits:]
}

// number reads a message that is nothing but a task's number.
func (g *grammar) number(text string) (grid.Number, bool) {
	return grid.ParseNumber(strings.TrimFunc(g.unlabelled(fold(text)), ending))
}

// trailing takes a task number off the end of a text: 李四 1042.
func trailing(text string) (grid.Number, string) {
	at := strings.LastIndexFunc(text, unicode.IsSpace)
	if at < 0 {
		return grid.Number{}, text
	}
	n, ok := grid.ParseNumber(text[at:])
	if !ok {
		return grid.Number{}, text
	}
	return n, strings.TrimSpace(text[:at])
}

// leading takes a task number off the front of a text. What is followed by a unit
// (3天, 1502室) is no number, nor is what the number grammar refuses.
func (g *grammar) leading(text string) (grid.Number, string) {
	end := 0
	for i, r := range text {
		if !unicode.IsDigit(r) && !unicode.Is(unicode.Pd, r) && r != '#' && !(r == ' ' && end == i && i > 0 && text[i-1] == '#') {
			break
		}
		end = i + len(string(r))
	}
	n, ok := grid.ParseNumber(strings.TrimSpace(text[:end]))
	if !ok {
		return grid.Number{}, text
	}
	rest := text[end:]
	for u := range g.units {
		if strings.HasPrefix(rest, u) {
			return grid.Number{}, text
		}
	}
	return n, strings.TrimLeftFunc(strings.TrimPrefix(rest, numberSign), filler)
}

// numberSign is the character that marks a number: 1042号.
const numberSign = "\u53f7"

// days reads a number of days at the front of a text and gives what stands behind it.
func (g *grammar) days(text string) (n int, rest string, ok bool) {
	text = strings.TrimLeftFunc(fold(text), filler)
	for _, unit := range g.daywords {
		front, rest, found := strings.Cut(text, unit)
		if !found {
			continue
		}
		if n, ok := grid.Numeral(strings.TrimSpace(front)); ok && n > 0 && n < 1000 {
			return n, strings.TrimLeftFunc(rest, ending), true
		}
	}
	end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsDigit(r) })
	if end < 0 {
		end = len(text)
	}
	n, ok = grid.Numeral(text[:end])
	rest = strings.TrimLeftFunc(text[end:], ending)
	return n, rest, ok && n > 0 && n < 1000 && (end == len(text) || rest != text[end:])
}

// leadingChoice reads the number of a choice at the front of a text, apart from the
// words behind it: 2 已在法院起诉, 第二个，已在法院起诉.
func (g *grammar) leadingChoice(text string) (n int, rest string, ok bool) {
	text = strings.TrimLeftFunc(fold(text), filler)
	end := strings.IndexFunc(text, ending)
	if end < 0 {
		end = len(text)
	}
	n, ok = grid.Numeral(strings.TrimFunc(text[:end], func(r rune) bool { return strings.ContainsRune(g.affix, r) }))
	return n, strings.TrimLeftFunc(text[end:], ending), ok && n > 0
}

// towards is what may stand before the number of the other task: 并案 1042 到 1001.
func (g *grammar) towards(r rune) bool { return filler(r) || strings.ContainsRune(g.into, r) }
