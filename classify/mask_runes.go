package classify

import "strings"

// letter tells whether r is a Latin letter, narrow or wide.
func letter(r rune) bool {
	if r >= 0xFF01 && r <= 0xFF5E {
		r -= 0xFEE0
	}
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// asciiDigit gives the value of a narrow or wide digit, −1 for anything else.
func asciiDigit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

// digit gives the value of a digit, also one spoken as a Chinese character.
func digit(r rune) int {
	switch r {
	case '零', '〇':
		return 0
	case '一', '幺', '壹':
		return 1
	case '二', '贰':
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
	return asciiDigit(r)
}

func separator(r rune) bool {
	return strings.ContainsRune(" -.·_　‐‑–—－−()（）\t\u200B\u00A0\u2009\uFEFF", r)
}
