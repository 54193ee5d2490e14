package grid

import (
	"strconv"
	"strings"
)

// room reads a room: 501室 anywhere, a bare 501 only inside a building or unit,
// and there also the first of 605-606室.
func (l line) room(n token, inner bool, f *found) bool {
	if n.digits < 3 || n.digits > 4 {
		return false
	}
	to, named := l.roomWord(n.to, inner)
	if m := l.number(n.to + 1); !named && inner && l.get(n.to) == '-' && m.digits == n.digits {
		to, named = l.roomWord(m.to, true)
	}
	if !named {
		to = n.to
		likely := plausibleRoom(n, 99) || l.get(to) == 0 && f.to > f.from && !ServiceNumber(numberOf(n))
		if !inner || !likely || l.measured(to) || n.spelt && !l.digitByDigit(n) {
			return false
		}
	}
	f.Room, f.to = n.value, to
	return true
}

// digitByDigit reports whether a number is spelt as rooms are, 五零二, with nothing
// behind it that makes it several: 一二三楼.
func (l line) digitByDigit(n token) bool {
	for _, c := range l.r[n.to-n.digits : n.to] {
		if digit(c) < 0 {
			return false
		}
	}
	switch l.get(n.to) {
	case '楼', '层', '单', '幢', '栋', '门', '两', '十':
		return false
	}
	return true
}

// roomWord returns the place behind the word for a room at i; 号 is one inside a building.
func (l line) roomWord(i int, inner bool) (int, bool) {
	to, ok := l.after(i, "号室", "室", "号房", "房间", "房")
	if !ok && inner {
		return l.after(i, "号")
	}
	return to, ok
}

// lettered reads a room that has a letter, before or behind its digits, inside a
// building: B58, A1183, 825A, 11D.
func (l line) lettered(from int, f *found) bool {
	to := from
	for plain(l.get(to)) {
		to++
	}
	value := string(l.r[from:to])
	digits := strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if f.Room != "" || len(digits) < 2 || len(digits) > 4 || len(value) != len(digits)+1 || l.goesOn(to) {
		return false
	}
	if _, floor := l.after(to, "楼", "层"); floor || value == digits+"F" || l.get(to) == '区' {
		return false
	}
	f.Room, f.to = trimZeros(value), to
	if to, ok := l.roomWord(to, true); ok {
		f.to = to
	}
	return true
}

// unitRoom reads 1-1502 behind a building: unit 1, room 1502.
func (l line) unitRoom(n token, f *found) bool {
	if n.digits > 2 || l.get(n.to) != '-' {
		return false
	}
	m := l.number(n.to + 1)
	if m.value == "" || n.spelt || m.spelt || !l.room(m, true, f) {
		return false
	}
	f.Unit = n.value
	return true
}

// plausibleRoom reports whether a bare number looks like a room: a floor and
// then 01 to the most a floor may have. 100, 200 and the emergency numbers do not.
func plausibleRoom(n token, most int) bool {
	v, err := strconv.Atoi(n.value)
	return err == nil && v > 100 && v%100 >= 1 && v%100 <= most && v != 110 && v != 119 && v != 120
}

// measured reports whether what stands at i makes the number before it an
// amount, a time or part of a longer number.
func (l line) measured(i int) bool {
	switch c := l.get(i); c {
	case '元', '块', '米', '个', '人', '天', '岁', '斤', '分', '时', '点', '月', '日', '年', '度', '次', '户', '盏', '辆',
		'只', '条', '万', '千', '百', '多', '几', '瓦', '平', '%', '-', '.', ':', '/', '公', '毫', '号', '小', '秒', '转', '升', '吨', '份', '名', '位', '期', '路':
		return true
	default:
		return western(c) || letter(c)
	}
}
