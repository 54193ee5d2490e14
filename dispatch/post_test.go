package dispatch

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"gridbot/task"
)

// post is a courier whose sender answers as a test says, and keeps what was sent.
type post struct {
	w *world
	c *Courier

	mu      sync.Mutex
	answer  func(sending) task.Result // nil: everything is delivered
	calls   []sending
	settled []string
	warned  []error
}

// sending is one call of the sender.
type sending struct {
	ctx               context.Context
	channel, to, text string // to is a staff id or an openid; text is a template's name
	id                string
	fields            map[string]string
}

func (p *post) SendText(ctx context.Context, account, openid, text string) task.Result {
	return p.take(sending{ctx: ctx, channel: channelText, to: openid, text: text})
}

func (p *post) SendTemplate(ctx context.Context, account, openid, name string, fields map[string]string, id string) task.Result {
	return p.take(sending{ctx: ctx, channel: channelTemplate, to: openid, text: name, id: id, fields: fields})
}

func (p *post) SendSubscription(ctx context.Context, account, openid, name string, fields map[string]string) task.Result {
	return p.take(sending{ctx: ctx, channel: channelSubscription, to: openid, text: name, fields: fields})
}

func (p *post) SendSMS(ctx context.Context, phone, name string, fields map[string]string, id string) task.Result {
	return p.take(sending{ctx: ctx, channel: channelSMS, to: phone, text: name, id: id, fields: fields})
}

func (p *post) take(s sending) task.Result {
	s.to = strings.TrimPrefix(s.to, "o-")
	p.mu.Lock()
	p.calls = append(p.calls, s)
	answer := p.answer
	p.mu.Unlock()
	if answer == nil {
		return task.Result{}
	}
	return answer(s)
}

// courier makes a courier of the world.
func (w *world) courier(answer func(sending) task.Result) *post {
	w.t.Helper()
	p := &post{w: w, answer: answer}
	p.c = must(NewCourier(CourierOptions{Album: w.album, Desk: w.desk, Sender: p, Now: w.clock, Alarm: w.alarm, Warn: p.warn,
		Settled: p.count, Poll: 2 * time.Millisecond, Lease: 30 * time.Second, Workers: 8, Bury: 3}))
	return p
}

func (p *post) warn(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.warned = append(p.warned, err)
}

func (p *post) count(about task.About, channel string, o task.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settled = append(p.settled, string(about)+" "+channel+" "+o.String())
}

// answers makes the sender answer with one outcome after the other, the last for ever.
func answers(outcomes ...task.Outcome) func(sending) task.Result {
	var mu sync.Mutex
	return func(sending) task.Result {
		mu.Lock()
		defer mu.Unlock()
		o := outcomes[0]
		if len(outcomes) > 1 {
			outcomes = outcomes[1:]
		}
		return task.Result{Outcome: o, Code: 4711}
	}
}

// round delivers what is due.
func (p *post) round() {
	p.w.t.Helper()
	if _, err := p.c.Round(p.w.ctx(), street); err != nil {
		p.w.t.Fatal(err)
	}
}

// taken gives the calls since the last time.
func (p *post) taken() []sending {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.calls
	p.calls = nil
	return out
}

// sent checks the calls since the last time, each by how it begins, whatever
// their order: "custom s11 【新任务", "template s11 staff".
func (p *post) sent(want ...string) {
	p.w.t.Helper()
	var got []string
	for _, s := range p.taken() {
		got = append(got, s.channel+" "+s.to+" "+s.text)
	}
	slices.Sort(got)
	slices.Sort(want)
	ok := len(got) == len(want)
	for i := range min(len(got), len(want)) {
		ok = ok && strings.HasPrefix(got[i], want[i])
	}
	if !ok {
		p.w.t.Errorf("sent\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// depth is what waits and what is buried.
func (w *world) depth() (waiting, buried int) {
	w.t.Helper()
	d := must(w.store.OutboxDepth(w.ctx(), street))
	return d.Waiting, d.Buried
}
