package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// scanBatch is how many keys one step of Erase looks at.
const scanBatch = 1000

// Erase deletes everything that lies under a person's own tag, their binding if
// they are a member of staff, and the join code they used. It may be called again.
// What they reported is no part of it: see Redact, and EraseNotices.
//
// It looks at every key of one node in steps, so it is for a command, not for an
// answer: the marks of single messages are written down nowhere else. Without
// them a message that is pushed once more is worked on as a new one; a task it has
// made is found by the street's own mark.
func (s *Store) Erase(ctx context.Context, p task.Person) error {
	profile, err := s.Profile(ctx, p)
	if err != nil {
		return err
	}
	if profile.Staff != "" {
		if err := s.Unbind(ctx, profile.Staff, p); err != nil {
			return err
		}
	}
	if err := s.eraseCodes(ctx, p); err != nil {
		return err
	}
	own := string(personOf(p))
	return s.scan(ctx, own, func(node redis.Cmdable, keys []string) error {
		return node.Del(ctx, keys...).Err() // all under one tag
	})
}

// eraseCodes deletes the join codes a person has used: one without its owner could
// be used by somebody else.
func (s *Store) eraseCodes(ctx context.Context, p task.Person) error {
	return s.scan(ctx, codeKey(""), func(node redis.Cmdable, keys []string) error {
		for _, key := range keys {
			by, err := node.HMGet(ctx, key, "by").Result()
			if err != nil {
				return err
			}
			if str(by[0]) != claimant(p) {
				continue
			}
			if err := node.Del(ctx, key).Err(); err != nil {
				return err
			}
		}
		return nil
	})
}

// claimant is how a join code names the person who used it.
func claimant(p task.Person) string { return p.Account + "|" + p.OpenID }

// scan hands over every key that begins with a text that holds a tag, in batches,
// with the node that has it. Keys may come twice. Errors name no key: a key may
// hold an openid.
func (s *Store) scan(ctx context.Context, begins string, do func(node redis.Cmdable, keys []string) error) error {
	var node redis.Cmdable = s.rdb
	if cluster, ok := s.rdb.(*redis.ClusterClient); ok {
		master, err := cluster.MasterForKey(ctx, begins)
		if err != nil {
			return fmt.Errorf("store: find node: %w", err)
		}
		node = master
	}
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, glob(begins)+"*", scanBatch).Result()
		if err == nil && len(keys) > 0 {
			err = do(node, keys)
		}
		if err != nil {
			return fmt.Errorf("store: erase keys: %w", err)
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// NoticesTo lists what waits or is buried in a street's outbox for a person as a
// resident: late answers, and words of their tasks.
func (s *Store) NoticesTo(ctx context.Context, street string, p task.Person) ([]task.Notice, error) {
	k := streetOf(street)
	var waiting, buried *redis.StringSliceCmd
	_, err := s.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		waiting, buried = pipe.ZRange(ctx, k.outbox(), 0, -1), pipe.ZRange(ctx, k.buried(), 0, -1)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: list notices to a person: %w", err)
	}
	var out []task.Notice
	for ids := range slices.Chunk(slices.Concat(waiting.Val(), buried.Val()), sweepBatch) {
		read, err := s.contents(ctx, street, ids)
		if err != nil {
			return nil, err
		}
		for i, id := range ids {
			if n, err := decodeNotice(street, id, read[i]); err == nil && n.To.Person == p {
				out = append(out, n)
			}
		}
	}
	return out, nil
}

// EraseNotices deletes what NoticesTo lists, and tells how many that were.
func (s *Store) EraseNotices(ctx context.Context, street string, p task.Person) (int, error) {
	notices, err := s.NoticesTo(ctx, street, p)
	if err != nil || len(notices) == 0 {
		return 0, err
	}
	k := streetOf(street)
	_, err = s.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.Del(ctx, k.line(lineFor(notices[0])))
		for _, n := range notices {
			pipe.ZRem(ctx, k.outbox(), n.ID)
			pipe.ZRem(ctx, k.buried(), n.ID)
			pipe.Del(ctx, k.notice(n.ID))
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("store: erase notices to a person: %w", err)
	}
	return len(notices), nil
}

// Compact lets every node write its append-only file anew, so that what was erased
// is not in it any more. Redis does it beside its work, and says no while it
// already does.
func (s *Store) Compact(ctx context.Context) error {
	rewrite := func(ctx context.Context, c redis.Cmdable) error {
		if err := c.BgRewriteAOF(ctx).Err(); err != nil {
			return fmt.Errorf("store: rewrite append-only file: %w", err)
		}
		return nil
	}
	if cluster, ok := s.rdb.(*redis.ClusterClient); ok {
		return cluster.ForEachShard(ctx, func(ctx context.Context, node *redis.Client) error { return rewrite(ctx, node) })
	}
	return rewrite(ctx, s.rdb)
}
