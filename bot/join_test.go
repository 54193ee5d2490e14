package bot

import (
	"strings"
	"testing"

	"gridbot/store"
	"gridbot/task"
)

// Who guesses at join codes is answered 30 times a minute like everybody, and after that
// not even a right one binds them: at that pace the 630 thousand million codes there can
// be are not run through.
func TestNoCodeIsTriedInAFlood(t *testing.T) {
	w := embedded(t)
	check(t, w.store.AddCodes(t.Context(), []store.Code{{Code: "k7mq2x9v", Staff: "s20"}}))
	bound := func() task.Person {
		p, err := w.store.StaffPerson(t.Context(), "s20")
		check(t, err)
		return p
	}
	before := bound()
	w.flooded(w.text("guesser", "绑定 k7mq2x9v"))
	if got := bound(); got != before {
		t.Fatalf("bound to %v by a guess too many", got)
	}
	if got := w.send(w.text("guesser", "绑定 aaaaaaaa")); strings.Contains(got, "k7mq") || bound() != before {
		t.Errorf("a wrong code: %q, bound to %v", got, bound())
	}
	w.send(w.text("guesser", "绑定 k7mq2x9v"))
	if got := bound(); got == before {
		t.Errorf("the right code, tried slowly, does not bind: the test shows nothing")
	}
}
