package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/simulator"
	"gridbot/store"
	"gridbot/wechat"
)

// demoAccount is the name of the demo's account in the webhook's address.
const demoAccount = "demo"

// demo is everything in one process: a Redis, a stand-in for the platform with
// its page, the service itself, and the sample street.
type demo struct {
	cast     cast
	dir      string
	redis    *redistest.Server
	listener net.Listener
	service  *service
	platform *simulator.Platform
}

// newDemo starts what the demo needs and listens, but serves nothing yet.
func newDemo(ctx context.Context, addr, dir string, kind redistest.Kind, log *slog.Logger) (d *demo, err error) {
	d = &demo{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if d.cast, err = readCast(); err != nil {
		return d, err
	}
	if err = os.MkdirAll(dir, 0o700); err != nil {
		return d, err
	}
	keys, err := readKeys(filepath.Join(dir, "keys.json"))
	if err != nil {
		return d, err
	}
	if d.redis, err = redistest.Start(ctx, redistest.Options{Kind: kind, Dir: filepath.Join(dir, "redis"), Ticking: true}); err != nil {
		return d, err
	}
	if d.listener, err = net.Listen("tcp", addr); err != nil {
		return d, err
	}
	config, err := d.config(keys)
	if err != nil {
		return d, err
	}
	if d.service, err = newService(config, log, time.Now); err != nil {
		return d, err
	}
	if err = d.settle(ctx); err != nil {
		return d, err
	}
	d.platform = simulator.New(d.page(keys))
	return d, nil
}

// url is where a browser finds the page.
func (d *demo) url() string { return "http://" + d.listener.Addr().String() }

// config is the configuration of the demo: the defaults, its own account, and the
// stand-in in the platform's place.
func (d *demo) config(k demoKeys) (Config, error) {
	c, err := defaults()
	if err != nil {
		return c, err
	}
	_, templates := d.cast.templates()
	c.Redis.Addrs = []string{d.redis.Addr()}
	c.Spool.Path = filepath.Join(d.dir, "spool.db")
	c.Server.Drain = 0 // nobody balances here
	c.Media.Dir, c.Media.MinFree, c.Server.PublicURL = filepath.Join(d.dir, "media"), 0, d.url()
	c.WeChat.BaseURL = d.url()
	// Whoever tries it sees news as they come, at any hour, and a few together.
	c.Notices.Gather, c.Notices.Hours = 3*time.Second, "00:00-24:00"
	c.Accounts = []AccountConfig{{
		Name: demoAccount, AppID: demoApp, Mode: wechat.ModeSafe, Street: d.cast.Street,
		Abilities: AbilityConfig{Template: true, QRCode: true}, Templates: templates,
		Secret: k.Secret, Token: k.Token, AESKey: k.AESKey,
	}}
	return c, nil
}

// page is the stand-in with the demo's account and its phones.
func (d *demo) page(k demoKeys) simulator.Options {
	defs, _ := d.cast.templates()
	notice := d.cast.Lost
	if d.redis.Real() {
		notice = fmt.Sprintf(d.cast.Kept, d.dir)
	}
	return d.cast.page(simulator.Options{
		Accounts: []simulator.Account{{
			AppID: demoApp, Secret: k.Secret, Token: k.Token, AESKey: k.AESKey, Mode: simulator.ModeSafe,
			Kind: simulator.KindService, Name: d.cast.Title, Webhook: d.url() + "/wechat/" + demoAccount, Templates: defs,
		}},
		URL: d.url(), Notice: notice,
	}, d.service.desk.Ground())
}

// settle imports the sample street into a Redis that has none.
func (d *demo) settle(ctx context.Context) error {
	s := d.service.store
	err := s.Check(ctx)
	if errors.Is(err, store.ErrSchema) { // a data folder of an older version
		_, err = s.Migrate(ctx, store.Migration{Wind: d.service.desk.Wind, Now: time.Now()})
	}
	if err != nil {
		return err
	}
	version, err := s.DirectoryVersion(ctx)
	if err != nil {
		return err
	}
	if version == 0 {
		areas, areaErr := grid.ReadAreas(bytes.NewReader(sample.Areas))
		staff, staffErr := grid.ReadStaff(bytes.NewReader(sample.Staff))
		if err := errors.Join(areaErr, staffErr); err != nil {
			return err
		}
		if err := s.SaveDirectory(ctx, areas, staff); err != nil {
			return err
		}
	}
	_, err = d.service.desk.Refresh(ctx)
	return err
}

// handler serves the product and the stand-in on one address.
func (d *demo) handler() http.Handler {
	own, standIn := d.service.server.Handler(), d.platform.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/wechat/"), path == "/healthz", path == "/readyz", path == "/metrics":
			own.ServeHTTP(w, r)
		default:
			standIn.ServeHTTP(w, r)
		}
	})
}

// serve runs the demo until ctx ends. ready is called once everybody has arrived.
func (d *demo) serve(ctx context.Context, ready func()) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- d.service.serve(ctx, d.listener, d.handler()) }()
	err := d.arrive(ctx)
	if err == nil && ctx.Err() == nil {
		ready()
	}
	if err != nil {
		stop()
	}
	err = errors.Join(err, <-ended)
	d.service, d.listener = nil, nil // serve has closed both
	return errors.Join(err, d.close())
}

// arrive lets everybody follow the account, and the staff join with their codes,
// each by a message through the webhook.
func (d *demo) arrive(ctx context.Context) error {
	waiting, err := notJoined(ctx, d.service.store, d.service.desk.Ground().People())
	if err != nil {
		return err
	}
	codes, err := makeCodes(ctx, d.service.store, waiting, progress{})
	if err != nil {
		return err
	}
	words := map[string]string{}
	for _, c := range codes {
		words[staffOpenID(c.staff.ID)] = fmt.Sprintf(d.cast.Join, c.code)
	}
	var all errgroup.Group
	for _, p := range d.cast.people(d.service.desk.Ground()) {
		all.Go(func() error {
			steps := []simulator.Delivery{d.platform.Follow(demoApp, p.OpenID, p.Scene)}
			if words[p.OpenID] != "" {
				steps = append(steps, d.platform.Text(demoApp, p.OpenID, words[p.OpenID]))
			}
			for _, s := range steps {
				if s.Err != nil && ctx.Err() == nil {
					return fmt.Errorf("%s did not arrive: %w", p.OpenID, s.Err)
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return err
	}
	return d.joined(ctx, d.service.desk.Ground())
}

// joined checks that every member of staff is bound.
func (d *demo) joined(ctx context.Context, g *dispatch.Ground) error {
	for _, s := range g.People() {
		p, err := d.service.store.StaffPerson(ctx, s.ID)
		if err != nil {
			return err
		}
		if p.Zero() && ctx.Err() == nil {
			return fmt.Errorf("staff %s did not join", s.ID)
		}
	}
	return nil
}

// close ends what newDemo started and serve has not ended.
func (d *demo) close() error {
	var err error
	if d.platform != nil {
		d.platform.Close()
	}
	if d.service != nil {
		err = d.service.close(context.Background())
	}
	if d.listener != nil {
		err = errors.Join(err, d.listener.Close())
	}
	if d.redis != nil {
		err = errors.Join(err, d.redis.Close())
	}
	return err
}

// demoKeys are the secrets between the service and the stand-in. They are made
// once and kept in the data folder, because messages that wait there outlive a
// start.
type demoKeys struct{ Secret, Token, AESKey string }

func readKeys(path string) (demoKeys, error) {
	var k demoKeys
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		k = demoKeys{Secret: rand.Text(), Token: rand.Text(), AESKey: (rand.Text() + rand.Text())[:aesKeyLength]}
		if data, err = json.Marshal(k); err != nil {
			return k, err
		}
		return k, os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		return k, err
	}
	if err := json.Unmarshal(data, &k); err != nil {
		return k, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}
