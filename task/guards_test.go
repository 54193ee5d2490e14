package task

import (
	"errors"
	"testing"
	"time"
)

// guard is one line of a guard's table: a task, a move, and the sentinel it is
// refused with, nil when it is accepted.
type guard struct {
	name   string
	before Task
	move   Move
	want   error
}

// check walks a guard's table.
func check(t *testing.T, table []guard) {
	t.Helper()
	for _, g := range table {
		t.Run(g.name, func(t *testing.T) {
			if _, err := g.before.Apply(g.move); !errors.Is(err, g.want) {
				t.Errorf("got %v, want %v", err, g.want)
			}
		})
	}
}

func TestReturn(t *testing.T) {
	once := func(t *Task) { t.Returns = 1 }
	ruled := func(t *Task) { t.Ruled = true }
	until := func(x time.Time) func(*Task) { return func(t *Task) { t.Plan.Return = x } }
	check(t, []guard{
		{"in time", in(Signed, until(nextNoon.Add(time.Minute))), move(Return, handler), nil},
		{"at the last moment", in(Signed, until(nextNoon)), move(Return, handler), nil},
		{"too late", in(Signed, until(nextNoon.Add(-time.Second))), move(Return, handler), ErrReturnLate},
		{"no limit set", in(Signed, until(time.Time{})), move(Return, handler), nil},
		{"a second time, for a ruling", in(Signed, once), move(Return, handler), nil},
		{"a second time and late", in(Signed, once, until(nine)), move(Return, handler), ErrReturnLate},
		{"after a ruling", in(Signed, once, ruled), move(Return, handler), ErrRuled},
		{"after a ruling and late", in(Signed, ruled, until(nine)), move(Return, handler), ErrRuled},
		{"without a reason", in(Signed), move(Return, handler, note("")), ErrNoteTooShort},
		{"with blanks for a reason", in(Signed), move(Return, handler, note(" 　\n")), ErrNoteTooShort},
	})
}

func TestASecondReturnIsRuledOnForGood(t *testing.T) {
	back := do(t, in(Signed, asked("li")), move(Return, handler))
	if back.Handler != "" || back.HandlerName != "" || back.AskedBy != "" || back.Returns != 1 {
		t.Fatalf("returned: %+v", back)
	}
	again := do(t, do(t, back, move(Dispatch, desk, give("wang"))), move(Return, colleague))
	if again.Status != Returned || again.Returns != 2 || again.Ruled {
		t.Fatalf("returned twice: %+v", again)
	}
	for _, k := range []Kind{Rule, Dispatch} {
		last := do(t, again, move(k, desk, give("li")))
		if _, err := last.Apply(move(Return, handler)); !errors.Is(err, ErrRuled) || last.Handler != "li" {
			t.Errorf("after %s, who has it for good returns it: %v", k, err)
		}
	}
	if early := do(t, back, move(Rule, desk, give("li"))); !early.Ruled {
		t.Error("a ruling after the first return is none")
	}
}

func TestUrge(t *testing.T) {
	half := nine.Add(12 * time.Hour) // the plan runs for 24 hours from nine
	urged := func(x time.Time) func(*Task) { return func(t *Task) { t.UrgedAt, t.Urges = x, 1 } }
	unplanned := func(t *Task) { t.Plan = Plan{} }
	check(t, []guard{
		{"at once", in(Signed), move(Urge, reporter, at(nine)), ErrUrgeEarly},
		{"a second before half time", in(Signed), move(Urge, reporter, at(half.Add(-time.Second))), ErrUrgeEarly},
		{"at half time", in(Signed), move(Urge, reporter, at(half)), nil},
		{"after the deadline", in(Signed), move(Urge, reporter, at(half.Add(72*time.Hour))), nil},
		{"again within a day", in(Signed, urged(half)), move(Urge, reporter, at(half.Add(UrgeEvery-time.Second))), ErrUrgedRecently},
		{"again after a day", in(Signed, urged(half)), move(Urge, reporter, at(half.Add(UrgeEvery))), nil},
		{"again and early: the day is named", in(Signed, urged(eight)), move(Urge, reporter, at(nine)), ErrUrgedRecently},
		{"at the desk, half counts from the report", in(Pending), move(Urge, reporter, at(eight.Add(12*time.Hour))), ErrUrgeEarly},
		{"at the desk, half counts from the report", in(Pending), move(Urge, reporter, at(eight.Add(12*time.Hour+30*time.Minute))), nil},
		{"no deadline yet", in(Pending, unplanned), move(Urge, reporter, at(eight.Add(time.Minute))), nil},
		{"without words", in(Signed), move(Urge, reporter, note("")), nil},
	})
	after := do(t, in(Signed, urged(half)), move(Urge, reporter, at(half.Add(UrgeEvery))))
	if after.Urges != 2 || !after.UrgedAt.Equal(half.Add(UrgeEvery)) {
		t.Errorf("urges %d, last at %v", after.Urges, after.UrgedAt)
	}
}

func TestWithdraw(t *testing.T) {
	for _, u := range Urgencies() {
		want := error(nil)
		if u == Critical {
			want = ErrConfirmSafety
		}
		check(t, []guard{{string(u), in(Processing, urgency(u)), move(Withdraw, reporter), want}})
	}
	if after := do(t, in(Signed), move(Withdraw, reporter)); !after.ClosedAt.Equal(nextNoon) {
		t.Errorf("withdrawn, but not closed at %v: %v", nextNoon, after.ClosedAt)
	}
}

func TestFinish(t *testing.T) {
	photo := func(by, kind string) func(*Task) {
		return func(t *Task) { t.Media = append(t.Media, Media{ID: "m1", Kind: kind, By: by}) }
	}
	voice := func(m *Move) { m.Media = []Media{{ID: "v1", Kind: Voice}} }
	check(t, []guard{
		{"ten characters", in(Signed), move(Finish, handler, note("已更换三幢楼下的灯泡")), nil},
		{"nine characters", in(Signed), move(Finish, handler, note("已更换三幢楼下灯泡")), ErrNoteTooShort},
		{"nine characters and blanks", in(Signed), move(Finish, handler, note("  已更换三幢楼下灯泡  ")), ErrNoteTooShort},
		{"nothing; the resident's photo is no proof", in(Signed), move(Finish, handler, note("")), ErrNoteTooShort},
		{"a photo with it", in(Signed), move(Finish, handler, note("好了"), image("m1")), nil},
		{"a voice message with it", in(Signed), move(Finish, handler, note("好了"), voice), ErrNoteTooShort},
		{"the handler's earlier photo", in(Signed, photo("li", Image)), move(Finish, handler, note("好了")), nil},
		{"the handler's earlier voice", in(Signed, photo("li", Voice)), move(Finish, handler, note("好了")), ErrNoteTooShort},
		{"a colleague's earlier photo", in(Signed, photo("wang", Image)), move(Finish, handler, note("好了")), ErrNoteTooShort},
	})
}

func TestFinishGoesToACheckerWhereTheUrgencyAsks(t *testing.T) {
	want := map[Urgency]Status{Critical: Checking, Urgent: Checking, Complex: Checking, Normal: Feedback, Info: Feedback, Rework: Feedback}
	for u, status := range want {
		after := do(t, in(Processing, urgency(u)), move(Finish, handler))
		if after.Status != status || !after.FinishedAt.Equal(nextNoon) || after.Result == "" {
			t.Errorf("%s: %s, finished %v, result %q; want %s", u, after.Status, after.FinishedAt, after.Result, status)
		}
	}
}

func TestCheckerIsNotTheHandler(t *testing.T) {
	// The chief and the dispatcher may check, but not what they did themselves.
	by := func(id string) func(*Task) { return func(t *Task) { t.Handler = id } }
	for _, k := range []Kind{Pass, Fail} {
		check(t, []guard{
			{string(k) + " by a chief", in(Checking), move(k, chief), nil},
			{string(k) + " by the chief who did it", in(Checking, by("chen")), move(k, chief), ErrNotYours},
			{string(k) + " by the dispatcher who did it", in(Checking, by("zhou")), move(k, desk), ErrNotYours},
			{string(k) + " by the handler", in(Checking), move(k, handler), ErrNotYours},
			{string(k) + " by the chief who reported it", in(Checking), move(k, himself), ErrOwnReport},
		})
	}
	check(t, []guard{
		{"fail without a reason", in(Checking), move(Fail, chief, note("")), ErrNoteTooShort},
		{"pass without a word", in(Checking), move(Pass, chief, note("")), nil},
	})
	if after := do(t, in(Checking), move(Fail, chief)); !after.FinishedAt.IsZero() || after.Handler != "li" {
		t.Errorf("failed: finished %v, handler %q", after.FinishedAt, after.Handler)
	}
}

func TestOwnReport(t *testing.T) {
	toReporter := func(m *Move) { m.To = Assignee{ID: "zhao", Name: "zhao", Person: zhao} }
	notJoined := func(m *Move) { m.To = Assignee{ID: "new", Name: "new"} }
	check(t, []guard{
		{"dispatched to the reporter", in(Accepted), move(Dispatch, desk, toReporter), ErrOwnReport},
		{"transferred to the reporter", in(Signed), move(Transfer, handler, toReporter), ErrOwnReport},
		{"escalated to the reporter", in(Signed), move(Escalate, handler, toReporter), ErrOwnReport},
		{"signed by the reporter", in(Dispatched), move(Sign, himself), ErrOwnReport},
		{"to somebody who has not joined", in(Accepted), move(Dispatch, desk, notJoined), nil},
		{"to somebody who has not joined, the reporter gone", in(Accepted, gone), move(Dispatch, desk, notJoined), nil},
		{"to the reporter, who is gone", in(Accepted, gone), move(Dispatch, desk, toReporter), nil},
		{"the reporter's right as a resident stays", in(Feedback), move(Rate, reporter), nil},
	})
	after := do(t, in(Feedback), move(Reopen, reporter, toReporter))
	if after.Status != Returned || after.Handler != "" {
		t.Errorf("reopened for its own reporter: %s with %q, want the desk", after.Status, after.Handler)
	}
}

func TestTarget(t *testing.T) {
	for _, k := range []Kind{Dispatch, Transfer, Escalate} {
		by := handler
		if k == Dispatch {
			by = desk
		}
		check(t, []guard{
			{string(k) + " to nobody", in(Signed), move(k, by, nobody), ErrNoTarget},
			{string(k) + " to the one who has it", in(Signed), move(k, by, give("li")), ErrNoTarget},
			{string(k) + " to another", in(Signed), move(k, by, give("wang")), nil},
		})
	}
	check(t, []guard{{"a chief takes it over", in(Signed), move(Transfer, chief, give("chen")), nil}})
}

func TestAssigningStartsTheClocksAnew(t *testing.T) {
	for _, k := range []Kind{Dispatch, Transfer, Escalate} {
		by := chief
		if k == Dispatch {
			by = desk
		}
		after := do(t, in(Signed, asked("li")), move(k, by, func(m *Move) { m.Place = elsewhere }))
		if after.Handler != "wu" || after.HandlerName != "wu" || after.AskedBy != "" || !after.SignedAt.IsZero() ||
			!after.DispatchedAt.Equal(nextNoon) || after.Plan != during(nextNoon) || after.Place != elsewhere {
			t.Errorf("%s: %+v", k, after)
		}
	}
}

func TestAcceptSetsWhatIsKnown(t *testing.T) {
	moved := do(t, in(Pending), move(Accept, desk, as(gas), func(m *Move) { m.Place = elsewhere }))
	if moved.Place != elsewhere || moved.Category != "gas_leak" || moved.Urgency != Critical || moved.Plan != during(nextNoon) {
		t.Errorf("accepted elsewhere: %+v", moved)
	}
	if kept := do(t, in(Pending), move(Accept, desk)); kept.Place != place || kept.Handler != "" {
		t.Errorf("accepted where it was: %+v", kept)
	}
}

func TestNotesThatAreNeeded(t *testing.T) {
	check(t, []guard{
		{"progress without anything", in(Signed), move(Progress, handler, note(" ")), ErrNoteTooShort},
		{"progress by photo", in(Signed), move(Progress, handler, note(""), image("m1")), nil},
		{"a question without words", in(Signed), move(Ask, handler, note("")), ErrNoteTooShort},
		{"a question by photo only", in(Signed), move(Ask, handler, note(""), image("m1")), ErrNoteTooShort},
		{"a supplement without anything", in(Signed), move(Supplement, reporter, note("")), ErrNoteTooShort},
		{"a supplement by photo", in(Signed), move(Supplement, reporter, note(""), image("m1")), nil},
		{"contact without words", in(Signed), move(Contact, handler, note("")), nil},
		{"accepted as nothing", in(Pending), move(Accept, desk, as(Category{})), ErrCategory},
		{"corrected to nothing", in(Signed), move(Reclassify, desk, as(Category{})), ErrCategory},
		{"rated with nothing", in(Feedback), move(Rate, reporter, rating("")), ErrMove},
		{"rated with nonsense", in(Feedback), move(Rate, reporter, rating("great")), ErrMove},
	})
}

func TestMediaJoinTheTaskAsTheActors(t *testing.T) {
	forged := func(m *Move) { m.Media = []Media{{ID: "m1", Kind: Image, By: "somebody"}} }
	for _, x := range []struct {
		move Move
		by   string
	}{
		{move(Progress, handler, forged), "li"},
		{move(Finish, handler, forged), "li"},
		{move(Supplement, reporter, forged), ""},
	} {
		after := do(t, in(Signed), x.move)
		want := Media{ID: "m1", Kind: Image, By: x.by}
		if len(after.Media) != 2 || after.Media[1] != want {
			t.Errorf("%s: media %+v, want %+v at the end", x.move.Kind, after.Media, want)
		}
		if x.move.Media[0].By != "somebody" {
			t.Errorf("%s: the caller's media were written to", x.move.Kind)
		}
	}
}

func TestFirstContactIsKept(t *testing.T) {
	first := do(t, in(Signed), move(Contact, handler, at(nine)))
	second := do(t, first, move(Contact, handler, at(nextNoon)))
	if !second.ContactedAt.Equal(nine) {
		t.Errorf("contacted at %v, want the first time, %v", second.ContactedAt, nine)
	}
}

func TestSupplementAnswersAQuestion(t *testing.T) {
	waiting := do(t, in(Signed), move(Ask, handler))
	if waiting.AskedBy != "li" {
		t.Fatalf("asked by %q", waiting.AskedBy)
	}
	if answered := do(t, waiting, move(Supplement, reporter)); answered.AskedBy != "" {
		t.Errorf("answered, but %q still waits", answered.AskedBy)
	}
	quiet := move(Supplement, reporter)
	quiet.Quiet = true
	if kept := do(t, waiting, quiet); kept.AskedBy != "li" {
		t.Errorf("nobody was told of an answer, but it is %q who waits", kept.AskedBy)
	}
	if other := do(t, do(t, in(Dispatched), move(Ask, handler)), move(Sign, colleague)); other.AskedBy != "" {
		t.Errorf("a colleague signed, but the answer still goes to %q", other.AskedBy)
	}
	if same := do(t, do(t, in(Dispatched), move(Ask, handler)), move(Sign, handler)); same.AskedBy != "li" {
		t.Errorf("the handler signed, but the answer goes to %q", same.AskedBy)
	}
	if own := do(t, waiting, move(Ask, desk)); own.AskedBy != "zhou" {
		t.Errorf("the dispatcher asked last, but the answer goes to %q", own.AskedBy)
	}
}

func TestFirstWordsOfAMatterThatBeganWithAPhoto(t *testing.T) {
	wordless := func(t *Task) { t.Text = "" }
	photo := do(t, in(Pending, wordless), move(Supplement, reporter, note(""), image("m1")))
	words := do(t, photo, move(Supplement, reporter, note("三幢的路灯")))
	more := do(t, words, move(Supplement, reporter, note("二单元门口")))
	if photo.Text != "" || words.Text != "三幢的路灯" || more.Text != "三幢的路灯" {
		t.Errorf("texts %q, %q, %q", photo.Text, words.Text, more.Text)
	}
}

func TestForget(t *testing.T) {
	want := map[Status]Status{Feedback: Closed, NeedInfo: Signed} // everywhere else the status stays
	for _, s := range Statuses() {
		before := in(s, func(t *Task) { t.Handler, t.HandlerName = "", "" })
		after := do(t, before, move(Forget, system))
		status, ok := want[s]
		if !ok {
			status = s
		}
		if after.Status != status || !after.Reporter.Zero() || after.Text != before.Text || len(after.Media) != len(before.Media) {
			t.Errorf("%s: %+v", s, after)
		}
		if (s == Feedback) != after.ClosedAt.Equal(nextNoon) {
			t.Errorf("%s: closed at %v", s, after.ClosedAt)
		}
		if _, err := after.Apply(move(Supplement, reporter)); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: the one who left still sees it: %v", s, err)
		}
		if _, err := after.Apply(move(Supplement, Actor{Kind: ByResident})); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: a resident without an identity sees it: %v", s, err)
		}
	}
}
