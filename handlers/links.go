package handlers

import (
	"context"
	"sync"
	"time"

	"gridbot/task"
)

// linksEvery is how often the notes of finished reports are taken out. It is well below the
// minute after which the courier looks at them.
const linksEvery = time.Second

// links are tasks whose reports are finished: Commit has put them on their reporters' lists,
// so the notes that would do it need not be looked at one by one. They are taken out many at
// a time. What is lost here, with the process, the courier does.
type links struct {
	mu  sync.Mutex
	ids map[string][]int64 // by street
}

func (l *links) add(ids []task.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if l.ids == nil {
			l.ids = map[string][]int64{}
		}
		l.ids[id.Street] = append(l.ids[id.Street], id.Seq)
	}
}

func (l *links) take() map[string][]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	ids := l.ids
	l.ids = nil
	return ids
}

// linker takes the notes out until ctx ends.
func (in *inbox) linker(ctx context.Context) {
	tick := time.NewTicker(linksEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for street, ids := range in.links.take() {
				if err := in.store.Linked(ctx, street, ids); err != nil {
					in.log.Debug("notes of finished reports are left to the courier", "err", err)
				}
			}
		}
	}
}
