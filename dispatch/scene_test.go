package dispatch

import (
	"testing"

	"gridbot/task"
)

// scene is one thing that is done on the sample street and what follows from it.
type scene struct {
	by   string // staff id, "" for the resident
	move task.Kind
	set  func(*Order)
	want error
	is   task.Status // afterwards
	told string
}

// play does one thing after the other to a task.
func (w *world) play(x task.Task, scenes []scene) task.Task {
	w.t.Helper()
	for i, s := range scenes {
		o := from(x, s.move)
		if s.by != "" {
			o = by(s.by, x, s.move)
		}
		o.Key = w.key()
		if s.set != nil {
			s.set(&o)
		}
		got, err := w.desk.Do(w.ctx(), o)
		wantErr(w.t, err, s.want)
		if s.want != nil {
			s.told = "-"
		}
		if told := w.heard(); told != sorted(s.told) || s.is != "" && got.Status != s.is {
			w.t.Errorf("%d, %s by %q: %s, told\n  %s\nwant %s,\n  %s", i, s.move, s.by, got.Status, told, s.is, sorted(s.told))
		}
	}
	return must(w.store.Get(w.ctx(), x.ID))
}

func call(ids ...string) func(*Order) { return func(o *Order) { o.Call = ids } }
func to(id string) func(*Order)       { return func(o *Order) { o.To = id } }
func days(n int) func(*Order)         { return func(o *Order) { o.Days = n } }
func because(s string) func(*Order)   { return func(o *Order) { o.Reason = s } }
func silently(o *Order)               { o.Note = "" }

func TestCoHandlers(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	x = w.play(x, []scene{
		{by: full1a, move: task.CallIn, set: call(property, part2), is: task.Signed, told: "s18 staff.called, s20 staff.called"},
		{by: full1a, move: task.CallIn, set: call(property), want: task.ErrNoTarget},
		{by: full1a, move: task.CallIn, set: call(full1a), want: task.ErrNoTarget},
		{by: full1a, move: task.CallIn, set: call("s99"), want: task.ErrNoTarget},
		{by: full1a, move: task.CallIn, set: call(), want: task.ErrNoTarget},
		{by: guide, move: task.CallIn, set: call(full2), want: task.ErrNotYours},
		{by: part2, move: task.Finish, want: task.ErrNotYours},
		{by: property, move: task.Respond, told: "s11 staff.responded"},
		{by: property, move: task.Respond, want: task.ErrStatus},
		{by: full1a, move: task.Finish, want: task.ErrHelpersOpen},
		{by: property, move: task.Complete, told: "s11 staff.partdone"},
		{by: property, move: task.Complete, want: task.ErrStatus},
		{by: full1a, move: task.Finish, want: task.ErrHelpersOpen},
		{by: full1a, move: task.Dismiss, set: to(part2), told: "s18 staff.dismissed"},
		{by: part2, move: task.Respond, want: task.ErrNotFound},
		{by: full1a, move: task.CallIn, set: call(property), told: "s20 staff.called"},
		{by: property, move: task.Complete, set: silently, want: task.ErrNoteTooShort},
		{by: property, move: task.Complete, told: "s11 staff.partdone"},
		{by: full1a, move: task.Finish, is: task.Feedback, told: "resident resident.finished"},
	})
	same(t, "helpers", len(x.Helpers), 1)
}

// Who is called in is neither on leave nor the reporter.
func TestWhoCannotBeCalledIn(t *testing.T) {
	w := led(t)
	o := w.report("streetlight", grid1)
	o.Reporter = person(guide)
	x := w.open(o)
	w.outboxAfter(linkAfter)
	w.away(part2)
	w.play(x, []scene{
		{by: full1a, move: task.CallIn, set: call(part2), want: task.ErrNoTarget},
		{by: full1a, move: task.CallIn, set: call(guide), want: task.ErrOwnReport},
		{by: full1a, move: task.CallIn, set: call(full2, guide), want: task.ErrOwnReport}, // all or none
		{by: full1a, move: task.CallIn, set: call(full2), told: "s13 staff.called"},
	})
}

func TestExtensionAtTheDesk(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	w.play(x, []scene{
		{by: full1b, move: task.AskExtension, set: days(1), want: task.ErrNotYours},
		{by: head1, move: task.RefuseExtension, want: task.ErrNoWish},
		{by: full1a, move: task.AskExtension, set: days(1), told: "s05 checker.extend"},
		{by: full1a, move: task.AskExtension, set: days(2), want: task.ErrExtended},
		{by: full1a, move: task.Extend, want: task.ErrNotYours},
		{by: head1, move: task.RefuseExtension, set: silently, want: task.ErrNoteTooShort},
		{by: head1, move: task.RefuseExtension, told: "s11 staff.unextended"},
		{by: full1a, move: task.AskExtension, set: days(2), told: "s05 checker.extend"},
		{by: secretary, move: task.Extend, told: "resident resident.extended, s11 staff.extended"},
		{by: dispatcher1, move: task.Extend, set: days(1), want: task.ErrExtended},
	})
}

func TestSuspensionAtTheDesk(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	w.play(x, []scene{
		{by: full1a, move: task.Suspend, set: days(3), want: task.ErrNotYours},
		{by: head1, move: task.Suspend, set: days(3), want: task.ErrNotYours},
		{by: secretary, move: task.Suspend, set: days(0), want: task.ErrTooLong},
		{by: secretary, move: task.Suspend, set: days(91), want: task.ErrTooLong},
		{by: secretary, move: task.Suspend, set: days(3), is: task.Suspended, told: "resident resident.suspended, s11 staff.paused"},
		{by: full1a, move: task.Progress, want: task.ErrStatus},
		{move: task.Supplement, is: task.Suspended, told: "s11 staff.supplement"},
		{by: head1, move: task.Resume, want: task.ErrNotYours},
		{by: dispatcher1, move: task.Resume, is: task.Signed, told: "resident resident.resumed, s11 staff.resumed"},
		{by: dispatcher1, move: task.Resume, want: task.ErrStatus},
		{by: secretary, move: task.Suspend, set: days(90), is: task.Suspended, told: "resident resident.suspended, s11 staff.paused"},
		{move: task.Withdraw, is: task.Withdrawn, told: "s11 staff.withdrawn"},
	})
	danger := w.signed("gas_leak")
	o := by(secretary, danger, task.Suspend)
	o.Days = 1
	w.refused(o, task.ErrCritical)
}

func TestRejectionAndAppeal(t *testing.T) {
	w := led(t)
	x := w.open(w.report(task.Unclassified, grid1))
	w.outboxAfter(linkAfter)
	x = w.play(x, []scene{
		{by: head1, move: task.Reject, set: because("elsewhere"), want: task.ErrNotYours},
		{by: dispatcher1, move: task.Reject, set: because("boring"), want: task.ErrReason},
		{by: dispatcher1, move: task.Reject, set: because("elsewhere"), is: task.Rejected, told: "resident resident.rejected"},
		{by: dispatcher1, move: task.Reject, set: because("elsewhere"), want: task.ErrStatus},
		{move: task.Appeal, is: task.Pending, told: "s01 desk.appeal, s02 desk.appeal"},
		{by: dispatcher1, move: task.Reject, set: because("court"), is: task.Rejected, told: "resident resident.rejected"},
		{move: task.Appeal, want: task.ErrAppealed},
	})
	l := w.desk.Letter(&x)
	l.Note = "已在法院立案"
	same(t, "words", must(notices(t).Render("resident.rejected", l)), "您反映的幸福里小区3幢事项（12-1001）没有受理：这件事已经在走诉讼、仲裁或信访程序。已在法院立案。")
	late := w.open(w.report(task.Unclassified, grid1))
	o := by(dispatcher1, late, task.Reject)
	o.Reason = "elsewhere"
	w.do(o)
	w.pass(task.ReopenWindow + 1)
	w.refused(from(late, task.Appeal), task.ErrReopenLate)
	danger := w.report(task.Unclassified, "")
	danger.Danger = 2
	o = by(dispatcher1, w.open(danger), task.Reject)
	o.Reason = "elsewhere"
	w.refused(o, task.ErrCritical)
}

func TestReturnsAndTheRuling(t *testing.T) {
	w := led(t)
	x := w.given("streetlight")
	w.outboxAfter(linkAfter)
	w.play(x, []scene{
		{by: full1a, move: task.Return, set: silently, want: task.ErrNoteTooShort},
		{by: full1a, move: task.Return, is: task.Returned, told: "s01 desk.returned, s02 desk.returned"},
		{by: dispatcher1, move: task.Dispatch, set: to(full1b), is: task.Dispatched, told: "resident resident.reassigned, s12 staff.new"},
		{by: full1b, move: task.Return, is: task.Returned, told: "s01 desk.returned, s02 desk.returned"},
		{by: head1, move: task.Rule, set: to(full1a), want: task.ErrNotYours},
		{by: dispatcher2, move: task.Rule, set: to(full1a), is: task.Dispatched, told: "resident resident.reassigned, s11 staff.new"},
		{by: full1a, move: task.Return, want: task.ErrRuled},
		{by: full1a, move: task.Escalate, told: "resident resident.reassigned, s05 staff.new"},
		{by: head1, move: task.SendBack, told: "resident resident.reassigned, s11 staff.new"},
		{by: full1a, move: task.SendBack, want: task.ErrNoTarget}, // nobody handed it up
	})
}

// A second return brings it to the dispatcher's ruling (裁定), which is final.
func TestASecondReturnIsRuledOn(t *testing.T) {
	for _, move := range []task.Kind{task.Dispatch, task.Rule} {
		w := quick(t)
		x := w.given("streetlight")
		for _, next := range []string{full1b, head1} {
			x = w.do(by(x.Handler, x, task.Return))
			o := by(dispatcher1, x, move)
			if o.To = next; x.Returns < task.MaxReturns {
				o.Move = task.Dispatch
			}
			x = w.do(o)
		}
		same(t, "ruled", x.Ruled, true)
		w.refused(by(head1, x, task.Return), task.ErrRuled)
		same(t, "the promise stays", say(w, x.Plan.Finish), "06-04 10:00")
	}
}

func TestConfirmSuperviseExclude(t *testing.T) {
	w := led(t)
	x := w.signed("gas_leak")
	w.outboxAfter(linkAfter)
	x = w.play(x, []scene{
		{move: task.Withdraw, want: task.ErrConfirmSafety},
		{by: full1b, move: task.Confirm, want: task.ErrNotYours},
		{by: full1a, move: task.Confirm, told: "resident resident.safe"},
		{by: full1a, move: task.Confirm, want: task.ErrStatus},
		{by: head1, move: task.Supervise, want: task.ErrNotYours},
		{by: dispatcher1, move: task.Supervise, told: "s05 staff.supervised, s11 staff.supervised"},
		{by: dispatcher1, move: task.Supervise, want: task.ErrStatus},
		{move: task.Withdraw, is: task.Withdrawn, told: "s11 staff.withdrawn"},
		{by: head1, move: task.Exclude, want: task.ErrNotYours},
		{by: dispatcher1, move: task.Exclude, set: silently, want: task.ErrNoteTooShort},
		{by: dispatcher1, move: task.Exclude, is: task.Withdrawn, told: "-"},
	})
	same(t, "supervised", x.Supervised, true)
	same(t, "excluded", x.Excluded != "", true)
}
