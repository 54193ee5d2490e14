package task

import (
	"slices"
	"strings"
	"testing"
)

// told is one line of the table of notices: who is told what because of a move,
// in the order they are written. A party is resident, desk, checker, above, higher,
// parent, or a staff id; "resident signed" stands for the notice resident.signed to the
// reporter.
type told struct {
	name   string
	before Task
	move   Move
	want   string
}

// letter writes a notice in the words of the table. A staff notice is known by
// its prefix; a party and a prefix that do not fit are written out.
func letter(n Notice) string {
	prefix, about, _ := strings.Cut(string(n.About), ".")
	party := string(n.To.Kind)
	if n.To.Kind == ToStaff {
		party = n.To.Staff
	}
	if prefix != string(n.To.Kind) && !shared(n) {
		about = string(n.About) + "(misfit)"
	}
	return party + " " + about
}

// shared tells a notice that has the same words for two parties.
func shared(n Notice) bool {
	switch n.To.Kind {
	case ToDesk:
		return n.About == AboutWithdrawn
	case ToAbove:
		return n.About == AboutSupervised
	case ToHigher:
		return n.About == AboutWaiting || n.About == AboutAboveLate+About(FinishClock)
	}
	return false
}

func inWords(notices []Notice) string {
	var all []string
	for _, n := range notices {
		all = append(all, letter(n))
	}
	return strings.Join(all, ", ")
}

var (
	returnedOnce = func(t *Task) { t.Returns = 1 }
	reworked     = func(t *Task) { t.Reworks = MaxReworks }
	urgedOnce    = func(t *Task) { t.Urges = 1 }
	silently     = func(m *Move) { m.Silent = true }
)

// notices is the table, grouped by the one who moves.
func notices() []told {
	return slices.Concat(fromTheDesk(), fromTheHandler(), fromTheResident(), ofPauses(), ofMerges(), ofHelpers(), ofExtensions(), ofClocks())
}

func fromTheDesk() []told {
	return []told{
		{"accept: the dispatch tells", in(Pending), move(Accept, desk), ""},
		{"accept by the system", in(Pending), move(Accept, system), ""},
		{"dispatch", in(Accepted), move(Dispatch, desk), "resident accepted, wu new"},
		{"dispatch at once", in(Pending), move(Dispatch, desk), "resident accepted, wu new"},
		{"dispatch after a return", in(Returned, returnedOnce), move(Dispatch, desk), "resident reassigned, wu new"},
		{"dispatch to another", in(Signed), move(Dispatch, desk), "resident reassigned, wu new, li away"},
		{"dispatch by the system", in(Accepted), move(Dispatch, system), "resident accepted, wu new"},
		{"dispatch of danger by the system", in(Accepted, urgency(Critical)), move(Dispatch, system), "resident accepted, wu new, desk critical"},
		{"dispatch of danger by the desk, who knows", in(Accepted, urgency(Critical)), move(Dispatch, desk), "resident accepted, wu new"},
		{"dispatch to the dispatcher herself", in(Accepted), move(Dispatch, desk, give("zhou")), "resident accepted"},
		{"dispatch while the resident reads the answer", in(Accepted), move(Dispatch, system, silently), "wu new"},
		{"reclassify by the desk", in(Signed), move(Reclassify, desk), "resident corrected, li reclassified"},
		{"reclassify by the system", in(Signed), move(Reclassify, system), "resident corrected, li reclassified"},
		{"reclassify at the desk", in(Pending), move(Reclassify, desk), "resident corrected"},
		{"reclassify into confidential", in(Signed), move(Reclassify, desk, as(complaint)), "resident corrected, desk pending, li away"},
		{"reclassify into confidential, for the street", in(Signed), move(Reclassify, desk, as(complaint), give("lin")), "resident corrected, lin new, li away"},
		{"reclassify into confidential, to be kept", in(Signed), move(Reclassify, desk, as(complaint), give("li")), "resident corrected, li reclassified"},
		{"relocate by the desk", in(Signed), move(Relocate, desk), "resident relocated, li relocated"},
		{"relocate at the desk", in(Pending), move(Relocate, desk), "resident relocated"},
		{"relocate into another grid", in(Signed), move(Relocate, desk, put(elsewhere), give("wu")), "resident relocated, wu new, li away"},
		{"relocate into another grid, for nobody", in(Signed), move(Relocate, desk, put(elsewhere)), "resident relocated, desk pending, li away"},
		{"relocate into another grid, to be kept", in(Signed), move(Relocate, desk, put(elsewhere), give("li")), "resident relocated, li relocated"},
		{"relocate what is confidential", in(Signed, confidential), move(Relocate, desk, put(elsewhere), give("wu")), "resident relocated, li relocated"},
		{"relocate a result into another grid", in(Checking), move(Relocate, desk, put(elsewhere)), "resident relocated, li relocated, checker check"},
		{"relocate a result", in(Checking), move(Relocate, desk), "resident relocated, li relocated"},
		{"regrade by the desk", in(Signed), move(Regrade, desk), "resident regraded, li regraded"},
		{"regrade at the desk", in(Pending), move(Regrade, desk, set(Complex)), "resident regraded"},
		{"regrade to critical by the desk, who knows", in(Signed), move(Regrade, desk, set(Critical)), "resident regraded, li regraded"},
		{"ask from the desk", in(Pending), move(Ask, desk), "resident question"},
		{"pass", in(Checking), move(Pass, chief), "resident finished"},
		{"fail", in(Checking), move(Fail, chief), "li failed"},
		{"forget", in(Signed), move(Forget, system), "media drop"},
		{"forget the one who was to rate", in(Feedback), move(Forget, system), "media drop"},
		{"rule", in(Returned), move(Rule, desk), "resident reassigned, wu new"},
		{"rule for the dispatcher herself", in(Returned), move(Rule, desk, give("zhou")), "resident reassigned"},
		{"confirm by the desk", in(Signed, urgency(Critical)), move(Confirm, desk), "resident safe"},
		{"supervise", in(Signed), move(Supervise, desk), "li supervised, above supervised"},
		{"supervise what waits at the desk", in(Pending), move(Supervise, desk), "above supervised"},
		{"supervise by who has it", in(Signed, func(t *Task) { t.Handler = "zhou" }), move(Supervise, desk), "above supervised"},
		{"exclude", in(Closed), move(Exclude, desk), ""},
		{"lose", in(Signed), move(Lose, system), "resident again"},
		{"lose what is of no use", in(Closed), move(Lose, system), ""},
		{"silence closes", in(Feedback), move(Silence, system), ""},
		{"replan", in(Signed), move(Replan, system), ""},
	}
}

func fromTheHandler() []told {
	return []told{
		{"sign", in(Dispatched), move(Sign, handler), "resident signed"},
		{"sign by a colleague", in(Dispatched), move(Sign, colleague), "resident signed, li away"},
		{"contact", in(Signed), move(Contact, handler), "resident contacted"},
		{"contact again", in(Processing), move(Contact, handler), "resident contacted"},
		{"progress", in(Signed), move(Progress, handler), "resident progress"},
		{"ask", in(Signed), move(Ask, handler), "resident question"},
		{"reclassify by the handler", in(Signed), move(Reclassify, handler), "resident corrected"},
		{"reclassify into confidential by the handler", in(Signed), move(Reclassify, handler, as(complaint)), "resident corrected, desk pending"},
		{"relocate by the handler", in(Signed), move(Relocate, handler), "resident relocated"},
		{"relocate into another grid by the handler", in(Signed), move(Relocate, handler, put(elsewhere), give("wu")), "resident relocated, wu new"},
		{"regrade by the handler", in(Signed), move(Regrade, handler), "resident regraded"},
		{"regrade to critical by the handler", in(Signed), move(Regrade, handler, set(Critical)), "resident regraded, desk critical"},
		{"finish", in(Processing), move(Finish, handler), "resident finished"},
		{"finish what is checked", in(Processing, urgency(Urgent)), move(Finish, handler), "checker check, resident checking"},
		{"return", in(Signed), move(Return, handler), "desk returned"},
		{"transfer", in(Signed), move(Transfer, handler), "resident reassigned, wu new"},
		{"transfer by a chief", in(Signed), move(Transfer, chief), "resident reassigned, wu new, li away"},
		{"taken over by a chief", in(Signed), move(Transfer, chief, give("chen")), "resident reassigned, li away"},
		{"escalate", in(Signed), move(Escalate, handler), "resident reassigned, wu new"},
		{"escalate by a chief", in(Signed), move(Escalate, chief), "resident reassigned, wu new, li away"},
		{"send back", in(Signed, func(t *Task) { t.From = "wu" }), move(SendBack, handler), "resident reassigned, wu new"},
		{"confirm", in(Signed, urgency(Critical)), move(Confirm, handler), "resident safe"},
	}
}

func fromTheResident() []told {
	return []told{
		{"supplement", in(Signed), move(Supplement, reporter), "li supplement"},
		{"supplement at the desk", in(Pending), move(Supplement, reporter), "desk supplement"},
		{"supplement before rating", in(Feedback), move(Supplement, reporter), "li supplement"},
		{"answer to the handler", in(Signed, asked("li")), move(Supplement, reporter), "li reply"},
		{"answer to the dispatcher", in(Pending, asked("zhou")), move(Supplement, reporter), "zhou reply"},
		{"answer to the dispatcher while a handler has it", in(Signed, asked("zhou")), move(Supplement, reporter), "zhou reply, li supplement"},
		{"urge", in(Signed), move(Urge, reporter), "li urged"},
		{"urge at the desk", in(Returned), move(Urge, reporter), "desk urged"},
		{"urge a second time", in(Signed, urgedOnce), move(Urge, reporter), "li urged, desk supervised"},
		{"urge a second time at the desk", in(Returned, urgedOnce), move(Urge, reporter), "desk urged, desk supervised"},
		{"urge what the street sees to", in(Signed, urgedOnce, func(t *Task) { t.Supervised = true }), move(Urge, reporter), "li urged"},
		{"withdraw while others help", called("wei", "xu"), move(Withdraw, reporter), "li withdrawn, wei dismissed, xu dismissed"},
		{"withdraw while the clocks stand still", in(Suspended), move(Withdraw, reporter), "li withdrawn"},
		{"appeal", in(Rejected), move(Appeal, reporter), "desk appeal"},
		{"withdraw", in(Signed), move(Withdraw, reporter), "li withdrawn"},
		{"withdraw from the desk", in(Pending), move(Withdraw, reporter), "desk withdrawn"},
		{"rate", in(Feedback), move(Rate, reporter), "li rated"},
		{"rate as acceptable", in(Feedback), move(Rate, reporter, rating(Acceptable)), "li rated"},
		{"rate as dissatisfied", in(Feedback), move(Rate, reporter, rating(Dissatisfied), give("li")), "li reopened"},
		{"reopen", in(Closed), move(Reopen, reporter), "li reopened"},
		{"reopen for another", in(Closed), move(Reopen, reporter, give("wu")), "wu reopened, li away"},
		{"reopen for nobody", in(Closed), move(Reopen, reporter, nobody), "li away, desk unsolved"},
		{"reopen too often", in(Closed, reworked), move(Reopen, reporter), "li away, desk unsolved"},
	}
}

func TestNotices(t *testing.T) {
	walked := map[Kind]bool{Opened: true} // its notices are the desk's to add
	for _, x := range notices() {
		walked[x.move.Kind] = true
		t.Run(x.name, func(t *testing.T) {
			c, err := x.before.Apply(x.move)
			if err != nil {
				t.Fatal(err)
			}
			if got := inWords(c.Notices); got != x.want {
				t.Errorf("told %q, want %q", got, x.want)
			}
			for _, n := range c.Notices {
				addressed(t, x, n)
			}
		})
	}
	for _, k := range Kinds() {
		if !walked[k] {
			t.Errorf("the table says nothing about %s", k)
		}
	}
}

// addressed checks what holds for every notice: it names its task and actor, is
// due at once, has exactly the address its party needs, and is never for the
// one who made the move.
func addressed(t *testing.T, x told, n Notice) {
	t.Helper()
	if n.Task != x.before.ID || n.Actor != x.move.By.Name || !n.Due.IsZero() && n.About != AboutDrop || n.Attempts != 0 || n.ID != "" {
		t.Errorf("%s: %+v", n.About, n)
	}
	if (n.To.Kind == ToResident) != (n.To.Person == zhao) || (n.To.Kind == ToStaff) != (n.To.Staff != "") {
		t.Errorf("%s: address %+v", n.About, n.To)
	}
	if n.To.Kind == ToResident && x.move.By.Kind == ByResident {
		t.Errorf("%s: residents are told of their own move", n.About)
	}
	if n.To.Kind == ToStaff && n.To.Staff == x.move.By.ID {
		t.Errorf("%s: %s is told of their own move", n.About, n.To.Staff)
	}
}

func TestNoticesWhenTheReporterIsGone(t *testing.T) {
	for _, x := range notices() {
		if x.move.By.Kind == ByResident || x.move.Kind == Inquire {
			continue // nobody is left to make it, or to be asked
		}
		x.before.Reporter = Person{}
		c, err := x.before.Apply(x.move)
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		var want []string
		for _, one := range strings.Split(x.want, ", ") {
			if one != "" && !strings.HasPrefix(one, "resident ") {
				want = append(want, one)
			}
		}
		if got := inWords(c.Notices); got != strings.Join(want, ", ") {
			t.Errorf("%s: told %q, want %q", x.name, got, strings.Join(want, ", "))
		}
	}
}

func TestSilenceIsForTheResidentOnly(t *testing.T) {
	for _, x := range notices() {
		x.move.Silent = true
		c, err := x.before.Apply(x.move)
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
		}
		if strings.Contains(inWords(c.Notices), "resident ") {
			t.Errorf("%s: told %q", x.name, inWords(c.Notices))
		}
	}
}

// TestQuietMovesTellNobody: the other side of a merge is nobody, and follows.
func TestQuietMovesTellNobody(t *testing.T) {
	for _, x := range notices() {
		want := ""
		if strings.Contains(x.want, "parent follow") {
			want = "parent follow"
		}
		x.move.Quiet = true
		c, err := x.before.Apply(x.move)
		if err != nil || inWords(c.Notices) != want || len(c.Events) != 1 {
			t.Errorf("%s: told %q, %d events, %v", x.name, inWords(c.Notices), len(c.Events), err)
		}
	}
}

func TestNoticesPassWordsOn(t *testing.T) {
	result := in(Checking).Result
	for _, x := range []struct {
		name   string
		before Task
		move   Move
		about  About
		want   string
	}{
		{"a question", in(Signed), move(Ask, handler, note("请问是几单元？")), AboutQuestion, "请问是几单元？"},
		{"an answer", in(Signed, asked("li")), move(Supplement, reporter, note("二单元 ")), AboutReply, "二单元"},
		{"the reason of a return", in(Signed), move(Return, handler, note("不属本网格")), AboutReturned, "不属本网格"},
		{"the reason of a failure", in(Checking), move(Fail, chief, note("照片看不清")), AboutFailed, "照片看不清"},
		{"a result", in(Signed), move(Finish, handler), AboutFinished, "已联系路灯所，明天上午更换"},
		{"the result, not the checker's remark", in(Checking), move(Pass, chief, note("这次就算了")), AboutFinished, result},
	} {
		c, err := x.before.Apply(x.move)
		if err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		i := slices.IndexFunc(c.Notices, func(n Notice) bool { return n.About == x.about })
		if i < 0 || c.Notices[i].Note != x.want {
			t.Errorf("%s: %+v, want %q", x.name, c.Notices, x.want)
		}
	}
	c, _ := in(Checking).Apply(move(Pass, chief, note("这次就算了")))
	if c.Events[0].Note != "这次就算了" {
		t.Errorf("the checker's remark is missing from the history: %+v", c.Events[0])
	}
}
