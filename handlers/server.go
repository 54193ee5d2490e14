package handlers

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gridbot/bot"
	"gridbot/dispatch"
	"gridbot/media"
	"gridbot/spool"
	"gridbot/store"
	"gridbot/task"
	"gridbot/wechat"
)

// Talk is the conversation as the webhook uses it. Window and the words
// do no input or output.
type Talk struct {
	// Reply works a message out; repeating one is safe.
	Reply func(ctx context.Context, m bot.Message, t store.Turn) (bot.Answer, error)
	// Window tells which free messages towards the person the message opens.
	Window func(m bot.Message) store.Window
	// Danger gives words with the number to call, "" when there is no danger.
	Danger func(m bot.Message) string
	// TakeIn makes a task of another system's matter, once for its number.
	TakeIn func(ctx context.Context, m bot.Matter) (t task.Task, again bool, err error)
	// Received gives the words for a message that is kept and not worked yet.
	Received func(m bot.Message) string
	// Unkept gives the words for a message that could not even be kept, "" when
	// nobody would read them.
	Unkept func(m bot.Message) string
}

// TalkOf is the talk of a bot.
func TalkOf(b *bot.Bot) Talk {
	return Talk{Reply: b.Reply, Window: b.Window, Danger: b.Danger, TakeIn: b.TakeIn, Received: b.Received, Unkept: b.Unkept}
}

// Options are what a server works with. All fields are needed.
type Options struct {
	Accounts []wechat.Account
	Systems  []System // whose matters come in; none is none
	OpenAPI  []byte   // the document of what they may call
	Talk     Talk
	Desk     *dispatch.Desk
	// SpoolPath is the file of the spool, SpoolBytes its greatest size; an alarm is
	// raised when it is filled to the part SpoolAlarm of it.
	SpoolPath  string
	SpoolBytes int64
	SpoolAlarm float64
	Metrics    *Metrics
	Gatherer   prometheus.Gatherer // what /metrics shows
	Log        *slog.Logger        // never gets a person's words, openid or number
	Now        func() time.Time
	Within     time.Duration // a message is answered within it
	Queue      time.Duration // and waits no longer than this for its work to begin
	AtOnce     int           // messages worked on at the same time
	Retry      time.Duration // how often the spool is looked at
	// Media finds what a link's token stands for, or its preview. Its errors are those of
	// package media, or a fault.
	Media func(ctx context.Context, token string, preview bool) (media.Kind, []byte, error)
	// Wake is told that a street's outbox has something due. It must not block.
	Wake func(street string)
	// Alarm tells the operator of something only they can mend. It must not block.
	Alarm func(kind, detail string)
}

// Server is the HTTP surface. It owns the spool.
type Server struct {
	o        Options
	accounts map[string]*account
	systems  map[string]*caller
	phrases  *dispatch.Words
	inbox    *inbox
	handler  http.Handler
	running  sync.WaitGroup
	draining atomic.Bool
	pages    *template.Template
}

// account is one Official Account with what opens its pushes.
type account struct {
	envelope *wechat.Envelope
	street   string
}

// New checks the accounts, opens the spool and builds the routes. The caller runs
// Run and, at the end, Close.
func New(o Options) (*Server, error) {
	s := &Server{o: o, accounts: map[string]*account{}, systems: map[string]*caller{}}
	var err error
	if s.phrases, err = dispatch.LoadWords(wordFiles, "words"); err != nil {
		return nil, err
	}
	for _, y := range o.Systems {
		s.systems[y.Name] = &caller{System: y}
	}
	for _, a := range o.Accounts {
		e, err := wechat.NewEnvelope(a)
		if err != nil {
			return nil, err
		}
		e.Now = o.Now
		s.accounts[a.Name] = &account{envelope: e, street: a.Street}
	}
	if s.pages, err = readPages(); err != nil {
		return nil, fmt.Errorf("handlers: words of pages: %w", err)
	}
	s.inbox = &inbox{
		talk: o.Talk, desk: o.Desk, store: o.Desk.Store(), lines: newLines(),
		now: o.Now, within: o.Within, queue: o.Queue, disk: keepWithin, crowd: newCrowd(o.AtOnce),
		wake: o.Wake, alarm: o.Alarm, log: o.Log,
	}
	sp, err := spool.Open(o.SpoolPath, spool.Options{MaxBytes: o.SpoolBytes, Now: o.Now, Expired: s.inbox.expired})
	if err != nil {
		return nil, fmt.Errorf("handlers: %w", err)
	}
	s.inbox.spool = sp
	s.inbox.fill = fill{limit: o.SpoolBytes, part: o.SpoolAlarm}
	if d := sp.Damage(); d != nil {
		o.Alarm("spool_damaged", fmt.Sprintf("put aside as %s; %d messages rescued, %d too old to be worked: %v", d.File, d.Rescued, d.Old, d.Err))
	}
	if err := o.Metrics.watch(s.inbox); err != nil {
		return nil, errors.Join(err, sp.Close())
	}
	s.handler = s.routes()
	return s, nil
}

// Handler serves the routes.
func (s *Server) Handler() http.Handler { return s.handler }

// Hold makes every message wait on disk, received but not worked on, until it is
// called with false: for a start while Redis is away, when neither the areas nor
// the layout of the data are known yet.
func (s *Server) Hold(on bool) { s.inbox.held.Store(on) }

// Held tells whether messages wait because of Hold.
func (s *Server) Held() bool { return s.inbox.held.Load() }

// Drain makes /readyz tell that no more messages shall come, while those that do
// are still answered: for the time before a stop, until a balancer has noticed.
func (s *Server) Drain() { s.draining.Store(true) }

// Run replays the spool and watches how full it is until ctx ends, and finishes
// what it has begun.
func (s *Server) Run(ctx context.Context) {
	s.running.Go(func() { s.inbox.watch(ctx, s.o.Retry) })
	s.running.Add(1)
	defer s.running.Done()
	s.inbox.replayer(ctx, s.o.Retry)
}

// Close waits for the work on messages whose requests are over, bounded by ctx,
// and closes the spool. No request may come any more and Run must have been
// told to end.
func (s *Server) Close(ctx context.Context) error {
	idle := make(chan struct{})
	go func() {
		s.running.Wait()
		s.inbox.busy.Wait()
		close(idle)
	}()
	var late error
	select {
	case <-idle:
	case <-ctx.Done():
		late = fmt.Errorf("handlers: work on messages did not end: %w", ctx.Err())
	}
	return errors.Join(late, s.inbox.spool.Close())
}
