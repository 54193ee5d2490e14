package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// leftOut tells whether a backup leaves a key out. Secrets never leave Redis:
// access tokens, and join codes, which make whoever holds one a member of staff.
// Leases and locks belong to processes that will not be there after a restore. The
// mark of the layout stands in the head of the backup, and a migration that was
// under way begins again.
func leftOut(key string) bool {
	switch key {
	case schemaKey, migratingKey, migrationKey:
		return true
	}
	if strings.HasPrefix(key, codeKey("")) {
		return true
	}
	tag, rest, _ := strings.Cut(strings.TrimPrefix(key, prefix+"{"), "}:")
	return strings.HasPrefix(tag, "a") && (rest == "token" || rest == "tokenlock") ||
		strings.HasPrefix(tag, "r") && rest == "lease"
}

// Backed is what Backup wrote.
type Backed struct {
	Keys    int // keys written; one that came twice counts twice
	Records int // lines, of which a large key has several
	Left    int // keys left out on purpose
}

// Backup writes everything gridbot keeps to w, as lines of JSON in gzip (see
// backup_file.go), except what leftOut names. It needs little memory however much
// there is, goes through all keys in small batches with pauses, and may run beside
// live traffic.
//
// It is no picture of one moment. A key of up to 500 elements is as it was at one
// moment between the beginning and the end, a larger one is read in parts; two keys
// may be of different moments. What was there before the beginning and did not
// change is there exactly. A task that changed meanwhile is there as it was before
// or after, its history may have a line more or less, and its queues and notices
// may not fit: Reconcile, run after Restore, makes them fit.
func (s *Store) Backup(ctx context.Context, w io.Writer, p Pace) (Backed, error) {
	b := &backup{s: s, w: newLineWriter(w), pace: p.filled()}
	err := b.begin(ctx)
	if err == nil {
		err = s.walk(ctx, prefix+"*", b.pace, b.keys)
	}
	if err == nil {
		err = b.w.end(tailLine{Records: b.out.Records, Keys: b.out.Keys, Left: b.out.Left})
	}
	if err != nil {
		return b.out, fmt.Errorf("store: back up: %w", err)
	}
	return b.out, nil
}

// backup is one run.
type backup struct {
	s    *Store
	w    *lineWriter
	pace Pace
	out  Backed
}

// begin refuses data that is being changed as a whole, and writes the head.
func (b *backup) begin(ctx context.Context) error {
	schema, err := b.s.layout(ctx)
	if err != nil {
		return err
	}
	switch schema {
	case "":
		return errors.New("nothing is stored in this Redis")
	case unfinished:
		return layoutError(schema)
	}
	busy, err := b.s.rdb.Exists(ctx, migratingKey).Result()
	if err != nil {
		return err
	}
	if busy > 0 {
		return ErrMigrating
	}
	return b.w.write(headLine, head{Format: backupFormat, Schema: schema, At: time.Now().UnixMilli()})
}

// keys writes a batch of keys: their types, their sizes, and then the small ones
// together and each large one in parts.
func (b *backup) keys(ctx context.Context, keys []string) error {
	n := len(keys)
	keys = slices.DeleteFunc(slices.Clone(keys), leftOut)
	b.out.Left += n - len(keys)
	snaps, err := b.measure(ctx, keys)
	if err != nil || len(snaps) == 0 {
		return err
	}
	pipe := b.s.rdb.Pipeline()
	for _, p := range snaps {
		if p.large() {
			p.life = pipe.PTTL(ctx, p.key)
		} else {
			p.read(ctx, pipe)
		}
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	now := time.Now()
	for _, p := range snaps {
		if err := b.put(ctx, p, now); err != nil {
			return err
		}
	}
	return nil
}

// measure asks for types and sizes; keys that have gone are left out.
func (b *backup) measure(ctx context.Context, keys []string) ([]*snap, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	pipe := b.s.rdb.Pipeline()
	kinds := make([]*redis.StatusCmd, len(keys))
	for i, key := range keys {
		kinds[i] = pipe.Type(ctx, key)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	var snaps []*snap
	pipe = b.s.rdb.Pipeline()
	for i, key := range keys {
		if kind := kinds[i].Val(); kind != "none" {
			p := &snap{key: key, kind: kind}
			if err := p.length(ctx, pipe); err != nil {
				return nil, err
			}
			snaps = append(snaps, p)
		}
	}
	if len(snaps) == 0 {
		return nil, nil
	}
	_, err := pipe.Exec(ctx)
	return snaps, err
}

// put writes one key.
func (b *backup) put(ctx context.Context, p *snap, now time.Time) error {
	r := record{Key: p.key, Kind: p.kind, Ends: p.ends(now)}
	if !p.large() {
		r.Value = p.get()
		return b.write(&r)
	}
	return b.parts(ctx, r)
}

// write writes one record, unless the key has gone meanwhile.
func (b *backup) write(r *record) error {
	if len(r.Value) == 0 {
		return nil
	}
	if r.Part == 0 {
		b.out.Keys++
	}
	b.out.Records++
	err := b.w.write(recordLine, r)
	r.Part++
	return err
}

// parts writes a large key, part by part.
func (b *backup) parts(ctx context.Context, r record) error {
	switch r.Kind {
	case "zset":
		return b.s.members(ctx, r.Key, b.pace, func(batch []redis.Z) error {
			r.Value = flatScores(batch)
			return b.write(&r)
		})
	case "list":
		return b.list(ctx, r)
	case "stream":
		return b.stream(ctx, r)
	}
	rdb := b.s.rdb
	for cursor := uint64(0); ; {
		var batch []string
		var err error
		if r.Kind == "set" {
			batch, cursor, err = rdb.SScan(ctx, r.Key, cursor, "", int64(b.pace.Batch)).Result()
		} else {
			batch, cursor, err = rdb.HScan(ctx, r.Key, cursor, "", int64(b.pace.Batch)).Result()
		}
		if err != nil {
			return err
		}
		r.Value = flat(batch)
		if err := b.write(&r); err != nil || cursor == 0 {
			return err
		}
		if err := b.pace.rest(ctx); err != nil {
			return err
		}
	}
}

// list writes a long list; ours only grow, at the end.
func (b *backup) list(ctx context.Context, r record) error {
	for from := int64(0); ; from += whole {
		batch, err := b.s.rdb.LRange(ctx, r.Key, from, from+whole-1).Result()
		if err != nil || len(batch) == 0 {
			return err
		}
		r.Value = flat(batch)
		if err := b.write(&r); err != nil {
			return err
		}
		if err := b.pace.rest(ctx); err != nil {
			return err
		}
	}
}

// stream writes a long stream from id to id.
func (b *backup) stream(ctx context.Context, r record) error {
	for from := "-"; ; {
		batch, err := b.s.rdb.XRangeN(ctx, r.Key, from, "+", whole).Result()
		if err != nil || len(batch) == 0 {
			return err
		}
		r.Value = flatStream(batch)
		if err := b.write(&r); err != nil {
			return err
		}
		from = "(" + batch[len(batch)-1].ID
		if err := b.pace.rest(ctx); err != nil {
			return err
		}
	}
}
