package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"gridbot/grid"
	"gridbot/sample"
	"gridbot/store"
	"gridbot/task"
)

// The databases of the one Redis: one for each that is compared.
const (
	productDB = iota
	peerDB
	courierDB
	asynqDB
)

// atOnce is how many calls of the setup are under way.
const atOnce = 64

// town is a city of full size with its staff bound to phones, and residents who have
// scanned the code of their stairwell.
type town struct {
	store     *store.Store
	homes     []string // ids of micro-grids
	street    string
	residents int // how many have moved in
}

// settle imports the city and binds its staff.
func settle(ctx context.Context, redisAddr string) (*town, error) {
	s, err := store.Open(store.Options{Addrs: []string{redisAddr}, DB: productDB, Patient: true})
	if err != nil {
		return nil, err
	}
	areaFile, staffFile := sample.City(1)
	areas, err := grid.ReadAreas(bytes.NewReader(areaFile))
	if err != nil {
		return nil, err
	}
	staff, err := grid.ReadStaff(bytes.NewReader(staffFile))
	if err != nil {
		return nil, err
	}
	t := &town{store: s}
	for _, a := range areas {
		switch a.Level {
		case grid.Microgrid:
			t.homes = append(t.homes, a.ID)
		case grid.Street:
			t.street = a.ID
		}
	}
	if err := s.SaveDirectory(ctx, areas, staff); err != nil {
		return nil, err
	}
	codes := make([]store.Code, len(staff))
	for i, one := range staff {
		codes[i] = store.Code{Code: "code" + one.ID, Staff: one.ID}
	}
	if err := s.AddCodes(ctx, codes); err != nil {
		return nil, err
	}
	return t, each(ctx, len(staff), func(i int) error {
		_, err := s.Join(ctx, codes[i].Code, worker(staff[i].ID))
		return err
	})
}

func worker(staff string) task.Person {
	return task.Person{Account: account, OpenID: "worker-" + staff}
}

func resident(i int) task.Person {
	return task.Person{Account: account, OpenID: "o-resident-" + strconv.Itoa(i)}
}

// moveIn gives n more residents a home each, spread over the city, and returns the
// number of the first.
func (t *town) moveIn(ctx context.Context, n int) (first int, err error) {
	first = t.residents
	t.residents += n
	return first, each(ctx, n, func(i int) error {
		return know(ctx, t.store, resident(first+i), store.Profile{Home: t.homes[(first+i)*7919%len(t.homes)]})
	})
}

// know makes somebody known who has just written.
func know(ctx context.Context, s *store.Store, who task.Person, p store.Profile) error {
	turn, err := s.Begin(ctx, who, "setup", store.MessageWindow(), false, time.Now())
	if err != nil {
		return err
	}
	return s.Commit(ctx, turn, store.Ending{Profile: p}, time.Now())
}

// handed lists up to n tasks that wait for somebody to sign them, out of the first of
// every street, and makes their handlers known.
func (t *town) handed(ctx context.Context, n int) (out []task.Task, err error) {
	ground, err := t.store.LoadGround(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range ground.Areas {
		if a.Level != grid.Street || len(out) >= n {
			continue
		}
		ids := make([]task.ID, 200)
		for i := range ids {
			ids[i] = task.ID{Street: a.ID, Seq: task.FirstNumber + int64(i)}
		}
		all, err := t.store.GetAll(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if one.Status == task.Dispatched && one.Danger == 0 && len(out) < n {
				out = append(out, one)
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no task waits for a signature")
	}
	known := map[string]bool{}
	for _, one := range out {
		if known[one.Handler] {
			continue
		}
		known[one.Handler] = true
		if err := know(ctx, t.store, worker(one.Handler), store.Profile{Staff: one.Handler}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// each does something n times, several at once.
func each(ctx context.Context, n int, do func(i int) error) error {
	g, going := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range n {
		if going.Err() != nil {
			break
		}
		g.Go(func() error { return do(i) })
	}
	return errors.Join(g.Wait(), ctx.Err())
}
