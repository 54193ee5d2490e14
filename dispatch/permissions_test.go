package dispatch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"gridbot/grid"
	"gridbot/task"
)

// The table of who may do what is testdata/permissions.txt, which people read; with
// PERMISSIONS=write it is written anew.
const permissionsFile = "testdata/permissions.txt"

// served is where somebody serves, seen from a task of grid1; more makes of them what the
// directory does not say.
type served struct {
	name, area string
	more       func(t *task.Task, id string)
}

func places() []served {
	called := func(t *task.Task, id string) { t.Helpers = []task.Helper{{ID: id, Name: id}} }
	given := func(t *task.Task, id string) { t.Handler, t.HandlerName = id, id }
	return []served{
		{"the grid", grid1, nil}, {"its community", "1201", nil}, {"its street", street, nil}, {"the next grid", grid2, nil},
		{"another community", "1202", nil}, {"another street", "13", nil},
		{"elsewhere, called in", "1202", called}, {"elsewhere, the handler", "1202", given}, {"the grid, the handler", grid1, given},
	}
}

func idOf(r grid.Role, p served) string { return string(r) + "-" + p.area }

// staffed is the sample street with somebody of every role in every place.
func staffed(t *testing.T) *world {
	t.Helper()
	w := quick(t)
	w.areas = append(w.areas, grid.Area{ID: "13", Level: grid.Street, Name: "清溪街道"})
	seen := map[string]bool{}
	for _, r := range grid.Roles() {
		for _, p := range places() {
			if id := idOf(r, p); !seen[id] {
				seen[id] = true
				w.staff = append(w.staff, grid.Staff{ID: id, Name: id, Posts: []grid.Post{{Role: r, Area: p.area}}})
			}
		}
	}
	w.people(func(*grid.Staff) {})
	return w
}

const words = "3幢楼下路灯不亮了，我姓林，电话13800001111"

// matters are the tasks the table is made for, open and with a colleague of grid1.
func (w *world) matters() map[string]task.Task {
	plain := task.Task{ID: task.ID{Street: street, Seq: 1001}, Status: task.Processing, Category: "streetlight", Urgency: task.Normal,
		Text: words, Reason: "词：路灯", Reporter: resident, Handler: full1b, HandlerName: "金伟强", OpenedAt: w.clock(), DispatchedAt: w.clock(),
		Place: task.Place{Text: "幸福里小区3幢", Microgrid: grid1 + "01", Grid: grid1}}
	plain.Plan = w.desk.planFor(&plain, w.clock())
	hidden, secret := plain, plain
	hidden.Hidden = true
	secret.Category, secret.Confidential, secret.Handler = "life_crisis", true, dispatcher1
	return map[string]task.Task{"ordinary": plain, "hidden reporter": hidden, "confidential": secret}
}

// may says what somebody may do to a task: nothing because they do not see it, or the
// moves the table of the workflow allows them, whatever the status.
func may(x *task.Task, a task.Actor) string {
	if !x.Shown(a) {
		return "not found"
	}
	var out []string
	for _, k := range task.Kinds() {
		_, err := x.Apply(task.Move{Kind: k, By: a})
		switch {
		case errors.Is(err, task.ErrNotFound):
			return "not found by " + string(k)
		case errors.Is(err, task.ErrNotYours), errors.Is(err, task.ErrMove), errors.Is(err, task.ErrOwnReport):
		default:
			out = append(out, string(k))
		}
	}
	if len(out) == 0 {
		return "sees it"
	}
	return strings.Join(out, " ")
}

// reads says what of a task's words somebody reads.
func (w *world) reads(x *task.Task, staff string, a task.Actor) string {
	if !x.Shown(a) {
		return "nothing"
	}
	l := w.desk.LetterFor(x, staff)
	out := "masked"
	if a.Joined {
		out = "their own"
	}
	if strings.Contains(l.Text, "13800001111") {
		out = "in full"
	}
	if l.Reason != "" {
		out += ", the reason"
	}
	return out
}

// TestNoNumberReachesWhoIsKeptFromThem: whoever reads masked words finds no number in
// anything else of the letter, nor in what was added.
func TestNoNumberReachesWhoIsKeptFromThem(t *testing.T) {
	w := staffed(t)
	x := w.matters()["ordinary"]
	x.Place = task.Place{Text: "翠微大院13800001111对面"}
	x.Result, x.Reason = "已约13800001111", "词：13800001111"
	outside, office := idOf(grid.Department, places()[0]), full1b
	shown := func(l Letter) string {
		return strings.Join([]string{l.Text, l.Place, l.Result, l.Reason, l.Caller}, "|")
	}
	if l := w.desk.LetterFor(&x, outside); !l.Masked || strings.Contains(shown(l), "0001111") {
		t.Errorf("masked %v: %s", l.Masked, shown(l))
	}
	if l := w.desk.LetterFor(&x, office); l.Masked || strings.Count(shown(l), "13800001111") != 4 {
		t.Errorf("masked %v: %s", l.Masked, shown(l))
	}
}

// grouped writes one line for all who may do the same, in the order of their roles.
func grouped(say func(r grid.Role) string) string {
	var order []string
	names := map[string][]string{}
	for _, r := range grid.Roles() {
		text := say(r)
		if names[text] == nil {
			order = append(order, text)
		}
		names[text] = append(names[text], r.Name())
	}
	var b strings.Builder
	for _, text := range order {
		who := strings.Join(names[text], "、")
		if len(order) == 1 {
			who = "everybody"
		}
		fmt.Fprintf(&b, "  %s: %s\n", who, text)
	}
	return b.String()
}

// table writes everything down.
func (w *world) table() string {
	var b strings.Builder
	matters := w.matters()
	section := func(title, matter string, say func(x *task.Task, staff string, a task.Actor) string) {
		fmt.Fprintf(&b, "\n# %s, %s\n", title, matter)
		for _, o := range []struct {
			name string
			o    Order
		}{{"the system", Order{}}, {"the reporter", Order{Person: resident}}, {"a neighbour whose report is part of it", Order{Person: neighbour(1), joined: true}}, {"another resident", Order{Person: neighbour(2)}}} {
			x := matters[matter]
			if o.o.joined {
				x = asPart(x, task.Task{ID: x.ID, Reporter: o.o.Person, Text: "路灯又灭了"})
			}
			fmt.Fprintf(&b, "%s: %s\n", o.name, say(&x, "", w.desk.actor(&x, o.o)))
		}
		for _, p := range places() {
			fmt.Fprintf(&b, "%s\n%s", p.name, grouped(func(r grid.Role) string {
				x, id := matters[matter], idOf(r, p)
				if p.more != nil {
					p.more(&x, id)
				}
				return say(&x, id, w.desk.actor(&x, Order{Staff: id, Person: person(id)}))
			}))
		}
	}
	for _, matter := range []string{"ordinary", "confidential"} {
		section("Moves", matter, func(x *task.Task, _ string, a task.Actor) string { return may(x, a) })
	}
	for _, matter := range []string{"ordinary", "hidden reporter", "confidential"} {
		section("Words", matter, w.reads)
	}
	return b.String()
}

const permissionsHead = `Who may do what to a task of grid 120101 that a colleague there has in hand, and what of
the resident's words they read, by where they serve and in which role. The moves named are
theirs in some status; every other move is "not yours", and who sees nothing of the
task is told there is none ("not found"). Made by dispatch/permissions_test.go.
`

func TestPermissions(t *testing.T) {
	got := permissionsHead + staffed(t).table()
	if os.Getenv("PERMISSIONS") == "write" {
		check(t, os.WriteFile(permissionsFile, []byte(got), 0o644))
	}
	want := strings.Split(string(must(os.ReadFile(permissionsFile))), "\n")
	lines := strings.Split(got, "\n")
	for i := range max(len(lines), len(want)) {
		if i >= len(lines) || i >= len(want) || lines[i] != want[i] {
			t.Fatalf("line %d is\n%s\nin the file\n%s", i+1, at(lines, i), at(want, i))
		}
	}
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(nothing)"
}

// The desk adds nothing to the table and takes nothing from it: what it refuses for want
// of a right is refused by the table, and what the table refuses never goes through.
func TestTheDeskKeepsToThePermissions(t *testing.T) {
	w := staffed(t)
	other := w.another(3, "greening", grid1)
	cells := 0
	for _, matter := range w.matters() {
		for _, r := range grid.Roles() {
			for _, p := range places() {
				x, id := matter, idOf(r, p)
				if p.more != nil {
					p.more(&x, id)
				}
				a := w.desk.actor(&x, Order{Staff: id, Person: person(id)})
				allowed := may(&x, a)
				for _, k := range task.Kinds() {
					o := Order{Task: x.ID, Move: k, Staff: id, Person: person(id), Note: "已经到现场更换了灯泡，现在亮了", To: full1a, Category: "greening",
						Reason: "elsewhere", Days: 2, Other: other.ID, Call: []string{part2}}
					_, err := w.desk.change(context.WithoutCancel(w.ctx()), x, o, w.clock())
					cells++
					yes := strings.Contains(" "+allowed+" ", " "+string(k)+" ")
					denied := errors.Is(err, task.ErrNotYours) || errors.Is(err, task.ErrNotFound) || errors.Is(err, task.ErrMove)
					if yes && denied || !yes && err == nil || allowed == "not found" && !errors.Is(err, task.ErrNotFound) {
						t.Errorf("%s at %s, %s: the desk says %v, the table %q", r, p.name, k, err, allowed)
					}
				}
			}
		}
	}
	t.Logf("%d cells: %d roles, %d places, %d moves, %d tasks", cells, len(grid.Roles()), len(places()), len(task.Kinds()), len(w.matters()))
}

// A complaint about a worker never reaches that worker, nor anybody below them.
func TestAComplaintNeverReachesWhomItIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		blind []string
	}{
		"a dispatcher":           {"指挥室的周敏华接电话态度很差", []string{dispatcher1, full1a, head1, secretary}},
		"a leader over the desk": {"方书记收了人家的礼", []string{leader, dispatcher1, dispatcher2, full1a, secretary}},
		"a secretary":            {"社区郑秀兰不理人", []string{secretary, head1, full1a, full1b, guide}},
		"a grid worker":          {"网格员张小燕骂人", []string{full1a, full1b, head1, secretary}},
	} {
		t.Run(name, func(t *testing.T) {
			w := led(t)
			o := w.report("staff_complaint", grid1)
			o.Text = c.text
			x := w.open(o)
			w.outboxAfter(linkAfter)
			for _, id := range c.blind {
				if id == x.Handler {
					t.Errorf("%s has it", id)
				}
				_, err := w.desk.View(w.ctx(), x.ID, id, person(id))
				wantErr(t, err, task.ErrNotFound)
				w.refused(by(id, x, task.Sign), task.ErrNotFound)
				w.refused(by(id, x, task.Progress), task.ErrNotFound)
			}
			for _, line := range w.timeline(x.ID, "2026-07-30 10:00") {
				for _, id := range c.blind {
					if strings.Contains(line, id+" ") {
						t.Errorf("%s hears: %s", id, line)
					}
				}
			}
		})
	}
}

// Property and departments read no telephone number, whatever part of the task they are
// told of; nor does who handles a task whose reporter hides.
func TestNoTelephoneNumberForWhoIsCalledIn(t *testing.T) {
	for name, hidden := range map[string]bool{"property": false, "the handler of a hidden reporter": true} {
		t.Run(name, func(t *testing.T) {
			w := led(t)
			o := w.report("streetlight", grid1)
			o.Text, o.Hidden = words, hidden
			x := w.open(o)
			p := w.courier(nil)
			w.drained(p)
			call := by(x.Handler, x, task.CallIn)
			call.Call, call.Note = []string{property}, "请联系居民13800001111"
			w.do(by(x.Handler, x, task.Sign))
			w.do(call)
			s := from(x, task.Supplement)
			s.Note = "白天打13800001111"
			w.do(s)
			w.do(by(property, x, task.Respond))
			give := by(head1, x, task.Transfer)
			give.To = full2
			w.do(give)
			w.drained(p)
			seen := 0
			for _, c := range p.taken() {
				if c.to != property && (!hidden || c.to != full1a && c.to != full2) {
					continue
				}
				seen++
				if strings.Contains(c.text, "13800001111") {
					t.Errorf("%s reads %q", c.to, c.text)
				}
			}
			same(t, "something was read", seen > 0, true)
		})
	}
}
