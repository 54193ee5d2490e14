package grid

import "slices"

// Units lists the departments by their codes, which are those of the handlers in
// the tree of categories.
func Units() []string { return wordList("units") }

// validUnit reports whether a code is a department's.
func validUnit(code string) bool { return slices.Contains(wordList("units"), code) }

// The handlers of a category that are not departments: each is somebody the area
// has itself. Property and OwnersCommittee are handlers by their roles' codes.
const (
	handlerThreeParty = "three_party" // 社区、业委会、物业
	handlerGrid       = "grid"        // 网格
	handlerCommunity  = "community"   // 社区
	handlerStreet     = "street"      // 街道
	handlerDispatcher = "dispatcher"  // 指挥室
)

// Handlers lists the codes that a category may name as its handlers: the area's
// own people first, then every department.
func Handlers() []string {
	own := []string{string(Property), string(OwnersCommittee), handlerThreeParty, handlerGrid, handlerCommunity, handlerStreet, handlerDispatcher}
	return append(own, Units()...)
}

// HandlerName is a handler's name in Chinese, 市政 for municipal, or the code
// itself if there is no such handler.
func HandlerName(code string) string {
	if names := wordList("handler." + code); len(names) > 0 {
		return names[0]
	}
	return code
}

// HandlerNamed is the code of the handler that a word means: its code, its name
// or another name in use, 城管 as well as 综合执法队; false if it means none.
func HandlerNamed(word string) (code string, ok bool) {
	if word == "" {
		return "", false
	}
	for _, code := range Handlers() {
		if word == code || slices.Contains(wordList("handler."+code), word) {
			return code, true
		}
	}
	return "", false
}

// roleNamed is the role that a word means: its code, its name or another name in
// use.
func roleNamed(word string) (Role, bool) {
	for _, r := range Roles() {
		if word == string(r) || word == r.Name() {
			return r, true
		}
	}
	for _, r := range Roles() {
		if slices.Contains(wordList("role.names."+string(r)), word) {
			return r, true
		}
	}
	return "", false
}
