package store

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Time-outs of the client. They were chosen against a frozen Redis: the
// client's defaults answer after five seconds, when WeChat has already hung up;
// these answer after 1.7 s, and within milliseconds on a closed port. Only
// callTimeout holds under load, when a call waits for a connection as well, and
// for pipelines, whose retries the client counts otherwise: 39 calls at once took
// up to 6.5 s without it.
const (
	ioTimeout   = 800 * time.Millisecond
	dialTimeout = 500 * time.Millisecond
	callTimeout = 1800 * time.Millisecond
)

// Time-outs of work nobody waits for at a telephone: a backup of an hour must not
// end because a disk was busy for two seconds.
const (
	patientIO   = 10 * time.Second
	patientCall = 45 * time.Second
)

// limits gives how long one exchange and one call, with its retries, may take.
func (o Options) limits() (io, call time.Duration) {
	if o.Patient {
		return patientIO, patientCall
	}
	return ioTimeout, callTimeout
}

// Gathers tells whether commands of several callers share pipelines. In a cluster, one node
// that is away would hold up what the others are asked; and patient work goes alone.
func (o Options) Gathers() bool { return !o.cluster() && !o.Patient }

func (o Options) cluster() bool { return len(o.Addrs) > 1 && o.MasterName == "" }

// client gives the options as the client takes them.
func (o Options) client() *redis.UniversalOptions {
	io, _ := o.limits()
	u := &redis.UniversalOptions{
		Addrs: o.Addrs, MasterName: o.MasterName, Username: o.Username, Password: o.Password, DB: o.DB,
		ContextTimeoutEnabled: true,
		DialTimeout:           dialTimeout,
		ReadTimeout:           io,
		WriteTimeout:          io,
		PoolTimeout:           io,
		DialerRetries:         1,
		MaxRetries:            1,
		PoolSize:              o.PoolSize,
		DisableIdentity:       true,
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	}
	if o.cluster() {
		// A cluster's retries multiply with each node's own, and it counts them as
		// redirects: two are enough for a slot that moves (MOVED, then ASK).
		u.MaxRetries, u.MaxRedirects = -1, 2
	}
	if o.TLS {
		u.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return u
}

// bound ends every command and pipeline, with its retries, after its limit.
type bound struct{ limit time.Duration }

// DialHook lets dialling pass: it has its own time-out.
func (bound) DialHook(next redis.DialHook) redis.DialHook { return next }

// ProcessHook bounds one command.
func (b bound) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		ctx, cancel := context.WithTimeout(ctx, b.limit)
		defer cancel()
		return next(ctx, cmd)
	}
}

// ProcessPipelineHook bounds one pipeline.
func (b bound) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		ctx, cancel := context.WithTimeout(ctx, b.limit)
		defer cancel()
		return next(ctx, cmds)
	}
}
