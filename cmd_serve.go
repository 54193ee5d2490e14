package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// checkWithin bounds the checks before serving.
const checkWithin = 10 * time.Second

func serveCommand(read configReader) *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Serve the accounts of the configuration", Args: cobra.NoArgs,
		Long: "serve answers the webhooks of the configured accounts until it is told to stop\n" +
			"(SIGINT or SIGTERM); then it takes no more and finishes what has begun.\n\n" +
			"It does not start where messages could be lost, and says what to change: a Redis\n" +
			"that does not keep its data, a spool that cannot be written, missing secrets.",
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := read(true)
			if err != nil {
				return err
			}
			log := newLog(c.ErrOrStderr(), config.level())
			s, err := newService(config, log, time.Now)
			if err != nil {
				return err
			}
			if err := s.admit(c.Context()); err != nil {
				return errors.Join(err, s.close(c.Context()))
			}
			l, err := net.Listen("tcp", config.Server.Addr)
			if err != nil {
				return errors.Join(fmt.Errorf("server.addr: %w", err), s.close(c.Context()))
			}
			log.Info("serving", "addr", l.Addr().String(), "version", versionOf(version), "accounts", len(config.Accounts))
			return s.serve(c.Context(), l, s.server.Handler())
		},
	}
}

// admit lets messages be worked on if Redis and the directory are fit for it. While
// Redis is away messages are only kept: an outage must not grow because the service
// was started in it.
func (s *service) admit(ctx context.Context) error {
	err := s.fit(ctx)
	if err == nil || s.store.Ping(ctx) == nil {
		return err
	}
	s.log.Warn("redis is away: messages are kept on disk until it answers", "err", err)
	s.server.Hold(true)
	return nil
}

// readmit asks again, until ctx ends or messages may be worked on. A Redis that
// answers but is not fit is told to the operator; messages stay on disk.
func (s *service) readmit(ctx context.Context) {
	tick := time.NewTicker(s.config.Spool.Retry)
	defer tick.Stop()
	for told := ""; s.server.Held(); {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s.store.Ping(ctx) != nil {
			continue
		}
		err := s.fit(ctx)
		if err == nil {
			s.server.Hold(false)
			s.log.Info("redis answers: kept messages are worked on")
		} else if err.Error() != told {
			told = err.Error()
			s.alarm("unfit", told)
		}
	}
}

// fit checks Redis and the directory before anything is served.
func (s *service) fit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	if err := s.store.Check(ctx); err != nil {
		return fmt.Errorf("redis at %s: %w", strings.Join(s.config.Redis.Addrs, ", "), err)
	}
	d, err := s.store.Durability(ctx)
	if err != nil {
		return err
	}
	for _, line := range d.Lossy() {
		s.log.Warn("redis could lose data", "why", line)
	}
	if lossy := d.Lossy(); len(lossy) > 0 && d.Known && !s.config.Redis.AcceptLoss {
		return fmt.Errorf("redis could lose residents' reports:\n  %s\nor, for a trial only, set redis.accept_loss: true", strings.Join(lossy, "\n  "))
	}
	if _, err := s.load(ctx); err != nil {
		return err
	}
	return s.checkGround()
}

// load takes up a new import, if there is one. Reading a city leaves twice its size
// behind as garbage; that memory goes back to the machine at once.
func (s *service) load(ctx context.Context) (fresh bool, err error) {
	if fresh, err = s.desk.Refresh(ctx); fresh {
		debug.FreeOSMemory()
	}
	return fresh, err
}

// checkGround looks whether the accounts' streets were imported and staffed.
func (s *service) checkGround() error {
	g := s.desk.Ground()
	if len(g.Areas()) == 0 {
		s.log.Warn("no areas and staff yet: every report waits at the desk until `gridbot import` was run")
		return nil
	}
	for _, a := range s.config.Accounts {
		if _, ok := g.Area(a.Street); !ok {
			return fmt.Errorf("account %s: street %s is not among the imported areas", a.Name, a.Street)
		}
		if len(g.Dispatchers(a.Street)) == 0 {
			return fmt.Errorf("account %s: street %s has no dispatcher: a report could wait unseen; import staff with one", a.Name, a.Street)
		}
	}
	for _, y := range s.config.Systems {
		if _, ok := g.Area(y.Street); !ok {
			return fmt.Errorf("system %s: street %s is not among the imported areas", y.Name, y.Street)
		}
	}
	if gaps := g.Gaps(); len(gaps) > 0 {
		s.log.Warn("posts nobody holds", "count", len(gaps), "first", gaps[0].Area, "missing", gaps[0].Missing)
	}
	return nil
}
