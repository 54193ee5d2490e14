package simulator

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
)

// Platform is the stand-in. It is safe for concurrent use.
type Platform struct {
	o        Options
	words    words
	accounts accountBook

	time   movedClock
	tokens tokenBook
	faults faultBook
	storms stormBook
	quotas quotaBook
	media  mediaBox
	codes  codeBook
	sends  sendBook
	got    receivedBook
	wire   wireLog
	news   bulletin

	serial  atomic.Int64 // MsgId, msgid and the like
	url     atomic.Pointer[string]
	handler http.Handler

	ctx    context.Context // ends with Close; cuts pushes under way
	cancel context.CancelFunc
	later  sync.WaitGroup // pushes nobody waits for
	jobs   chan struct{}  // bounds them

	mu     sync.Mutex
	closed bool
	people []Person // Options.Cast and who came later
}

// jobLimit is how many delivery reports are pushed at the same time.
const jobLimit = 32

// New makes a platform. It panics for accounts that cannot exist, such as two
// with one AppID or a key that is not 43 characters: that is a mistake in the
// program that calls it.
func New(o Options) *Platform {
	o = o.withDefaults()
	p := &Platform{
		o: o, words: readWords(), people: slices.Clone(o.Cast),
		wire:  wireLog{ring: make([]WireEntry, o.WireSize), bodies: !o.NoBodies},
		media: mediaBox{limit: o.MediaBytes},
		jobs:  make(chan struct{}, jobLimit),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	// A restart must not repeat numbers, because the product remembers them.
	p.serial.Store(o.Now().UnixMilli() * 1000)
	p.SetURL(o.URL)
	for _, def := range o.Accounts {
		if err := p.AddAccount(def); err != nil {
			panic(err.Error())
		}
	}
	p.handler = p.routes()
	return p
}

// Handler serves the API, the control API under /sim/, the codes under /qr/ and
// the page.
func (p *Platform) Handler() http.Handler { return p.handler }

// SetURL says under which address, without a slash at its end, others reach the
// handler.
func (p *Platform) SetURL(url string) { p.url.Store(&url) }

// SetWebhook says where an account's pushes go. It does nothing for an unknown
// account.
func (p *Platform) SetWebhook(app, url string) {
	if a := p.account(app); a != nil {
		a.setWebhook(url)
	}
}

// SetKey changes an account's EncodingAESKey, as the console does. Answers to
// pushes under way are read with the key those were sealed with. It panics for a
// key that is not one.
func (p *Platform) SetKey(app, aesKey string) {
	if a := p.account(app); a != nil {
		if err := a.setKey(aesKey); err != nil {
			panic(err.Error())
		}
	}
}

// Close cuts the pushes under way and waits for those nobody waits for.
func (p *Platform) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	p.later.Wait()
	p.o.Client.CloseIdleConnections()
}

// background runs do beside everything else, unless the platform closes.
func (p *Platform) background(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.later.Go(do)
	}
}

// Wait returns when cond is true, and otherwise with ctx's error. cond is asked
// once at the start and after every change; it must not block.
func (p *Platform) Wait(ctx context.Context, cond func() bool) error {
	for {
		change := p.news.next() // before cond, so that no change is missed
		if cond() {
			return nil
		}
		select {
		case <-change:
		case <-ctx.Done():
			return fmt.Errorf("simulator: waiting: %w", ctx.Err())
		}
	}
}

// bulletin tells everybody who waits that something changed. It costs a channel
// only when somebody waits.
type bulletin struct {
	mu sync.Mutex
	ch chan struct{}
}

func (b *bulletin) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *bulletin) publish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
