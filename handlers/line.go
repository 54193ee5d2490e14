package handlers

import (
	"math"
	"sync"
)

// lines lets the messages of one person through one at a time, in the order in
// which they came. Memory is held only for persons with a message under way.
type lines struct {
	mu      sync.Mutex
	waiting map[string][]chan struct{} // an entry, maybe empty, while somebody is at the front
}

// noLimit lets a message wait however long the line is.
const noLimit = math.MaxInt

func newLines() *lines { return &lines{waiting: map[string][]chan struct{}{}} }

// join takes the last place in a person's line and returns the channel that is
// closed when it is the first, and false when limit others wait. Whoever joined
// calls leave after the channel was closed.
func (l *lines) join(person string, limit int) (<-chan struct{}, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	turn := make(chan struct{})
	behind, taken := l.waiting[person]
	switch {
	case !taken:
		l.waiting[person] = nil
		close(turn)
	case len(behind) >= limit:
		return nil, false
	default:
		l.waiting[person] = append(behind, turn)
	}
	return turn, true
}

// leave gives the front to the next in line.
func (l *lines) leave(person string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	behind := l.waiting[person]
	if len(behind) == 0 {
		delete(l.waiting, person)
		return
	}
	close(behind[0])
	l.waiting[person] = behind[1:]
}

// persons counts those with a message under way.
func (l *lines) persons() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting)
}
