package dispatch

import (
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/task"
)

// The clocks of the table were worked out by hand: a workday is 08:30–12:00 and
// 13:30–17:30, seven and a half hours. In 2026, 1 to 7 October are free, Saturday
// 10 October is worked, Friday 19 June is free. "-" is no such deadline.
func TestPlan(t *testing.T) {
	w := quick(t)
	for _, c := range []struct {
		name, from, category                      string
		urgency                                   task.Urgency // "" is the category's own
		accept, contact, feedback, finish, goBack string
	}{
		{"before National Day", "2026-09-30 16:30", "streetlight", "", "10-08 09:30", "10-08 16:30", "-", "10-10 16:30", "10-09 16:30"},
		{"before National Day", "2026-09-30 16:30", "greening", "", "10-08 09:30", "10-08 16:30", "-", "10-13 16:30", "10-09 16:30"},
		{"before National Day", "2026-09-30 16:30", "house_leak", "", "10-08 09:30", "10-08 16:30", "-", "10-27 16:30", "10-09 16:30"},
		{"before National Day", "2026-09-30 16:30", "suggestion", "", "10-08 09:30", "-", "-", "10-08 16:30", "10-09 16:30"},
		{"before National Day", "2026-09-30 16:30", "staff_complaint", "", "09-30 17:00", "10-08 16:30", "-", "10-10 16:30", "10-09 16:30"},
		{"round the clock", "2026-09-30 16:30", "water_outage", "", "09-30 17:00", "09-30 18:30", "-", "10-01 16:30", "09-30 17:00"},
		{"round the clock", "2026-09-30 16:30", "road_flooding", "", "09-30 17:00", "09-30 18:30", "-", "09-30 20:30", "09-30 17:00"},
		{"round the clock", "2026-09-30 16:30", "gas_leak", "", "09-30 16:40", "09-30 17:00", "09-30 18:30", "10-01 16:30", "09-30 16:40"},
		{"danger", "2026-09-30 16:30", "streetlight", task.Critical, "09-30 16:40", "09-30 17:00", "09-30 18:30", "10-01 16:30", "09-30 16:40"},
		{"a question", "2026-09-30 16:30", "house_leak", task.Info, "10-08 09:30", "-", "-", "10-08 16:30", "10-09 16:30"},
		{"in the holiday", "2026-10-03 20:00", "streetlight", "", "10-08 10:30", "10-08 17:30", "-", "10-10 17:30", "10-09 17:30"},
		{"a Friday evening", "2026-06-05 18:30", "streetlight", "", "06-08 10:30", "06-08 17:30", "-", "06-10 17:30", "06-09 17:30"},
		{"a Friday evening", "2026-06-05 18:30", "house_leak", "", "06-08 10:30", "06-08 17:30", "-", "06-29 17:30", "06-09 17:30"},
		{"a Friday evening", "2026-06-05 18:30", "suggestion", "", "06-08 10:30", "-", "-", "06-08 17:30", "06-09 17:30"},
		{"a Friday evening", "2026-06-05 18:30", "gas_leak", "", "06-05 18:40", "06-05 19:00", "06-05 20:30", "06-06 18:30", "06-05 18:40"},
		{"a Friday before a worked Saturday", "2026-10-09 17:00", "streetlight", "", "10-10 10:00", "10-10 17:00", "-", "10-13 17:00", "10-12 17:00"},
		{"lunch", "2026-06-01 12:30", "streetlight", "", "06-01 15:30", "06-02 12:00", "-", "06-04 12:00", "06-03 12:00"},
		{"rework", "2026-06-05 18:30", "house_leak", task.Rework, "06-08 09:00", "06-08 17:30", "-", "06-10 17:30", "06-09 17:30"},
	} {
		x := task.Task{Category: c.category, Urgency: c.urgency}
		if c.urgency == "" {
			x.Urgency = w.category(c.category).Urgency
		}
		p := w.desk.planFor(&x, w.at(c.from))
		for what, at := range map[string][2]string{
			"accept": {say(w, p.Accept), c.accept}, "contact": {say(w, p.Contact), c.contact}, "feedback": {say(w, p.Feedback), c.feedback},
			"finish": {say(w, p.Finish), c.finish}, "return": {say(w, p.Return), c.goBack},
		} {
			if at[0] != at[1] {
				t.Errorf("%s: %s from %s: %s %s, want %s", c.name, c.category, c.from, what, at[0], at[1])
			}
		}
		same(t, "provisional", p.Provisional, false)
	}
}

func say(w *world, t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(w.cal.Location()).Format("01-02 15:04")
}

func TestAPlanIntoAnUnpublishedYearIsProvisional(t *testing.T) {
	w := quick(t)
	for from, want := range map[string]bool{"2026-12-28 10:00": false, "2026-12-30 10:00": true, "2027-03-01 10:00": true} {
		x := task.Task{Category: "streetlight", Urgency: task.Normal} // three days
		same(t, from, w.desk.planFor(&x, w.at(from)).Provisional, want)
	}
	x := task.Task{Category: "gas_leak", Urgency: task.Critical}
	same(t, "round the clock", w.desk.planFor(&x, w.at("2026-12-31 20:00")).Provisional, false)
}

// A year without a plan makes a deadline provisional wherever on its way it lies.
func TestAPlanFromAnUnpublishedYearIsProvisional(t *testing.T) {
	w := quick(t)
	w.cal = must(grid.NewCalendar(grid.CalendarOptions{Plans: grid.Plans{2028: {"2028-10-01": false}}}))
	w.desk = w.newDesk(w.store)
	for from, want := range map[string]bool{"2027-12-27 10:00": true, "2027-12-31 10:00": true, "2028-01-03 10:00": false} {
		x := task.Task{Category: "streetlight", Urgency: task.Normal} // three days: the first ends in 2027, the second in 2028
		same(t, from, w.desk.planFor(&x, w.at(from)).Provisional, want)
	}
}
