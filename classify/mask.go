package classify

import (
	"slices"
	"strings"
)

// Mask hides personal data in a text that goes to a log, a shared view or
// another program: mobile and fixed telephone numbers, resident ID numbers (18
// with a right checksum, 15 with a date of birth), bank cards with a right check
// digit, and vehicle plates, however they are separated or widened, every one of
// them. A local number of 7 or 8 digits is one only behind a word like 电话. What
// remains shows the kind of thing and too little to call, pay or look up anybody.
// House and task numbers, dates, amounts and service numbers stay. Masking twice
// changes nothing more.
func Mask(text string) string {
	rs := []rune(text)
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(rs); {
		end, keepFront, keepBack := secret(rs, i)
		if end == 0 {
			b.WriteRune(rs[i])
			i++
			continue
		}
		star(&b, rs[i:end], keepFront, keepBack)
		i = end
	}
	return b.String()
}

// star writes a secret with its middle hidden behind as many stars as there
// are characters.
func star(b *strings.Builder, rs []rune, front, back int) {
	for i, r := range rs {
		if i < front || i >= len(rs)-back {
			b.WriteRune(r)
		} else {
			b.WriteByte('*')
		}
	}
}

// secret tells whether a secret begins at i: its end, and how much of its front
// and back may be shown. end 0 means no.
func secret(rs []rune, i int) (end, front, back int) {
	if i > 0 && digit(rs[i-1]) >= 0 && digit(rs[i]) >= 0 {
		return 0, 0, 0 // inside a longer number that is none
	}
	if end := plate(rs, i); end > 0 {
		return end, 2, 1
	}
	if digit(rs[i]) < 0 && rs[i] != '+' && rs[i] != '＋' {
		return 0, 0, 0
	}
	if end := mobile(rs, i); end == i+11 {
		return end, 3, 2 // before what stands behind it makes a longer number of it
	}
	switch {
	case idNumber(rs, i) > 0:
		return idNumber(rs, i), 3, 1
	case card(rs, i) > 0:
		return card(rs, i), 4, 2
	case mobile(rs, i) > 0:
		return mobile(rs, i), 3, 2
	case landline(rs, i) > 0:
		return landline(rs, i), 4, 1
	case local(rs, i) > 0:
		return local(rs, i), 2, 1
	}
	return 0, 0, 0
}

// maxGap is how many separators may stand between two digits of one number.
const maxGap = 3

// number collects want digits from i on, skipping separators between them, and
// gives where they end; 0 when there are fewer, or when the number goes on.
func number(rs []rune, i, want int, into []int8) (end int) {
	n := 0
	for gap := 0; i < len(rs); i++ {
		if d := digit(rs[i]); d >= 0 {
			into[n] = int8(d)
			gap = 0
			if n++; n == want {
				i++
				break
			}
			continue
		}
		if gap++; n == 0 || gap > maxGap || !separator(rs[i]) {
			return 0
		}
	}
	if n < want || i < len(rs) && digit(rs[i]) >= 0 {
		return 0
	}
	return i
}

// grouped tells whether a number is broken as people break a telephone's: not at
// all, digit by digit, or with at least first digits in front and two in every
// other piece. 13-2-602 3-1-101 is two doors.
func grouped(rs []rune, first int) bool {
	var sizes []int
	for i, r := range rs {
		switch {
		case digit(r) < 0:
		case i > 0 && len(sizes) > 0 && digit(rs[i-1]) >= 0:
			sizes[len(sizes)-1]++
		default:
			sizes = append(sizes, 1)
		}
	}
	if len(sizes) == 0 || slices.Max(sizes) == 1 {
		return true
	}
	return sizes[0] >= first && slices.Min(sizes) >= 2
}

// mobile matches 11 digits that begin 13–19, with or without +86 or 0086 before them.
func mobile(rs []rune, i int) int {
	if rs[i] == '+' || rs[i] == '＋' {
		i++
	}
	var d [15]int8
	if end := number(rs, i, 15, d[:]); end > 0 && d[0] == 0 && d[1] == 0 && d[2] == 8 && d[3] == 6 && d[4] == 1 && d[5] >= 3 && grouped(rs[i:end], 4) {
		return end
	}
	if end := number(rs, i, 13, d[:]); end > 0 && d[0] == 8 && d[1] == 6 && d[2] == 1 && d[3] >= 3 && grouped(rs[i:end], 2) {
		return end
	}
	if end := number(rs, i, 11, d[:]); end > 0 && d[0] == 1 && d[1] >= 3 && grouped(rs[i:end], 3) {
		return end
	}
	return 0
}

// landline matches an area code, which begins with 0, and 7 or 8 digits.
func landline(rs []rune, i int) int {
	var d [12]int8
	for want := 12; want >= 10; want-- {
		if end := number(rs, i, want, d[:]); end > 0 && d[0] == 0 && d[1] > 0 && grouped(rs[i:end], 3) {
			return end
		}
	}
	return 0
}

// callWords are what stands right before a number that is called.
var callWords = [][]rune{[]rune("电话"), []rune("座机"), []rune("固话"), []rune("号码"), []rune("拨打"), []rune("打"), []rune("拨"), []rune("联系"), []rune("致电")}

// beforeNumber are the runes between such a word and its number.
const beforeNumber = " :：是为，,"

// local matches 7 or 8 digits behind a word for calling: 电话 8851 2345. A date is
// none, nor is what is counted.
func local(rs []rune, i int) int {
	from := i
	for from > 0 && i-from < maxGap && strings.ContainsRune(beforeNumber, rs[from-1]) {
		from--
	}
	if !slices.ContainsFunc(callWords, func(w []rune) bool { return from >= len(w) && slices.Equal(rs[from-len(w):from], w) }) {
		return 0
	}
	var d [8]int8
	for want := 8; want >= 7; want-- {
		end := number(rs, i, want, d[:])
		if end == 0 || d[0] < 2 || d[0] == 9 || !grouped(rs[i:end], 3) || end < len(rs) && strings.ContainsRune("元块万个号幢栋", rs[end]) {
			continue
		}
		if want == 8 && d[0] == 2 && d[1] == 0 && birthday(d[2:]) {
			continue
		}
		return end
	}
	return 0
}

// birthday tells whether six digits are a year, a month and a day.
func birthday(d []int8) bool {
	month, day := d[2]*10+d[3], d[4]*10+d[5]
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// idNumber matches 17 digits and a check character as GB 11643 defines them, and
// the 15 digits of old: a region, a date of birth, a serial number.
func idNumber(rs []rune, i int) int {
	var d [18]int8
	if end := number(rs, i, 15, d[:]); end > 0 && d[0] >= 1 && d[0] <= 6 && birthday(d[6:12]) && grouped(rs[i:end], 3) {
		return end
	}
	if end := number(rs, i, 18, d[:]); end > 0 && idCheck(d[:17]) == int(d[17]) {
		return end
	}
	end := number(rs, i, 17, d[:])
	if end == 0 {
		return 0
	}
	for gap := 0; end < len(rs) && gap <= maxGap; gap++ {
		switch r := rs[end]; {
		case r == 'x' || r == 'X' || r == 'ｘ' || r == 'Ｘ':
			if idCheck(d[:17]) == 10 {
				return end + 1
			}
			return 0
		case !separator(r):
			return 0
		}
		end++
	}
	return 0
}

// idCheck is the check value of 17 digits, 10 standing for X.
func idCheck(d []int8) int {
	weight, sum := 1, 0
	for i := len(d) - 1; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += weight * int(d[i])
	}
	return (12 - sum%11) % 11
}

// card matches 16 to 19 digits whose check digit (Luhn, ISO/IEC 7812) is right.
func card(rs []rune, i int) int {
	var d [19]int8
	for want := 19; want >= 16; want-- {
		if end := number(rs, i, want, d[:]); end > 0 && d[0] > 0 && luhn(d[:want]) {
			return end
		}
	}
	return 0
}

func luhn(d []int8) bool {
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i])
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// provinces are the characters a mainland plate begins with.
const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"

// plateEnds are the last characters of the plates of police, trailers, learners and
// cars from across the border.
const plateEnds = "警挂学港澳领试超"

// plate matches a province, a letter, and 5 or, for new energy, 6 letters and
// digits with a digit among them, or 4 and one of plateEnds; a dot or a space may
// follow the letter.
func plate(rs []rune, i int) int {
	if i+6 >= len(rs) || !strings.ContainsRune(provinces, rs[i]) || !letter(rs[i+1]) {
		return 0
	}
	j := i + 2
	for gap := 0; j < len(rs) && gap < maxGap && (separator(rs[j]) || rs[j] == '·' || rs[j] == '•'); gap++ {
		j++
	}
	start, digits := j, 0
	for j < len(rs) && j-start < 6 && (letter(rs[j]) || asciiDigit(rs[j]) >= 0) {
		if asciiDigit(rs[j]) >= 0 {
			digits++
		}
		j++
	}
	if j-start == 4 && j < len(rs) && strings.ContainsRune(plateEnds, rs[j]) {
		j++
	}
	if j-start < 5 || digits == 0 || j < len(rs) && asciiDigit(rs[j]) >= 0 {
		return 0
	}
	return j
}
