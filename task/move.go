package task

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind names a move. The values are stored in histories.
type Kind string

// The moves. Who may make them, and from where, stands in the table of rules.
const (
	Opened     Kind = "open"       // 上报: the resident's report arrives
	Accept     Kind = "accept"     // 受理: category, place and urgency are set
	Dispatch   Kind = "dispatch"   // 派单: it gets a handler, or another one
	Reclassify Kind = "reclassify" // 改类: the category is corrected
	Relocate   Kind = "relocate"   // 改址: the place is corrected
	Regrade    Kind = "regrade"    // 改急: the urgency is set
	Sign       Kind = "sign"       // 签收
	Contact    Kind = "contact"    // 先行联系
	Progress   Kind = "progress"   // 处置进展
	Ask        Kind = "ask"        // 回复: a worker's question or word to the resident
	Finish     Kind = "finish"     // 办结
	Pass       Kind = "pass"       // 核查通过
	Fail       Kind = "fail"       // 核查驳回
	Return     Kind = "return"     // 退单
	Rule       Kind = "rule"       // 裁定: who has it after a second return, for good
	Transfer   Kind = "transfer"   // 转办
	Escalate   Kind = "escalate"   // 上报上一级
	SendBack   Kind = "send_back"  // 下派: back to who handed it up
	Rate       Kind = "rate"       // 评价
	Reopen     Kind = "reopen"     // 未解决
	Withdraw   Kind = "withdraw"   // 撤回
	Urge       Kind = "urge"       // 催办
	Supplement Kind = "supplement" // 补充
	Confirm    Kind = "confirm"    // 平安: staff has seen that people are safe
	Forget     Kind = "forget"     // the person unsubscribed: the case stays, the person goes

	Inquire Kind = "inquire" // 待补充: the resident is asked and the clocks stop
	Suspend Kind = "suspend" // 挂账
	Resume  Kind = "resume"  // 恢复: the clocks go on
	Lapse   Kind = "lapse"   // nobody answered what was asked
	Reject  Kind = "reject"  // 不予受理
	Appeal  Kind = "appeal"  // 申诉
	Silence Kind = "silence" // nobody rated: closed, unrated

	Merge   Kind = "merge"   // 并案: this one becomes part of another
	Unmerge Kind = "unmerge" // 拆案
	Absorb  Kind = "absorb"  // the other side of Merge
	Shed    Kind = "shed"    // the other side of Unmerge

	CallIn   Kind = "call_in"  // 吹哨, 协办: others are called in
	Respond  Kind = "respond"  // 应哨
	Complete Kind = "complete" // a co-handler's part is done
	Dismiss  Kind = "dismiss"  // 撤协: a co-handler is not needed any more

	AskExtension    Kind = "ask_extension"    // 申请延期
	Extend          Kind = "extend"           // 同意延期
	RefuseExtension Kind = "refuse_extension" // 不同意延期

	Ring      Kind = "ring"      // a clock asks for something
	Replan    Kind = "replan"    // deadlines are worked out anew, because a year's holidays are known now
	Supervise Kind = "supervise" // 督办
	Exclude   Kind = "exclude"   // 剔除: left out of the measures, with a reason
	Lose      Kind = "lose"      // a photo or voice did not arrive: its sender is asked for it again
)

// Kinds lists every move.
func Kinds() []Kind {
	return []Kind{Opened, Accept, Dispatch, Reclassify, Relocate, Regrade, Sign, Contact, Progress, Ask, Finish, Pass, Fail,
		Return, Rule, Transfer, Escalate, SendBack, Rate, Reopen, Withdraw, Urge, Supplement, Confirm, Forget,
		Inquire, Suspend, Resume, Lapse, Reject, Appeal, Silence, Merge, Unmerge, Absorb, Shed,
		CallIn, Respond, Complete, Dismiss, AskExtension, Extend, RefuseExtension, Ring, Replan, Supervise, Exclude, Lose}
}

// ActorKind says in which hat somebody acts.
type ActorKind string

// The hats. One human can wear two of them, but only one at a time.
const (
	ByResident ActorKind = "resident"
	ByStaff    ActorKind = "staff"
	BySystem   ActorKind = "system"
)

// Actor is who makes a move, together with what they are to this task. The desk
// works the flags out from the directory of staff.
type Actor struct {
	Kind   ActorKind
	ID     string // staff id; "" for residents and the system
	Name   string
	Person Person // their WeChat identity, to keep people from handling their own report
	Desk   bool   // dispatcher of the task's street
	InGrid bool   // works in the task's grid: may sign what nobody has signed
	Above  bool   // leads the grid, the community or the street: may check a result
	Senior bool   // leads the community or the street: may suspend
	Joined bool   // a resident whose own report was merged into this task
}

// Move is one thing somebody does to a task.
type Move struct {
	Kind Kind
	By   Actor
	At   time.Time
	Note string // reason, progress, question, result or supplement

	To       Assignee  // dispatch, rule, transfer, escalate, send back, dismiss; who gets a reopened task, one that became confidential, or one that moved to another grid
	Category Category  // accept, reclassify
	Urgency  Urgency   // accept, reclassify; "" takes the category's own; regrade; absorb: the other task's
	Place    Place     // accept; zero keeps the place; relocate
	Plan     Plan      // whatever changes the clocks: the deadlines afterwards
	Rating   Rating    // rate
	Until    time.Time // suspend: the day of review
	Longest  time.Time // ask for extension, extend: no later than this
	Reason   string    // reject: one of RejectReasons
	Other    int64     // merge, absorb, shed: number of the other task, of the same street
	Helpers  []Helper  // call in
	Rings    []Alarm   // ring
	Media    []Media   // progress, finish, supplement; Apply writes who sent it
	Lost     string    // lose: the medium's id
	Part     int64     // number of the part whose reporter makes the move
	Silent   bool      // the resident is being told another way
	Quiet    bool      // nobody is told: one of many words written faster than anyone reads
}

// Assignee is who gets a task.
type Assignee struct {
	ID     string
	Name   string
	Person Person // zero when they have not joined yet
}

// ResultRunes is how many characters a result must have when no photo shows it.
const ResultRunes = 10

// UrgeEvery is how long one waits between two urges of the same task.
const UrgeEvery = 24 * time.Hour

// ReopenWindow is how long after the finish a resident may say it is not solved.
const ReopenWindow = 15 * 24 * time.Hour

// MaxReworks is how often a task goes back to its handler before the street
// supervises it.
const MaxReworks = 2

// Event is one line of a task's history: who did what, when, and why.
type Event struct {
	Kind   Kind
	At     time.Time
	By     ActorKind
	ID     string // staff id, "" for residents and the system
	Name   string
	From   Status
	To     Status
	Note   string
	Target string // staff id or category id the move was about, the place or urgency it set
	Was    string // reclassify, relocate, regrade: what stood in place of the target
	Media  []Media
	Part   int64 // number of the part whose reporter it was, 0 for the task's own
}

// Report is what a new task starts from.
type Report struct {
	Street   string
	At       time.Time
	Text     string
	Media    []Media
	Reporter Person
	Category Category
	Urgency  Urgency // "" takes the category's own
	Danger   int
	Place    Place
	Reason   string
	Guess    Guess
	Plan     Plan
	Hidden   bool // see Task
	Sent     Sent
}

// New makes the change that opens a task: pending at the desk until Then moves
// it on. It has no number yet; the store gives one. Danger now makes it
// critical, whatever the report and its category say.
func New(r Report) Change {
	t := Task{ID: ID{Street: r.Street}, Status: Pending, Danger: r.Danger, Text: r.Text, Media: slices.Clone(r.Media),
		Place: r.Place, Reporter: r.Reporter, Reason: r.Reason, Guess: r.Guess, Plan: r.Plan, OpenedAt: r.At, Hidden: r.Hidden, Sent: r.Sent}
	t.classify(r.Category, r.Urgency)
	return Change{After: t, Events: []Event{{Kind: Opened, At: r.At, By: ByResident, To: Pending, Target: r.Category.ID}},
		Notices: fetches(t.ID, t.Media, 0)}
}

// Change is what a move does: the task before and after, the lines of its
// history, and whom to tell. It is stored whole or not at all.
type Change struct {
	Before  Task // the zero Task when the task is new
	After   Task
	Events  []Event
	Notices []Notice
}

// Then makes a further move on the task as the change leaves it, so that one
// write can hold several moves (open, accept and dispatch of a clear report).
func (c Change) Then(m Move) (Change, error) {
	next, err := c.After.Apply(m)
	if err != nil {
		return c, err
	}
	c.After = next.After
	c.Events = slices.Concat(c.Events, next.Events)
	c.Notices = slices.Concat(c.Notices, next.Notices)
	return c, nil
}

// Apply makes one move. On an error, which is always one of the sentinels, the
// task is unchanged. Sight is checked before anything else, so a person who may
// not know of the task learns nothing but ErrNotFound. Blanks around the note
// do not count, and the media of the move are marked as the actor's. The
// version stays: the store raises it when it writes the change.
func (t Task) Apply(m Move) (Change, error) {
	if !t.Shown(m.By) {
		return Change{}, ErrNotFound
	}
	r, ok := rules[m.Kind]
	if !ok {
		return Change{}, ErrMove
	}
	if m.By.Kind == ByStaff && t.reportedBy(m.By.Person) {
		return Change{}, ErrOwnReport
	}
	if err := r.who(&t, m.By); err != nil {
		return Change{}, err
	}
	if !r.from.has(t.Status) {
		return Change{}, ErrStatus
	}
	m.Note = strings.TrimSpace(m.Note)
	m.Media = sentBy(m.Media, m)
	after := t.clone()
	if r.to != "" {
		after.Status = r.to
	}
	target, err := r.do(&t, &after, m)
	if err != nil {
		return Change{}, err
	}
	after.settle(&t)
	e := Event{Kind: m.Kind, At: m.At, By: m.By.Kind, ID: m.By.ID, Name: m.By.Name, From: t.Status, To: after.Status,
		Note: m.Note, Target: target, Was: t.corrects(m.Kind), Media: m.Media, Part: m.Part}
	return Change{Before: t, After: after, Events: []Event{e}, Notices: slices.Concat(tell(&t, &after, m), fetches(t.ID, after.Media, len(t.Media)))}, nil
}

// settle drops what a move has made pointless: what was waited for in the status it
// left, and an extension asked for once the work is done or its deadline, moved by a
// pause, lies later than the one asked for.
func (t *Task) settle(before *Task) {
	if t.Status != before.Status && t.Until.Equal(before.Until) {
		t.Until = time.Time{}
	}
	if !inHand.has(t.Status) || !t.Wish.After(t.Plan.Finish) {
		t.Wish = time.Time{}
	}
}

// clone copies a task with all it holds, so that a change to the copy is none to t.
func (t Task) clone() Task {
	t.Media, t.Helpers, t.Merged = slices.Clone(t.Media), slices.Clone(t.Helpers), slices.Clone(t.Merged)
	return t
}

// long tells whether a note has at least n characters.
func long(note string, n int) bool { return utf8.RuneCountInString(note) >= n }
