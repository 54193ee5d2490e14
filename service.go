package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"gridbot/bot"
	"gridbot/dispatch"
	"gridbot/handlers"
	"gridbot/partner"
	"gridbot/sms"
	"gridbot/store"
	"gridbot/task"
	"gridbot/wechat"
)

// openAPI is what other systems may call.
//
//go:embed docs/openapi.yaml
var openAPI []byte

// service is everything that serves, put together from a configuration.
type service struct {
	config   Config
	now      func() time.Time
	log      *slog.Logger
	registry *prometheus.Registry
	metrics  *handlers.Metrics
	store    *store.Store
	desk     *dispatch.Desk
	courier  *dispatch.Courier
	poller   *dispatch.Poller
	client   *wechat.Client
	sms      *sms.Gateway
	partners *partner.Client
	server   *handlers.Server
	album    *album
}

// newService puts a service together. It makes no call to Redis or the platform.
func newService(c Config, log *slog.Logger, now func() time.Time) (*service, error) {
	s := &service{config: c, now: now, log: log, registry: prometheus.NewRegistry()}
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	var err error
	if s.metrics, err = handlers.NewMetrics(s.registry); err != nil {
		return nil, err
	}
	o := c.store()
	o.Unreadable = func(_ task.ID, err error) { s.alarm("unreadable", err.Error()) }
	if s.store, err = store.Open(o); err != nil {
		return nil, err
	}
	for _, build := range []func() error{s.buildDesk, s.buildCourier, s.buildPoller, s.buildServer} {
		if err := build(); err != nil {
			return nil, errors.Join(err, s.store.Close())
		}
	}
	return s, nil
}

// alarm tells the operator what only they can mend: a line in the log and a
// counter to watch.
func (s *service) alarm(kind, detail string) {
	s.metrics.Alarmed(kind)
	s.log.Error("alarm", "kind", kind, "detail", detail)
}

func (s *service) buildDesk() (err error) {
	s.desk, err = newDesk(s.config, dispatch.Options{Store: s.store, Now: s.now, Alarm: s.alarm, Moved: s.metrics.Moved, Wake: s.wake})
	return err
}

// wake is told by the desk, which is made before the courier.
func (s *service) wake(street string) { s.courier.Wake(street) }

func (s *service) buildCourier() error {
	accounts := s.config.accounts()
	client, err := wechat.NewClient(wechat.Options{
		Accounts: accounts, BaseURL: s.config.WeChat.BaseURL, Timeout: s.config.WeChat.Timeout,
		Tokens: s.store, Now: s.now, Observe: s.metrics.Called, Alarm: s.alarm,
	})
	if err != nil {
		return err
	}
	s.client = client
	if s.sms, err = s.config.SMS.gateway(); err != nil {
		return err
	}
	s.partners = partner.NewClient(s.config.callees(), s.now)
	if s.album, err = newAlbum(s.config, s.client, s.metrics, s.now); err != nil {
		return err
	}
	n := s.config.Notices
	s.courier, err = dispatch.NewCourier(dispatch.CourierOptions{
		Desk: s.desk, Sender: newSender(client, s.sms, accounts), Now: s.now, Alarm: s.alarm, Settled: s.metrics.Settled, Album: s.album.dispatch(),
		Warn: func(err error) { s.log.Warn("courier", "err", err) },
		Poll: n.Poll, Lease: n.Lease, Workers: n.Workers, Bury: n.Bury, Gather: n.Gather, Hours: n.hours(),
		Subscription: s.config.subscription, Call: s.partners.Call,
	})
	return err
}

func (s *service) buildPoller() (err error) {
	s.poller, err = dispatch.NewPoller(dispatch.PollerOptions{
		Desk: s.desk, Now: s.now, Warn: func(err error) { s.log.Warn("clocks", "err", err) },
		Every: s.config.Clocks.Every, Workers: s.config.Clocks.Workers,
	})
	return err
}

func (s *service) buildServer() error {
	classifier, err := s.config.classifier(s.desk.Categories())
	if err != nil {
		return err
	}
	talk, err := bot.New(bot.Options{Desk: s.desk, Classifier: classifier, Now: s.now, Numbers: s.config.numbers(), Replies: s.config.replies(), Album: s.album.shown()})
	if err != nil {
		return err
	}
	s.tellShadowed(talk)
	s.server, err = handlers.New(handlers.Options{
		Accounts: s.config.accounts(), Systems: s.config.systems(), OpenAPI: openAPI, Talk: handlers.TalkOf(talk), Desk: s.desk,
		SpoolPath: s.config.Spool.Path, SpoolBytes: s.config.Spool.MaxBytes, SpoolAlarm: s.config.Spool.AlarmAt,
		Media: s.openMedia, Metrics: s.metrics, Gatherer: s.registry, Log: s.log, Now: s.now,
		Within: s.config.Server.ReplyWithin, Queue: s.config.Server.QueueWithin, AtOnce: s.config.atOnce(), Retry: s.config.Spool.Retry, Wake: s.wake, Alarm: s.alarm,
	})
	return err
}

// run does the work beside the requests until ctx ends: the courier, the clocks, the spool's
// replay, looking for new imports and after the data. It finishes what it has begun.
func (s *service) run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { s.courier.Run(ctx) })
	all.Go(func() { s.poller.Run(ctx) })
	all.Go(func() { s.server.Run(ctx) })
	all.Go(func() { s.refresh(ctx) })
	all.Go(func() { s.readmit(ctx) })
	all.Go(func() { s.sweepDaily(ctx) })
	all.Go(func() { s.reconcileDaily(ctx) })
	all.Wait()
}

// refresh looks for new imports until ctx ends.
func (s *service) refresh(ctx context.Context) {
	tick := time.NewTicker(s.config.Server.Refresh)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			fresh, err := s.load(ctx)
			if err != nil {
				s.log.Warn("directory not refreshed", "err", err)
			} else if fresh {
				s.log.Info("directory loaded", "areas", len(s.desk.Ground().Areas()), "staff", len(s.desk.Ground().People()))
			}
		}
	}
}

// close gives everything back once run has ended and no request comes any more.
func (s *service) close(ctx context.Context) error {
	err := s.server.Close(ctx)
	s.client.Close()
	s.sms.Close()
	s.partners.Close()
	return errors.Join(err, s.store.Close())
}

// Limits of a connection. An answer takes no longer than server.reply_within, so
// what is slower than these is not the platform.
const (
	headerWithin = 5 * time.Second
	bodyWithin   = 10 * time.Second
	idleWithin   = 2 * time.Minute
	readWithin   = 2 * time.Minute // the client, of an answer
	maxHeader    = 16 << 10        // bytes of a request's header; the platform's have one
)

// newWeb is the server of a handler, with every bound a connection needs.
func newWeb(ctx context.Context, h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerWithin, ReadTimeout: bodyWithin, IdleTimeout: idleWithin,
		WriteTimeout: readWithin, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// serve answers requests and does the work beside them until ctx ends. Then it
// says for a while that it is about to stop, takes no more, finishes what has begun,
// and gives everything back.
func (s *service) serve(ctx context.Context, l net.Listener, h http.Handler) error {
	streams, cut := context.WithCancel(context.WithoutCancel(ctx))
	web := newWeb(streams, h, s.log)
	web.RegisterOnShutdown(cut) // pages that listen for news would never end by themselves
	defer cut()
	beside, stopBeside := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBeside()
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(l) }()
	ended := make(chan struct{})
	go func() { s.run(beside); close(ended) }()

	var err error
	select {
	case <-ctx.Done():
		s.server.Drain()
		select {
		case <-time.After(s.config.Server.Drain):
		case err = <-failed:
		}
	case err = <-failed:
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.Server.ShutdownWithin)
	defer cancel()
	err = errors.Join(err, web.Shutdown(last))
	stopBeside()
	select {
	case <-ended:
	case <-last.Done():
		err = errors.Join(err, fmt.Errorf("not everything was finished within %v", s.config.Server.ShutdownWithin))
	}
	return errors.Join(err, s.close(last))
}
