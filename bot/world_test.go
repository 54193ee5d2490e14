package bot

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/store"
	"gridbot/task"
)

var (
	redises    redistest.Set
	classifier = sync.OnceValues(func() (*classify.Classifier, error) {
		cats, err := task.DefaultCategories()
		if err != nil {
			return nil, err
		}
		return classify.New(cats)
	})
)

func TestMain(m *testing.M) {
	var code int
	defer func() { os.Exit(code) }()
	defer redises.Close()
	code = m.Run()
}

// world is a bot on the sample street, with a clock that moves only when told and
// nobody who delivers notices.
type world struct {
	testing.TB
	bot   *Bot
	desk  *dispatch.Desk
	store *store.Store
	redis *redistest.Server
	now   time.Time
	next  int // numbers the messages
}

// numbersToCall are told apart from each other by the tests.
func numbersToCall() map[string]string {
	return map[string]string{"": "110", "fire": "119", "gas": "119"}
}

// embedded is a world on a stand-in of its own.
func embedded(t *testing.T) *world {
	t.Helper()
	return newWorld(t, redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded}))
}

func newWorld(t testing.TB, r *redistest.Server) *world {
	t.Helper()
	w := &world{TB: t, redis: r}
	addrs := []string{r.Addr()}
	if r.Cluster() {
		addrs = append(addrs, r.Addr())
	}
	var err error
	if w.store, err = store.Open(store.Options{Addrs: addrs}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	cats, err := task.DefaultCategories()
	check(t, err)
	cal, err := grid.NewCalendar(grid.CalendarOptions{})
	check(t, err)
	w.now = time.Date(2026, 11, 23, 10, 0, 0, 0, cal.Location())
	clock := func() time.Time { return w.now }
	w.desk, err = dispatch.New(dispatch.Options{Store: w.store, Categories: cats, Calendar: cal, Now: clock, Alike: .2, Mask: classify.Mask,
		Alarm: func(string, string) {}, Moved: func(task.Kind) {}, Wake: func(string) {}})
	check(t, err)
	w.settle()
	k, err := classifier()
	check(t, err)
	w.bot, err = New(Options{Desk: w.desk, Classifier: k, Now: clock, Numbers: numbersToCall()})
	check(t, err)
	return w
}

// settle imports the sample street.
func (w *world) settle() {
	w.Helper()
	areas, err := grid.ReadAreas(bytes.NewReader(sample.Areas))
	check(w, err)
	staff, err := grid.ReadStaff(bytes.NewReader(sample.Staff))
	check(w, err)
	check(w, w.store.SaveDirectory(context.Background(), areas, staff))
	_, err = w.desk.Refresh(context.Background())
	check(w, err)
}

// failer is a test or a random round of one.
type failer interface {
	Helper()
	Fatal(args ...any)
}

func check(t failer, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func person(openid string) task.Person { return task.Person{Account: "a", OpenID: openid} }

// text is a message of words, sent now.
func (w *world) text(openid, words string) Message {
	w.next++
	return Message{Key: fmt.Sprintf("m%d", w.next), Person: person(openid), Street: "12", At: w.now, Kind: Text, Text: words}
}

// send works a message out from Begin to Commit, and moves the clock a little.
func (w *world) send(m Message) string {
	w.Helper()
	answer, err := w.try(context.Background(), m)
	if err != nil {
		w.Fatalf("%q: %v", m.Text, err)
	}
	return answer
}

func (w *world) try(ctx context.Context, m Message) (string, error) {
	turn, err := w.store.Begin(ctx, m.Person, m.Key, w.bot.Window(m), false, w.now)
	if err != nil || turn.State != store.Fresh {
		return turn.Answer, err
	}
	a, err := w.bot.Reply(ctx, m, turn)
	if err != nil {
		return "", err
	}
	w.now = w.now.Add(time.Second)
	return a.Text, w.store.Commit(ctx, turn, a.Ending, w.now)
}

// say is send for words.
func (w *world) say(openid, words string) string {
	w.Helper()
	return w.send(w.text(openid, words))
}

// live binds a person to a micro-grid by its code.
func (w *world) live(openid, scene string) {
	w.Helper()
	m := w.text(openid, "")
	m.Kind, m.Scene = Subscribe, scene
	w.send(m)
}

// join makes a person a member of staff.
func (w *world) join(openid, staff string) {
	w.Helper()
	code := fmt.Sprintf("70%s%d", staff, w.next)
	check(w, w.store.AddCodes(context.Background(), []store.Code{{Code: code, Staff: staff}}))
	w.says(openid, "绑定 "+code, "绑定成功")
}

// says sends words and wants all of these in the answer; one that begins with ! must
// not be there.
func (w *world) says(openid, words string, want ...string) {
	w.Helper()
	w.answers(w.say(openid, words), words, want...)
}

func (w *world) answers(got, to string, want ...string) {
	w.Helper()
	for _, x := range want {
		no, negative := strings.CutPrefix(x, "!")
		if negative == strings.Contains(got, no) {
			w.Errorf("%q is answered with\n%s\nwanted %q", to, got, x)
		}
	}
}

// tasks reads all tasks of the street.
func (w *world) tasks() (out []task.Task) {
	w.Helper()
	for seq := int64(task.FirstNumber); ; seq++ {
		t, err := w.store.Get(context.Background(), task.ID{Street: "12", Seq: seq})
		if err != nil {
			return out
		}
		out = append(out, t)
	}
}

// words is all a task's report and history hold.
func (w *world) words(t task.Task) string {
	w.Helper()
	events, err := w.store.History(context.Background(), t.ID, 20000)
	check(w, err)
	parts := []string{t.Text}
	for _, e := range events {
		parts = append(parts, e.Note)
	}
	return strings.Join(parts, "\n")
}

// holds tells whether some task holds these words.
func (w *world) holds(words string) bool {
	return slices.ContainsFunc(w.tasks(), func(t task.Task) bool { return strings.Contains(w.words(t), words) })
}
