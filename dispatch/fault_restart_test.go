package dispatch

import (
	"testing"

	"gridbot/task"
)

// Whose turn it is is no index in somebody's memory: a desk that has just started goes
// by what everybody has in hand, and gives the next task to who has less.
func TestFaultWhoseTurnItIsIsLostOnARestart(t *testing.T) {
	w := quick(t)
	had := map[string]int{}
	for range 6 {
		w.desk = w.newDesk(connect(t, w.srv)) // a process that knows nothing yet
		if _, err := w.desk.Refresh(w.ctx()); err != nil {
			t.Fatal(err)
		}
		x := w.open(w.report("streetlight", grid1))
		same(t, "status", x.Status, task.Dispatched)
		had[x.Handler]++
	}
	same(t, "the first worker's", had[full1a], 3)
	same(t, "the second worker's", had[full1b], 3)
}
