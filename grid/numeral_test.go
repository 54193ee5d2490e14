package grid

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// digits are the Chinese digits by value.
var digits = []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}

// counted4 writes n < 10000 the way numbers are read aloud: 一千零四十二.
func counted4(n int) string {
	var b strings.Builder
	zero := false
	for _, u := range []struct {
		value int
		name  string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / u.value % 10
		if d == 0 {
			zero = b.Len() > 0
			continue
		}
		if zero {
			b.WriteString("零")
			zero = false
		}
		b.WriteString(digits[d] + u.name)
	}
	return b.String()
}

// aloud writes n < 100,000,000 in Chinese numerals.
func aloud(n int) string {
	if n == 0 {
		return digits[0]
	}
	if n < 10000 {
		return counted4(n)
	}
	rest := n % 10000
	switch {
	case rest == 0:
		return counted4(n/10000) + "万"
	case rest < 1000:
		return counted4(n/10000) + "万零" + counted4(rest)
	}
	return counted4(n/10000) + "万" + counted4(rest)
}

// spelledOut writes the digits of n one by one.
func spelledOut(n int) string {
	var b strings.Builder
	for _, c := range strconv.Itoa(n) {
		b.WriteString(digits[c-'0'])
	}
	return b.String()
}

func TestNumeralReadsEveryNumberOfAHouse(t *testing.T) {
	for n := range 10000 {
		forms := []string{aloud(n), spelledOut(n), strconv.Itoa(n), wide(strconv.Itoa(n))}
		if n >= 10 && n < 20 {
			forms = append(forms, strings.TrimPrefix(aloud(n), "一"))
		}
		if n > 20 && n < 30 {
			forms = append(forms, "廿"+digits[n-20])
		}
		if n > 100 && n < 1000 && n%10 == 0 && n%100 > 0 {
			forms = append(forms, strings.TrimSuffix(aloud(n), "十"))
		}
		for _, form := range forms {
			if got, ok := Numeral(form); !ok || got != n {
				t.Fatalf("Numeral(%q) = %d, %v, want %d", form, got, ok, n)
			}
		}
	}
}

func TestNumeralReadsLargeNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 99_999_999).Draw(t, "n")
		if got, ok := Numeral(aloud(n)); !ok || got != n {
			t.Fatalf("Numeral(%q) = %d, %v, want %d", aloud(n), got, ok, n)
		}
	})
}

// wide writes digits and letters in full width.
func wide(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r <= '~' {
			return r + '！' - '!'
		}
		return r
	}, s)
}

func TestNumeral(t *testing.T) {
	for s, want := range map[string]int{
		"三十二":          32,
		"一百零二":         102,
		"两":            2,
		"３２":           32,
		"廿三":           23,
		"卅":            30,
		"十":            10,
		"十五":           15,
		"二十":           20,
		"一百":           100,
		"一百二":          120,
		"一百二十":         120,
		"一百一十":         110,
		"一千零四十二":       1042,
		"一千零五":         1005,
		"五零二":          502,
		"一〇四二":         1042,
		"壹佰":           100,
		"一万二":          12000,
		"一万二千":         12000,
		"零":            0,
		"0":            0,
		" 7 ":          7,
		"二百五十六":        256,
		"九千九百九十九万":     99990000,
		"百":            -1,
		"":             -1,
		"三十二幢":         -1,
		"abc":          -1,
		"-3":           -1,
		"+3":           -1,
		"3.5":          -1,
		"三十十":          -1,
		"十百":           -1,
		"十廿":           -1,
		"999999999999": -1,
		"100000000":    -1,
		"一二三四五六七八九":    -1,
		"万":            -1,
		"一二十三":         -1,
		"12三":          -1,
	} {
		got, ok := Numeral(s)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("Numeral(%q) = %d, %v, want %d", s, got, ok, want)
		}
	}
}

func FuzzNumeral(f *testing.F) {
	f.Add("三十二")
	f.Add("一万二")
	f.Add("百千万")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := Numeral(s); ok && (n < 0 || n >= 200_000_000) {
			t.Fatalf("Numeral(%q) = %d", s, n)
		}
	})
}
