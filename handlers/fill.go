package handlers

import (
	"context"
	"fmt"
	"time"
)

// fill is how full the spool may become before the operator is told.
type fill struct {
	limit int64   // bytes it takes at most
	part  float64 // of limit, from which on it is told
	told  bool
}

// rearm is the part of the alarm's level below which it may ring again, so that a
// level that swings does not ring every second.
const rearm = 0.8

// check tells what to alarm about, "" for nothing. used is what waits, free what
// the disk has left, −1 when that is not known: a disk that ends before the limit
// does is told however little waits.
func (f *fill) check(used, free int64) string {
	level := f.part * float64(f.limit)
	short := free >= 0 && free < f.limit-used
	switch {
	case f.told:
		f.told = short || float64(used) >= rearm*level
	case short:
		f.told = true
		return fmt.Sprintf("the disk has %d bytes left and the spool may need %d more", free, f.limit-used)
	case float64(used) >= level:
		f.told = true
		return fmt.Sprintf("%d of %d bytes are in use", used, f.limit)
	}
	return ""
}

// watch looks at the spool's fill every so often until ctx ends.
func (in *inbox) watch(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if what := in.fill.check(in.spool.Bytes(), in.spool.Free()); what != "" {
			in.alarm("spool_filling", what)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
