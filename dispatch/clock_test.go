package dispatch

import (
	"testing"

	"gridbot/task"
)

// What is asked for when nobody does anything, from Monday, 1 June 2026, 10:00. A
// workday is 08:30–12:00 and 13:30–17:30, Friday 19 June is free. "-" tells nobody: the
// task is closed.
func TestClocksOfATaskLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name, category string
		until          task.Status // how far it was brought at 10:00
		want           string
	}{
		{"nobody signs", "streetlight", task.Dispatched, `
			06-01 11:00 s11 staff.remind.accept
			06-01 11:36 s11 staff.remind.accept
			06-01 12:00 resident resident.reassigned, s11 staff.away, s12 staff.new
			06-01 14:30 s12 staff.remind.accept
			06-01 15:06 s12 staff.remind.accept
			06-01 15:30 resident resident.reassigned, s05 staff.new, s12 staff.away
			06-01 16:30 s05 staff.remind.accept
			06-01 17:06 s05 staff.remind.accept
			06-01 17:30 resident resident.reassigned, s01 staff.new, s05 staff.away
			06-02 09:30 s01 staff.remind.accept
			06-02 10:06 s01 staff.remind.accept
			06-02 10:30 resident resident.reassigned, s01 staff.away, s02 staff.new
			06-02 11:30 s02 staff.remind.accept
			06-02 13:36 s02 staff.remind.accept
			06-02 14:00 s01 desk.unsigned, s02 staff.overdue.accept
			06-02 15:15 s02 staff.remind.finish
			06-02 15:45 s02 staff.remind.contact
			06-03 09:00 s02 staff.remind.contact
			06-03 10:30 s02 staff.overdue.contact, s90 above.overdue.contact
			06-03 14:30 s02 staff.remind.finish
			06-04 10:00 resident resident.overdue, s02 staff.overdue.finish, s90 above.overdue.finish
			06-05 15:15 s02 staff.overdue.finish, s90 above.overdue.finish
			06-09 10:00 s01 desk.supervised, s02 staff.overdue.finish, s90 above.overdue.finish`},
		{"signed", "streetlight", task.Signed, `
			06-01 15:15 s11 staff.remind.contact
			06-01 17:30 s11 staff.remind.contact
			06-02 10:00 s05 above.overdue.contact, s11 staff.overdue.contact
			06-02 15:15 s11 staff.remind.finish
			06-03 14:30 s11 staff.remind.finish
			06-04 10:00 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish
			06-05 15:15 s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish
			06-09 10:00 s01 desk.supervised, s02 desk.supervised, s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish`},
		{"a danger nobody signs", "gas_leak", task.Dispatched, `
			06-01 10:05 s11 staff.remind.accept
			06-01 10:08 s11 staff.remind.accept
			06-01 10:10 resident resident.reassigned, s01 desk.critical, s02 desk.critical, s11 staff.away, s12 staff.new
			06-01 10:15 s12 staff.remind.accept
			06-01 10:18 s12 staff.remind.accept
			06-01 10:20 resident resident.reassigned, s01 desk.critical, s02 desk.critical, s05 staff.new, s12 staff.away
			06-01 10:25 s05 staff.remind.accept
			06-01 10:28 s05 staff.remind.accept
			06-01 10:30 resident resident.reassigned, s01 staff.new, s02 desk.critical, s05 staff.away
			06-01 10:35 s01 staff.remind.accept
			06-01 10:38 s01 staff.remind.accept
			06-01 10:40 resident resident.reassigned, s01 desk.critical, s01 staff.away, s02 staff.new
			06-01 10:45 s02 staff.remind.accept
			06-01 10:48 s02 staff.remind.accept
			06-01 10:50 s01 desk.unsigned, s02 staff.overdue.accept
			06-01 10:55 s02 staff.remind.contact
			06-01 11:00 s02 staff.remind.feedback
			06-01 11:04 s02 staff.remind.contact
			06-01 11:10 s02 staff.overdue.contact, s90 above.overdue.contact
			06-01 11:36 s02 staff.remind.feedback
			06-01 12:00 s02 staff.overdue.feedback, s90 above.overdue.feedback
			06-01 22:00 s02 staff.remind.finish
			06-02 05:12 s02 staff.remind.finish
			06-02 10:00 resident resident.overdue, s02 staff.overdue.finish, s90 above.overdue.finish
			06-02 22:00 s02 staff.overdue.finish, s90 above.overdue.finish
			06-03 10:00 s01 desk.supervised, s02 staff.overdue.finish, s90 above.overdue.finish`},
		{"a danger", "gas_leak", task.Signed, `
			06-01 10:15 s11 staff.remind.contact
			06-01 10:24 s11 staff.remind.contact
			06-01 10:30 s05 above.overdue.contact, s11 staff.overdue.contact
			06-01 11:00 s11 staff.remind.feedback
			06-01 11:36 s11 staff.remind.feedback
			06-01 12:00 s05 above.overdue.feedback, s11 staff.overdue.feedback
			06-01 22:00 s11 staff.remind.finish
			06-02 05:12 s11 staff.remind.finish
			06-02 10:00 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish
			06-02 22:00 s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish
			06-03 10:00 s01 desk.supervised, s02 desk.supervised, s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish`},
		{"urgent", "water_outage", task.Signed, `
			06-01 11:00 s11 staff.remind.contact
			06-01 11:36 s11 staff.remind.contact
			06-01 12:00 s05 above.overdue.contact, s11 staff.overdue.contact
			06-01 22:00 s11 staff.remind.finish
			06-02 05:12 s11 staff.remind.finish
			06-02 10:00 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish
			06-02 22:00 s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish
			06-03 10:00 s01 desk.supervised, s02 desk.supervised, s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish`},
		{"complex", "house_leak", task.Signed, `
			06-01 15:15 s11 staff.remind.contact
			06-01 17:30 s11 staff.remind.contact
			06-02 10:00 s05 above.overdue.contact, s11 staff.overdue.contact
			06-10 15:15 s11 staff.remind.finish
			06-17 10:00 s11 staff.remind.finish
			06-23 10:00 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish
			07-02 15:15 s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish
			07-14 10:00 s01 desk.supervised, s02 desk.supervised, s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish`},
		{"a question", "suggestion", task.Signed, `
			06-01 15:15 s11 staff.remind.finish
			06-01 17:30 s11 staff.remind.finish
			06-02 10:00 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish
			06-02 15:15 s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish
			06-03 10:00 s01 desk.supervised, s02 desk.supervised, s03 above.overdue.finish, s05 above.overdue.finish, s11 staff.overdue.finish`},
		{"confidential, nobody signs", "staff_complaint", task.Dispatched, `
			06-01 10:15 s01 staff.remind.accept
			06-01 10:24 s01 staff.remind.accept
			06-01 10:30 resident resident.reassigned, s01 staff.away, s02 staff.new
			06-01 10:45 s02 staff.remind.accept
			06-01 10:54 s02 staff.remind.accept
			06-01 11:00 s01 desk.unsigned, s02 staff.overdue.accept
			06-01 15:45 s02 staff.remind.contact
			06-02 09:00 s02 staff.remind.contact
			06-02 10:30 s02 staff.overdue.contact, s90 above.overdue.contact
			06-02 15:15 s02 staff.remind.finish
			06-03 14:30 s02 staff.remind.finish
			06-04 10:00 resident resident.overdue, s02 staff.overdue.finish, s90 above.overdue.finish
			06-05 15:15 s02 staff.overdue.finish, s90 above.overdue.finish
			06-09 10:00 s01 desk.supervised, s02 staff.overdue.finish, s90 above.overdue.finish`},
		{"confidential", "staff_complaint", task.Signed, `
			06-01 15:15 s01 staff.remind.contact
			06-01 17:30 s01 staff.remind.contact
			06-02 10:00 s01 staff.overdue.contact, s90 above.overdue.contact
			06-02 15:15 s01 staff.remind.finish
			06-03 14:30 s01 staff.remind.finish
			06-04 10:00 resident resident.overdue, s01 staff.overdue.finish, s90 above.overdue.finish
			06-05 15:15 s01 staff.overdue.finish, s90 above.overdue.finish
			06-09 10:00 s01 staff.overdue.finish, s02 desk.supervised, s90 above.overdue.finish`},
		{"a danger's result", "gas_leak", task.Checking, `
			06-01 12:00 s05 checker.overdue
			06-01 14:00 s01 desk.unchecked, s02 desk.unchecked`},
		{"a complex matter's result", "house_leak", task.Checking, `
			06-02 10:00 s05 checker.overdue
			06-03 10:00 s01 desk.unchecked, s02 desk.unchecked`},
		{"nobody rates", "streetlight", task.Feedback, `
			06-08 10:00 -`},
		{"at the desk", "unclassified", task.Pending, `
			06-01 11:00 s01 desk.overdue, s02 desk.overdue
			06-01 11:36 s01 desk.overdue, s02 desk.overdue
			06-01 12:00 s01 desk.overdue, s02 desk.overdue, s90 desk.overdue`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := led(t)
			x := w.open(w.report(c.category, grid1))
			for _, k := range map[task.Status][]task.Kind{
				task.Signed: {task.Sign}, task.Checking: {task.Sign, task.Finish}, task.Feedback: {task.Sign, task.Finish},
			}[c.until] {
				x = w.do(by(x.Handler, x, k))
			}
			same(t, "status", x.Status, c.until)
			w.outboxAfter(linkAfter)
			wantLines(t, w.timeline(x.ID, "2026-07-30 10:00"), c.want)
		})
	}
}
