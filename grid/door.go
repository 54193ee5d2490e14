package grid

// Door is a building, unit, floor or room found in a text, without knowing
// which 小区 it is in. Fields are digits (a building may be a letter, or a
// letter with digits; a room may have one letter); what was not said is empty. A floor below ground is
// negative.
type Door struct {
	Building, Unit, Floor, Room string
	// Start and End are the byte span in the text.
	Start, End int
}

// ScanDoor finds the doors in a text, in order: 3幢2单元501室, 三幢二单元五楼,
// 12-2-602, 三十二幢1-1502, 3#楼, in digits of either width. Behind what has the
// form of a name, 小区5-3, 弄125号 and 大厦2102 are doors as well. Telephone numbers,
// dates, times, amounts and counts (两幢楼) are not doors.
func ScanDoor(text string) []Door {
	var list []Door
	for _, d := range newLine(text).doors(func(int) bool { return false }) {
		list = append(list, d.Door)
	}
	return list
}

// found is a door with its span in runes.
type found struct {
	Door
	from, to int
}

// doors finds every door of the line. A number with only 号 behind it is one
// when named reports that a name ends where it begins, as in 中心路15号.
func (l line) doors(named func(i int) bool) []found {
	var list []found
	for i := 0; i < len(l.r); {
		f := found{from: i}
		if l.begins(i) && (l.door(i, &f) || named(i) && l.plate(i, &f) || l.behindName(i) && l.addressed(i, &f)) {
			f.Start, f.End = int(l.at[f.from]), int(l.at[f.to])
			list = append(list, f)
			i = f.to
			continue
		}
		i++
	}
	return list
}

// begins reports whether a number may begin at i: it is not the tail of a
// longer number or word.
func (l line) begins(i int) bool {
	c, before := l.get(i), l.get(i-1)
	switch {
	case western(c):
		return !western(before) && !letter(before) && before != '.' && before != ':'
	case letter(c):
		return !letter(before) && !western(before)
	case c == '负', c == '地' && l.get(i+1) == '下':
		return true
	}
	return numeral(c) && !numeral(before) && !western(before) && before != '几'
}

// door reads the door that begins at i into f.
func (l line) door(i int, f *found) bool {
	f.to = i
	if _, below := l.below(i); below {
		return l.part(f)
	}
	n := l.number(i)
	if n.value == "" {
		return false
	}
	if to, ok := l.building(i, n); ok {
		f.Building, f.to = n.value, to
		l.rest(f)
		return true
	}
	if letter(l.get(i)) && !western(l.get(i+1)) {
		return false
	}
	if l.dashed(i, n, f) {
		return true
	}
	if l.part(f) {
		l.rest(f)
		return true
	}
	return false
}

// plate reads 15号, the number of a house on a road or in a village.
func (l line) plate(i int, f *found) bool {
	n := l.number(i)
	to, ok := l.after(n.to, "号")
	if !ok || n.value == "" || n.spelt {
		return false
	}
	f.Building, f.to = n.value, to
	l.rest(f)
	return true
}

// building reports whether the number at i is a building's, and the place behind the word.
func (l line) building(i int, n token) (int, bool) {
	to, ok := l.after(n.to, "号楼", "号幢", "号栋", "幢", "栋", "橦", "撞", "座", "#楼", "#")
	if !ok || n.digits > 3 || l.counts(i, n, to) {
		return 0, false
	}
	if l.get(to) == '楼' && western(l.get(to+1)) { // 三栋楼811室
		to++
	}
	return to, true
}

// counts reports whether a number before 幢 says how many, not which one: 两幢,
// 这3幢, 三幢楼 with nothing said about where in it.
func (l line) counts(i int, n token, to int) bool {
	switch l.get(i - 1) {
	case '这', '那', '哪', '几', '共', '每':
		return true
	}
	if !n.spelt {
		return false
	}
	whole := l.get(to) == '楼' && !locative(l.get(to+1)) && !western(l.get(to+1))
	return l.get(i) == '两' || whole || l.get(to-1) == '座'
}

// locative are the runes that make 楼 a spot: 楼下, 楼道, 楼顶.
func locative(r rune) bool {
	switch r {
	case '下', '上', '道', '顶', '前', '后', '门', '梯', '里', '底', '旁', '边', '东', '南', '西', '北', '间', '内', '外':
		return true
	}
	return false
}

// rest reads the unit, floor and room that follow, each perhaps behind a
// separator; whatever does not fit is left alone.
func (l line) rest(f *found) {
	for {
		end := f.to
		switch l.get(end) {
		case '-', ' ', ',', '，', '的', '/', '、':
			f.to++
		}
		if !l.part(f) {
			f.to = end
			return
		}
	}
}

// part reads one unit, floor or room at f.to. Parts come from the outside in,
// so a unit is not read behind a room.
func (l line) part(f *found) bool {
	from, below := l.below(f.to)
	n := l.number(from)
	inner := f.Building != "" || f.Unit != "" || f.Floor != ""
	if inner && !below && l.lettered(from, f) {
		return true
	}
	if n.value == "" || letter(l.get(from)) {
		return false
	}
	if to, ok := l.unit(n); ok && !below && f.Unit+f.Floor+f.Room == "" {
		f.Unit, f.to = n.value, to
		return true
	}
	named := inner || l.behindName(from) && l.get(from-1) != '里'
	if to, ok := l.floor(n, named || below); ok && f.Floor+f.Room == "" && (n.digits <= 2 || named && !n.spelt && n.value < highestFloor) {
		f.Floor, f.to = n.value, to
		if below {
			f.Floor = "-" + n.value
		}
		return true
	}
	return !below && f.Room == "" && (inner && l.behind(n, f) || l.room(n, inner, f) || inner && f.Unit == "" && l.unitRoom(n, f))
}

// below returns the place behind the word for below ground, if it stands at i.
func (l line) below(i int) (int, bool) {
	switch {
	case l.get(i) == '负':
		return i + 1, true
	case l.is(i, "地下"):
		return i + 2, true
	}
	return i, false
}

// unit reports whether the number is a unit's: 2单元, or 2单 with a room behind it.
func (l line) unit(n token) (int, bool) {
	to, ok := l.after(n.to, "单元", "单")
	return to, ok && n.digits <= 2 && (l.get(to-1) == '元' || western(l.get(to)))
}

// floor reports whether the number is a floor's. Standing alone, 一层 is as
// likely a layer of dust, so it needs a building before it.
func (l line) floor(n token, inner bool) (int, bool) {
	to, ok := l.after(n.to, "楼")
	if ok {
		return to, !l.is(to, "盘") && !l.is(to, "栋")
	}
	if l.get(n.to) == 'F' && !n.spelt {
		return n.to + 1, !letter(l.get(n.to+1)) && !western(l.get(n.to+1))
	}
	to, ok = l.after(n.to, "层")
	return to, ok && (inner || !n.spelt) && l.get(to) != '楼'
}

// dashed reads 12-2-602 and 12-1042, beginning with the number n at i.
func (l line) dashed(i int, n token, f *found) bool {
	before := l.get(i - 1)
	if n.spelt || n.digits > 3 || letter(l.get(i)) && n.digits > 2 || l.get(n.to) != '-' || l.get(i) == '0' || before == '/' || before == '-' && western(l.get(i-2)) {
		return false
	}
	m := l.number(n.to + 1)
	if m.value == "" || m.spelt || letter(l.get(n.to+1)) {
		return false
	}
	g := found{Door: Door{Building: n.value}, from: i, to: i}
	if l.get(m.to) != '-' {
		if m.digits < 3 || n.digits == 3 && m.value > n.value || !plausibleRoom(m, 60) || !l.room(m, true, &g) {
			return false
		}
	} else if !l.unitRoom(m, &g) {
		return false
	}
	*f = g
	return true
}
