package grid

// tails are the ends of names that have doors: 小区, 大厦, 工业区.
var tails = byLast("place.tail")

// halls are those of them with rooms and no houses: 66号 in a market is a stall.
var halls = byLast("place.hall")

// roads are the ends of names that have house numbers and no doors of their own.
var roads = byLast("place.road")

// behindName reports whether the name of an estate or a building ends at i, or
// right before one separator at i-1.
func (l line) behindName(i int) bool {
	switch l.get(i - 1) {
	case ' ', '-':
		i--
	}
	_, ok := l.before(i, tails)
	_, road := l.before(i, roads)
	return ok && !road && (l.get(i-1) != '号' || western(l.get(i-2))) // 尾号883 is no address
}

// highestFloor is above any floor there is, as three digits compare.
const highestFloor = "170"

// addressed reads what is a door only because a name stands before it: 小区5-3,
// 新村108--7-905, 公寓8-895, 弄125号, 大厦2102, 中心A1264室.
func (l line) addressed(i int, f *found) bool {
	n := l.number(i)
	if n.value == "" || n.spelt {
		return l.bareRoom(i, f)
	}
	if g := (found{from: i, to: i}); l.chain(n, &g) {
		*f = g
		return true
	}
	if g := (found{from: i, to: i}); l.hall(i, n, &g) {
		*f = g
		return true
	}
	if l.behindHall(i) {
		return l.bareRoom(i, f)
	}
	return l.houseNumber(n, f) || l.bareRoom(i, f)
}

// behindHall reports whether the name that ends at i is a building's.
func (l line) behindHall(i int) bool {
	_, ok := l.before(i, halls)
	return ok
}

// joint returns the place behind what joins two numbers of a door, the 一 that
// hasty fingers make of a dash among it.
func (l line) joint(i int) (int, bool) {
	to := i
	for l.get(to) == '-' && to-i < 4 {
		to++
	}
	if to == i && l.get(i) == '一' && western(l.get(i-1)) && western(l.get(i+1)) {
		to++
	}
	return to, to > i
}

// chain reads 49-4-10, 5-3 and 8-895 behind a name.
func (l line) chain(n token, f *found) bool {
	list := []token{n}
	for len(list) < 4 {
		to, ok := l.joint(list[len(list)-1].to)
		m := l.number(to)
		if !ok || m.value == "" || m.spelt {
			break
		}
		list = append(list, m)
	}
	last := list[len(list)-1]
	if len(list) < 2 || n.digits > 3 || l.goesOn(last.to) {
		return false
	}
	f.Building, f.to = n.value, last.to
	parts := []*string{&f.Unit, &f.Room}
	switch {
	case len(list) == 4:
		parts = []*string{&f.Unit, &f.Floor, &f.Room}
	case len(list) == 2 && last.digits > 2:
		parts = parts[1:]
	}
	for k, m := range list[1:] {
		if letter(l.get(m.to-m.digits)) && parts[k] != &f.Room {
			return false
		}
		*parts[k] = m.value
	}
	if to, ok := l.roomWord(f.to, true); ok {
		f.to = to
	}
	return true
}

// goesOn reports whether the number that ends at i is an amount, a time, or no
// number at all.
func (l line) goesOn(i int) bool {
	c := l.get(i)
	return c != '号' && c != '-' && l.measured(i) || c == '-' && western(l.get(i+1))
}

// hall reads B3 and A座 without its word: a letter, perhaps with a number, which
// is a building when a room or nothing more follows.
func (l line) hall(i int, n token, f *found) bool {
	if !letter(l.get(i)) || l.goesOn(n.to) || l.get(n.to) == '号' || l.get(n.to) == '区' {
		return false
	}
	f.Building, f.to = n.value, n.to
	l.rest(f)
	return f.Room != "" || f.Floor != "" || l.get(f.to) == 0
}

// bareRoom reads 2102, 757室 and A1264 behind the name of a building.
func (l line) bareRoom(i int, f *found) bool {
	hall := ""
	if letter(l.get(i)) && western(l.get(i+1)) {
		if !l.is(i-2, "大厦") && !l.is(i-2, "中心") && l.get(i-1) != '座' && l.lettered(i, f) {
			return true // a stall of a market
		}
		hall, i = string(l.get(i)), i+1
	}
	n := l.number(i)
	if n.value == "" || n.spelt || n.digits < 3 || l.goesOn(n.to) {
		return false
	}
	if _, ok := l.after(n.to, "号楼", "弄"); ok {
		return false
	}
	f.Building, f.Room, f.to = hall, n.value, n.to
	to, ok := l.roomWord(n.to, true)
	if ok {
		f.to = to
	}
	car := l.get(i-1) == '区' && l.get(i-2) != '小' // C区147 is where a car stands
	return ok || !car && !ServiceNumber(numberOf(n))
}

// houseNumber reads 125号 behind a village, an estate or a lane.
func (l line) houseNumber(n token, f *found) bool {
	to, ok := l.after(n.to, "号")
	if !ok || n.value == "" || n.digits > 3 {
		return false
	}
	f.Building, f.to = n.value, to
	l.rest(f)
	return true
}

// numberOf is the value of a number in Western digits.
func numberOf(n token) int {
	v, _ := Numeral(n.value)
	return v
}

// behind reads what a small number with 号 or 门 is inside a building: a unit
// right behind it (3幢2号501, 3幢2门501, 3幢5号), else a room (3楼5号), unless it can
// be a day, as in 3幢5号停水.
func (l line) behind(n token, f *found) bool {
	outer := f.Building != "" && f.Unit+f.Floor+f.Room == ""
	if to, ok := l.after(n.to, "门"); ok && outer && n.digits <= 2 && western(l.get(to)) {
		f.Unit, f.to = n.value, to
		return true
	}
	to, ok := l.after(n.to, "号")
	if !ok || n.spelt || n.digits > 3 {
		return false
	}
	next := l.number(to)
	followed := next.digits > 2 && !next.spelt && !l.goesOn(next.to)
	if !followed && (n.digits > 2 || l.get(to) != 0 && !l.pause(to)) {
		return false
	}
	if outer {
		f.Unit = n.value
	} else {
		f.Room = n.value
	}
	f.to = to
	return true
}

// pause reports whether the thing at i ends a clause or begins what a room may have.
func (l line) pause(i int) bool {
	switch l.get(i) {
	case '-', ',', '，', '。', '、', ')', '）', '(', '（', '店', '门', '库', '铺', '商', '摊', '家':
		return true
	}
	return l.is(i, "地下室") || l.floored(i)
}

// floored reports whether a floor stands at i.
func (l line) floored(i int) bool {
	_, ok := l.after(l.number(i).to, "楼", "层")
	return ok && l.number(i).value != ""
}
