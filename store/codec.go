package store

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"gridbot/task"
)

// field is one field of a task's hash: how it is written ("" leaves it out) and
// how it is read.
type field struct {
	name string
	get  func(t *task.Task) string
	set  func(t *task.Task, v string) error
}

// nextField is the field a script reads: when a clock next asks for something.
const nextField = "tn"

// untoldField is set by a script too, when a notice to the resident comes to its end.
const untoldField = "un"

// What came with a matter of another system and tells of a person.
const (
	contactField = "bc"
	digestField  = "bg"
)

// fields is the layout of a task's hash. Field names are short because every
// task carries them. Never rename one: that is a new Schema.
var fields = []field{
	text("s", func(t *task.Task) *string { return (*string)(&t.Status) }),
	text("c", func(t *task.Task) *string { return &t.Category }),
	text("u", func(t *task.Task) *string { return (*string)(&t.Urgency) }),
	number("dg", func(t *task.Task) *int { return &t.Danger }),
	truth("cf", func(t *task.Task) *bool { return &t.Confidential }),
	text("t", func(t *task.Task) *string { return &t.Text }),
	several("m", func(t *task.Task) *[]task.Media { return &t.Media }),
	text("p", func(t *task.Task) *string { return &t.Place.Text }),
	text("pm", func(t *task.Task) *string { return &t.Place.Microgrid }),
	text("pg", func(t *task.Task) *string { return &t.Place.Grid }),
	text("ra", func(t *task.Task) *string { return &t.Reporter.Account }),
	text("ro", func(t *task.Task) *string { return &t.Reporter.OpenID }),
	text("w", func(t *task.Task) *string { return &t.Reason }),
	text("gc", func(t *task.Task) *string { return &t.Guess.Category }),
	share("gp", func(t *task.Task) *float64 { return &t.Guess.P }),
	text("h", func(t *task.Task) *string { return &t.Handler }),
	text("hn", func(t *task.Task) *string { return &t.HandlerName }),
	moment("da", func(t *task.Task) *time.Time { return &t.Plan.Accept }),
	moment("dc", func(t *task.Task) *time.Time { return &t.Plan.Contact }),
	moment("db", func(t *task.Task) *time.Time { return &t.Plan.Feedback }),
	moment("df", func(t *task.Task) *time.Time { return &t.Plan.Finish }),
	moment("dr", func(t *task.Task) *time.Time { return &t.Plan.Return }),
	truth("dp", func(t *task.Task) *bool { return &t.Plan.Provisional }),
	moment("to", func(t *task.Task) *time.Time { return &t.OpenedAt }),
	moment("td", func(t *task.Task) *time.Time { return &t.DispatchedAt }),
	moment("ts", func(t *task.Task) *time.Time { return &t.SignedAt }),
	moment("tc", func(t *task.Task) *time.Time { return &t.ContactedAt }),
	moment("tf", func(t *task.Task) *time.Time { return &t.FinishedAt }),
	moment("te", func(t *task.Task) *time.Time { return &t.ClosedAt }),
	moment("tu", func(t *task.Task) *time.Time { return &t.UrgedAt }),
	moment(nextField, func(t *task.Task) *time.Time { return &t.Next }),
	moment("tr", func(t *task.Task) *time.Time { return &t.ReportedAt }),
	moment("tp", func(t *task.Task) *time.Time { return &t.PausedAt }),
	moment("tw", func(t *task.Task) *time.Time { return &t.Until }),
	moment("d0", func(t *task.Task) *time.Time { return &t.Plan.Start }),
	moment("d1", func(t *task.Task) *time.Time { return &t.Plan.Given }),
	moment("dk", func(t *task.Task) *time.Time { return &t.Plan.Check }),
	moment("dw", func(t *task.Task) *time.Time { return &t.Wish }),
	number("rg", func(t *task.Task) *task.Rang { return &t.Rang }),
	number("ng", func(t *task.Task) *int { return &t.Escalated }),
	number("lk", func(t *task.Task) *int64 { return &t.Like }),
	number("pa", func(t *task.Task) *int64 { return &t.Parent }),
	truth("rl", func(t *task.Task) *bool { return &t.Ruled }),
	text("rj", func(t *task.Task) *string { return &t.Rejected }),
	truth("ap", func(t *task.Task) *bool { return &t.Appealed }),
	truth("sf", func(t *task.Task) *bool { return &t.Safe }),
	truth("hd", func(t *task.Task) *bool { return &t.Hidden }),
	truth("ex", func(t *task.Task) *bool { return &t.Extended }),
	text("xc", func(t *task.Task) *string { return &t.Excluded }),
	text("hs", func(t *task.Task) *string { return (*string)(&t.Held) }),
	text("fr", func(t *task.Task) *string { return &t.From }),
	several("mg", func(t *task.Task) *[]int64 { return &t.Merged }),
	{"hp", getHelpers, setHelpers},
	text("r", func(t *task.Task) *string { return &t.Result }),
	text("j", func(t *task.Task) *string { return (*string)(&t.Rating) }),
	text("ab", func(t *task.Task) *string { return &t.AskedBy }),
	number("nr", func(t *task.Task) *int { return &t.Returns }),
	number("nw", func(t *task.Task) *int { return &t.Reworks }),
	number("nu", func(t *task.Task) *int { return &t.Urges }),
	truth("sv", func(t *task.Task) *bool { return &t.Supervised }),
	text(untoldField, func(t *task.Task) *string { return &t.Untold }),
	text(contactField, func(t *task.Task) *string { return &t.Sent.Contact }),
	moment("bd", func(t *task.Task) *time.Time { return &t.Sent.Bound }),
	moment("ba", func(t *task.Task) *time.Time { return &t.Sent.At }),
	text(digestField, func(t *task.Task) *string { return &t.Sent.Digest }),
}

func text(name string, at func(*task.Task) *string) field {
	return field{name,
		func(t *task.Task) string { return *at(t) },
		func(t *task.Task, v string) error { *at(t) = v; return nil }}
}

func number[T ~int | ~int64 | ~uint32](name string, at func(*task.Task) *T) field {
	return field{name,
		func(t *task.Task) string {
			if *at(t) == 0 {
				return ""
			}
			return strconv.FormatInt(int64(*at(t)), 10)
		},
		func(t *task.Task, v string) error {
			n, err := strconv.ParseInt(v, 10, 64)
			*at(t) = T(n)
			return err
		}}
}

func share(name string, at func(*task.Task) *float64) field {
	return field{name,
		func(t *task.Task) string {
			if *at(t) == 0 {
				return ""
			}
			return strconv.FormatFloat(*at(t), 'g', -1, 64)
		},
		func(t *task.Task, v string) (err error) {
			*at(t), err = strconv.ParseFloat(v, 64)
			return err
		}}
}

func truth(name string, at func(*task.Task) *bool) field {
	return field{name,
		func(t *task.Task) string { return flag(*at(t)) },
		func(t *task.Task, v string) error { *at(t) = v == "1"; return nil }}
}

func moment(name string, at func(*task.Task) *time.Time) field {
	return field{name,
		func(t *task.Task) string {
			if at(t).IsZero() {
				return ""
			}
			return strconv.FormatInt(at(t).UnixMilli(), 10)
		},
		func(t *task.Task, v string) error {
			n, err := strconv.ParseInt(v, 10, 64)
			*at(t) = fromMS(n)
			return err
		}}
}

// several is a field kept as JSON; an empty one is left out.
func several[T any](name string, at func(*task.Task) *[]T) field {
	return field{name,
		func(t *task.Task) string {
			if len(*at(t)) == 0 {
				return ""
			}
			b, _ := json.Marshal(*at(t)) // strings and numbers: cannot fail
			return string(b)
		},
		func(t *task.Task, v string) error { return json.Unmarshal([]byte(v), at(t)) }}
}

// helper is one co-handler as a task keeps them.
type helper struct {
	ID       string `json:"i"`
	Name     string `json:"n"`
	Called   int64  `json:"c"`
	Due      int64  `json:"d,omitempty"`
	Answered int64  `json:"a,omitempty"`
	Done     int64  `json:"f,omitempty"`
	Late     bool   `json:"l,omitempty"`
}

func getHelpers(t *task.Task) string {
	if len(t.Helpers) == 0 {
		return ""
	}
	out := make([]helper, len(t.Helpers))
	for i, h := range t.Helpers {
		out[i] = helper{h.ID, h.Name, ms(h.CalledAt), ms(h.Due), ms(h.Answered), ms(h.Done), h.Late}
	}
	b, _ := json.Marshal(out) // strings and numbers: cannot fail
	return string(b)
}

func setHelpers(t *task.Task, v string) error {
	var in []helper
	err := json.Unmarshal([]byte(v), &in)
	for _, h := range in {
		t.Helpers = append(t.Helpers, task.Helper{ID: h.ID, Name: h.Name, CalledAt: fromMS(h.Called), Due: fromMS(h.Due),
			Answered: fromMS(h.Answered), Done: fromMS(h.Done), Late: h.Late})
	}
	return err
}

// encode gives the fields and values of a task that are not empty.
func encode(t *task.Task) []any {
	out := make([]any, 0, 2*len(fields))
	for _, f := range fields {
		if v := f.get(t); v != "" {
			out = append(out, f.name, v)
		}
	}
	return out
}

// differ gives what to set and what to delete to make before into after.
func differ(before, after *task.Task) (set, del []any) {
	for _, f := range fields {
		old, now := f.get(before), f.get(after)
		switch {
		case old == now:
		case now == "":
			del = append(del, f.name)
		default:
			set = append(set, f.name, now)
		}
	}
	return set, del
}

// decode reads a task's hash: ErrUnreadable when a field makes no sense. What
// stands in the field is not told, since it can be anything. A field it does not
// know is left alone: a newer version may have written it.
func decode(id task.ID, hash map[string]string) (task.Task, error) {
	t := task.Task{ID: id}
	v, err := strconv.ParseInt(hash["v"], 10, 64)
	if err != nil {
		return t, fmt.Errorf("%w: task %s: version", ErrUnreadable, id)
	}
	t.Version = v
	for _, f := range fields {
		if v, ok := hash[f.name]; ok {
			if err := f.set(&t, v); err != nil {
				return t, fmt.Errorf("%w: task %s: field %s", ErrUnreadable, id, f.name)
			}
		}
	}
	return t, nil
}

// line is one event as the history keeps it.
type line struct {
	Kind   string       `json:"k"`
	At     int64        `json:"t"`
	By     string       `json:"b"`
	ID     string       `json:"i,omitempty"`
	Name   string       `json:"n,omitempty"`
	From   string       `json:"f,omitempty"`
	To     string       `json:"s,omitempty"`
	Note   string       `json:"w,omitempty"`
	Target string       `json:"x,omitempty"`
	Was    string       `json:"o,omitempty"`
	Media  []task.Media `json:"m,omitempty"`
	Part   int64        `json:"p,omitempty"`
}

func encodeEvent(e task.Event) string {
	b, _ := json.Marshal(line{Kind: string(e.Kind), At: ms(e.At), By: string(e.By), ID: e.ID, Name: e.Name,
		From: string(e.From), To: string(e.To), Note: e.Note, Target: e.Target, Was: e.Was, Media: e.Media, Part: e.Part})
	return string(b)
}

func decodeEvent(s string) (task.Event, error) {
	var l line
	if err := json.Unmarshal([]byte(s), &l); err != nil {
		return task.Event{}, fmt.Errorf("store: read event: %w", err)
	}
	return task.Event{Kind: task.Kind(l.Kind), At: fromMS(l.At), By: task.ActorKind(l.By), ID: l.ID, Name: l.Name,
		From: task.Status(l.From), To: task.Status(l.To), Note: l.Note, Target: l.Target, Was: l.Was, Media: l.Media, Part: l.Part}, nil
}

// letter is one notice as the outbox keeps it; its id and attempts stand beside it.
type letter struct {
	To     string `json:"k"`
	Acct   string `json:"a,omitempty"`
	OpenID string `json:"o,omitempty"`
	Staff  string `json:"s,omitempty"`
	Seq    int64  `json:"q,omitempty"`
	About  string `json:"x"`
	Note   string `json:"w,omitempty"`
	Actor  string `json:"n,omitempty"`
	Urgent bool   `json:"u,omitempty"`
	Failed string `json:"f,omitempty"`
	Status string `json:"z,omitempty"`
	At     int64  `json:"t,omitempty"`
}

func encodeNotice(n task.Notice) string {
	b, _ := json.Marshal(letter{To: string(n.To.Kind), Acct: n.To.Person.Account, OpenID: n.To.Person.OpenID,
		Staff: n.To.Staff, Seq: n.Task.Seq, About: string(n.About), Note: n.Note, Actor: n.Actor,
		Urgent: n.Urgent, Failed: n.Failed, Status: string(n.Status), At: ms(n.At)})
	return string(b)
}

// decodeNotice reads a notice. A new task's notices are written before it has
// its number, so the number is taken from the notice's id.
func decodeNotice(street, id, s string) (task.Notice, error) {
	var l letter
	if err := json.Unmarshal([]byte(s), &l); err != nil {
		return task.Notice{ID: id}, fmt.Errorf("store: read notice %s: %w", id, err)
	}
	n := task.Notice{ID: id, Task: task.ID{Street: street, Seq: l.Seq}, About: task.About(l.About), Note: l.Note, Actor: l.Actor, Urgent: l.Urgent, Failed: l.Failed,
		Status: task.Status(l.Status), At: fromMS(l.At),
		To: task.Party{Kind: task.PartyKind(l.To), Person: task.Person{Account: l.Acct, OpenID: l.OpenID}, Staff: l.Staff}}
	if n.Task.Seq == 0 {
		n.Task.Seq = seqOf(id)
	}
	return n, nil
}
