package grid

import "strconv"

// Numeral reads a whole string as a number written the way people write one:
// Western digits of either width, Chinese numerals (三十二, 一百零二, 两, 廿三),
// digits spelt one by one (五零二), and the short form 一百二 for 120. It reports
// false for anything else and for numbers of a hundred million and more.
func Numeral(s string) (int, bool) {
	r := []rune(fold(s))
	if len(r) == 0 || len(r) > 16 {
		return 0, false
	}
	if n, err := strconv.Atoi(string(r)); err == nil {
		return n, n >= 0 && n < 100_000_000 && r[0] != '+' && r[0] != '-'
	}
	if n, ok := spelled(r); ok {
		return n, true
	}
	return counted(r)
}

// digit is the value of one Chinese digit, -1 for another rune.
func digit(r rune) int {
	switch r {
	case '零':
		return 0
	case '一', '壹', '幺':
		return 1
	case '二', '两', '贰':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

// power is the value of a Chinese unit, 0 for another rune.
func power(r rune) int {
	switch r {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1000
	case '万':
		return 10000
	}
	return 0
}

// spelled reads digits one by one: 五零二 is 502, 三 is 3.
func spelled(r []rune) (int, bool) {
	n := 0
	for _, c := range r {
		d := digit(c)
		if d < 0 || n >= 10_000_000 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

// counted reads 三十二, 一百零二, 廿三, 一百二, 一万二.
func counted(r []rune) (int, bool) {
	whole, section := 0, 0 // before and after 万
	last, pending, zero := 100_000_000, -1, false
	for i, c := range r {
		switch d, p := digit(c), power(c); {
		case d == 0:
			zero = true
		case d > 0 && pending < 0:
			pending = d
		case c == '廿' || c == '卅':
			if i != 0 {
				return 0, false
			}
			section, last = map[rune]int{'廿': 20, '卅': 30}[c], 10
		case p == 10000 && whole == 0 && section+max(pending, 0) > 0:
			whole, section = (section+max(pending, 0))*p, 0
			pending, last, zero = -1, p, false
		case p > 0 && p < last && (pending > 0 || p == 10):
			section += max(pending, 1) * p
			pending, last, zero = -1, p, false
		default:
			return 0, false
		}
	}
	if pending > 0 && !zero && last >= 100 {
		pending *= last / 10 // 一百二 is 120
	}
	return whole + section + max(pending, 0), true
}
