package task

import (
	"slices"
	"time"

	"pgregory.net/rapid"
)

// people are those who act in a random life: the same ones as in the tables,
// with the flags they have towards the task drawn anew each time.
func people() []string { return []string{"li", "wang", "chen", "zhou", "sun", "zhao"} }

// drawActor draws anybody, in any hat.
func (h *history) drawActor(rt *rapid.T) Actor {
	switch rapid.IntRange(0, 9).Draw(rt, "hat") {
	case 0, 1:
		return system
	case 2, 3:
		return reporter
	case 4:
		if len(h.task.Merged) > 0 {
			return joined
		}
		return resident
	}
	a := staff(rapid.SampledFrom(people()).Draw(rt, "who"))
	a.Desk, a.InGrid = rapid.Bool().Draw(rt, "desk"), rapid.Bool().Draw(rt, "grid")
	a.Above, a.Senior = rapid.Bool().Draw(rt, "above"), rapid.Bool().Draw(rt, "senior")
	return a
}

// drawParty draws somebody who may make the move more often than chance would, so
// that lives get past their first signature.
func (h *history) drawParty(rt *rapid.T, k Kind) Actor {
	if rapid.IntRange(0, 3).Draw(rt, "anybody") == 0 || k == "nonsense" {
		return h.drawActor(rt)
	}
	parties := []Actor{system, reporter, colleague, chief, senior, desk, staff(h.task.Handler, inGrid)}
	if len(h.task.Merged) > 0 {
		parties = append(parties, joined)
	}
	for _, x := range h.task.Helpers {
		parties = append(parties, staff(x.ID))
	}
	may := slices.DeleteFunc(parties, func(a Actor) bool {
		return !h.task.Shown(a) || a.Kind == ByStaff && h.task.reportedBy(a.Person) || rules[k].do != nil && rules[k].who(&h.task, a) != nil
	})
	if len(may) == 0 {
		return h.drawActor(rt)
	}
	return rapid.SampledFrom(may).Draw(rt, "party")
}

// drawKind draws a move that fits the status more often than chance would, and leads
// on more often than out: what was asked for is decided on, what ends by itself ends.
func (h *history) drawKind(rt *rapid.T) Kind {
	if rapid.IntRange(0, 9).Draw(rt, "any move") == 0 {
		return rapid.SampledFrom(append(Kinds(), "nonsense")).Draw(rt, "move")
	}
	if !h.task.Wish.IsZero() && rapid.IntRange(0, 2).Draw(rt, "decided") == 0 {
		return rapid.SampledFrom([]Kind{Extend, RefuseExtension}).Draw(rt, "move")
	}
	if u := h.task.Until; !u.IsZero() && !u.After(h.now) && rapid.Bool().Draw(rt, "by itself") {
		return map[Status]Kind{NeedInfo: Lapse, Suspended: Resume, Feedback: Silence}[h.task.Status]
	}
	var fit []Kind
	for _, k := range Kinds() {
		if rules[k].from.has(h.task.Status) {
			fit = append(fit, slices.Repeat([]Kind{k}, often(k))...)
		}
	}
	return rapid.SampledFrom(fit).Draw(rt, "move")
}

// often is how many times likelier than the rarest a move is drawn.
func often(k Kind) int {
	switch k {
	case Withdraw, Forget, Merge, Exclude, Supervise, Replan, Absorb, Dispatch, Transfer, Reclassify, Relocate, Regrade, Ask:
		return 1
	case Sign, Finish, Pass, Fail, Rate, Appeal, Reject, Suspend, AskExtension, Complete, CallIn, Dismiss, Respond, Confirm:
		return 6
	case SendBack:
		return 12
	}
	return 3
}

func (h *history) drawTarget(rt *rapid.T, k Kind) Assignee {
	likely := rapid.IntRange(0, 3).Draw(rt, "whose turn it is") > 0
	switch {
	case likely && k == SendBack && h.task.From != "":
		return to(h.task.From)
	case likely && k == Dismiss && len(h.task.Helpers) > 0:
		return to(rapid.SampledFrom(h.task.Helpers).Draw(rt, "dismissed").ID)
	}
	if id := rapid.SampledFrom(append(people(), "")).Draw(rt, "to"); id != "" {
		return to(id)
	}
	return Assignee{}
}

func drawMedia(rt *rapid.T) []Media {
	var media []Media
	for range rapid.IntRange(0, 3).Draw(rt, "media") {
		media = append(media, Media{ID: rapid.StringMatching("[a-z]{4}").Draw(rt, "id"), Kind: rapid.SampledFrom([]string{Image, Voice}).Draw(rt, "kind")})
	}
	return media
}

// drawLost draws a medium the task has, or none of it.
func (h *history) drawLost(rt *rapid.T) string {
	ids := []string{"none"}
	for _, m := range h.task.Media {
		ids = append(ids, m.ID)
	}
	return rapid.SampledFrom(ids).Draw(rt, "lost")
}

func (h *history) drawHelpers(rt *rapid.T) []Helper {
	var out []Helper
	for range rapid.IntRange(0, 2).Draw(rt, "calls") {
		who := to(rapid.SampledFrom(append(people(), "")).Draw(rt, "call"))
		out = append(out, Helper{ID: who.ID, Name: who.ID, Due: h.now.Add(time.Hour), Person: who.Person})
	}
	return out
}

// drawRings draws some clocks, each at some level, and co-handlers without an answer.
func (h *history) drawRings(rt *rapid.T) []Alarm {
	var out []Alarm
	for _, c := range Clocks() {
		if rapid.IntRange(0, 2).Draw(rt, "rings") == 0 {
			out = append(out, Alarm{Clock: c, Level: rapid.SampledFrom(Levels()).Draw(rt, "level")})
		}
	}
	for _, x := range h.task.Helpers {
		if x.Answered.IsZero() && rapid.Bool().Draw(rt, "unanswered") {
			out = append(out, Alarm{Clock: HelpClock, Level: LevelOverdue, Who: x.ID})
		}
	}
	return out
}

// drawTime lets time pass: minutes or days, or until a status ends by itself.
func (h *history) drawTime(rt *rapid.T) {
	h.now = h.now.Add(time.Duration(rapid.IntRange(0, 24*60).Draw(rt, "minutes")) * time.Minute)
	if rapid.IntRange(0, 3).Draw(rt, "the day has come") == 0 && h.task.Until.After(h.now) {
		h.now = h.task.Until
	}
}

// drawPlan draws deadlines that begin now, or, for an extension, the same with another
// end, sometimes longer than the rules allow.
func (h *history) drawPlan(rt *rapid.T, k Kind) (p Plan, longest time.Time) {
	due := h.task.Plan.Finish
	if k == AskExtension || k == Extend {
		p = h.task.Plan
		p.Finish = due.Add(time.Duration(rapid.IntRange(-4, 52).Draw(rt, "hours")) * time.Hour)
		return p, due.Add(48 * time.Hour)
	}
	p = during(h.now)
	p.Finish = p.Finish.Add(time.Duration(rapid.IntRange(0, 240).Draw(rt, "hours")) * time.Hour)
	p.Provisional = rapid.Bool().Draw(rt, "provisional")
	return p, time.Time{}
}

func (h *history) drawMove(rt *rapid.T) Move {
	h.drawTime(rt)
	k := h.drawKind(rt)
	m := Move{
		Kind:     k,
		By:       h.drawParty(rt, k),
		At:       h.now,
		Note:     rapid.SampledFrom([]string{"", "好了", "已联系路灯所，明天上午更换", " 已更换三幢楼下的灯泡", "等配件到货，下周三前换好"}).Draw(rt, "note"),
		To:       h.drawTarget(rt, k),
		Category: rapid.SampledFrom([]Category{{}, light, light, gas, complaint}).Draw(rt, "category"),
		Urgency:  rapid.SampledFrom(append(Urgencies(), "")).Draw(rt, "urgency"),
		Place:    rapid.SampledFrom([]Place{{}, {}, place, nearby, elsewhere}).Draw(rt, "place"),
		Rating:   rapid.SampledFrom([]Rating{"", Satisfied, Acceptable, Dissatisfied}).Draw(rt, "rating"),
		Until:    h.now.Add(time.Duration(rapid.IntRange(-1, 95).Draw(rt, "days")) * 24 * time.Hour),
		Reason:   rapid.SampledFrom(append(RejectReasons(), "")).Draw(rt, "reason"),
		Other:    rapid.SampledFrom([]int64{0, 1001, 1002, 1042}).Draw(rt, "other"),
		Helpers:  h.drawHelpers(rt),
		Rings:    h.drawRings(rt),
		Media:    drawMedia(rt),
		Lost:     h.drawLost(rt),
		Silent:   rapid.IntRange(0, 3).Draw(rt, "silent") == 0,
		Quiet:    rapid.IntRange(0, 7).Draw(rt, "quiet") == 0,
	}
	m.Plan, m.Longest = h.drawPlan(rt, k)
	return m
}

func drawReport(rt *rapid.T) Report {
	return Report{Street: "12", At: eight, Text: rapid.SampledFrom([]string{"", "路灯不亮"}).Draw(rt, "text"), Media: drawMedia(rt), Reporter: zhao,
		Category: rapid.SampledFrom([]Category{light, light, gas, complaint}).Draw(rt, "category"),
		Danger:   rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(rt, "danger"), Place: place, Plan: during(eight)}
}
