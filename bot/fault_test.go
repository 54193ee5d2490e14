package bot

import (
	"testing"

	"gridbot/task"
)

// TestFaultANameThatBeginsAnother: whose name begins with a colleague's is let go, not
// the colleague.
func TestFaultANameThatBeginsAnother(t *testing.T) {
	for words, want := range map[string]string{"何强国 不用来了": "h2", "何强 不用来了": "h1", "，何强国": "h2"} {
		o := order{Cmd: cmdDismiss, Note: words}
		asked, err := (&chat{}).needHelper(&o, task.Task{Helpers: []task.Helper{{ID: "h1", Name: "何强"}, {ID: "h2", Name: "何强国"}}})
		check(t, err)
		if asked || o.To != want {
			t.Errorf("%q lets %q go, asked %v, want %q", words, o.To, asked, want)
		}
	}
}
