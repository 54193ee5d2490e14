package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gridbot/task"
)

// signed is how long it takes from a worker's 签收 to the resident's notice at the
// platform: from the moment the worker's message is sent, one after the other.
func (b *bench) signed(ctx context.Context, tasks []task.Task) (tally, error) {
	var s tally
	c, err := dial(b.product.addr)
	if err != nil {
		return s, err
	}
	defer c.conn.Close()
	begin := time.Now()
	for _, t := range tasks {
		request, err := b.writer.push(productPath, worker(t.Handler).OpenID, b.writer.pick("sign")+" "+t.ID.String())
		if err != nil {
			return s, err
		}
		told, start := b.platform.await(t.Reporter.OpenID), time.Now()
		body, err := c.do(request)
		if err != nil {
			return s, err
		}
		select {
		case at := <-told:
			s.took = append(s.took, at.Sub(start))
		case <-time.After(10 * time.Second):
			words, _ := b.writer.read(body)
			return s, fmt.Errorf("nobody was told of the signature of %s; the worker read %q", t.ID, words)
		case <-ctx.Done():
			return s, ctx.Err()
		}
	}
	s.elapsed = time.Since(begin)
	slices.Sort(s.took)
	return s, nil
}
