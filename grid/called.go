package grid

import "slices"

// Handlers returns who serves an area as the kind of handler a category names: a
// code of [Handlers]. Whoever has the nearest post comes first: one in the area
// itself, then in the areas around it, one after the other. 物业 and 业委会 may
// also have theirs inside a grid, which counts as the grid itself; three_party is
// both of them and the community's secretary. The grid is its workers and its
// 网格长, the community its secretary and 社工, the street its leaders, or the
// dispatchers while none of those is present. Nil means nobody, or no such kind.
func (t Duty) Handlers(area, handler string) []Staff {
	at, ok := t.dir.index[area]
	if !ok {
		return nil
	}
	var few [16]int32
	list := t.handlers(few[:0], at, handler)
	if handler == handlerStreet && len(list) == 0 {
		list = t.around(list, at, Post{Role: Dispatcher})
	}
	return t.dir.people(once(list))
}

// handlers appends the positions of a kind of handler to list, nearest first.
func (t Duty) handlers(list []int32, at int32, handler string) []int32 {
	switch handler {
	case string(Property), string(OwnersCommittee):
		return t.around(t.inside(list, at, Role(handler)), at, Post{Role: Role(handler)})
	case handlerThreeParty:
		list = t.handlers(list, at, string(Property))
		list = t.handlers(list, at, string(OwnersCommittee))
		return t.around(list, at, Post{Role: Secretary})
	case handlerGrid:
		return t.around(list, at, Post{Role: FullTime}, Post{Role: PartTime}, Post{Role: GridHead})
	case handlerCommunity:
		return t.around(list, at, Post{Role: Secretary}, Post{Role: SocialWorker})
	case handlerStreet:
		return t.around(list, at, Post{Role: StreetLeader})
	case handlerDispatcher:
		return t.around(list, at, Post{Role: Dispatcher})
	case "":
		return list
	}
	return t.around(list, at, Post{Role: Department, Unit: handler})
}

// around appends who holds one of the posts in an area, then in the one around
// it, and so on to the top.
func (t Duty) around(list []int32, at int32, posts ...Post) []int32 {
	for ; at >= 0; at = t.dir.parent[at] {
		for _, p := range posts {
			p.Area = t.dir.areas[at].ID
			list = t.holders(list, p)
		}
	}
	return list
}

// inside appends who holds a role in a grid or somewhere inside it, by ID;
// nothing for an area that is no grid.
func (t Duty) inside(list []int32, at int32, role Role) []int32 {
	if t.dir.areas[at].Level != Grid {
		return list
	}
	from := len(list)
	for i := at; i < t.dir.end[at]; i++ {
		list = t.holders(list, Post{Role: role, Area: t.dir.areas[i].ID})
	}
	slices.Sort(list[from:])
	return list
}

// once keeps the first of what is in a list more than once.
func once(list []int32) []int32 {
	kept := list[:0]
	for _, at := range list {
		if !slices.Contains(kept, at) {
			kept = append(kept, at)
		}
	}
	return kept
}

// Called returns the people of a street whom a word can mean when somebody is to
// be called in (吹哨): everybody of a department or in a role, by any word in use
// for it (城管, 市政, 物业, 网格长), and everybody of that name; whoever is on leave
// is replaced by their substitute. Ordered by ID; nil if the word means nobody
// who is present. For those of one area see [HandlerNamed] and [Duty.Handlers].
func (t Duty) Called(street, name string) []Staff {
	at, ok := t.dir.index[street]
	if !ok || name == "" {
		return nil
	}
	var list []int32
	for _, p := range calledPosts(name) {
		list = t.around(list, t.dir.parent[at], p)
		for i := at; i < t.dir.end[at]; i++ {
			p.Area = t.dir.areas[i].ID
			list = t.holders(list, p)
		}
	}
	for _, i := range t.dir.byName[namedIn{street, name}] {
		if who := t.acting(i); who != nobody {
			list = append(list, who)
		}
	}
	slices.Sort(list)
	return t.dir.people(slices.Compact(list))
}

// calledPosts are the posts that a word means, their areas left open.
func calledPosts(word string) []Post {
	var posts []Post
	if code, ok := HandlerNamed(word); ok && validUnit(code) {
		posts = append(posts, Post{Role: Department, Unit: code})
	}
	if role, ok := roleNamed(word); ok {
		posts = append(posts, Post{Role: role})
	}
	return posts
}
