package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// whole is up to how many elements a key is read at once, so that what is written
// of it is what it was at one moment. Only queues, the outbox, lists of persons
// and long histories are larger; they are read in parts.
const whole = 500

// snap is the reading of one key in a pipeline.
type snap struct {
	key  string
	kind string
	life *redis.DurationCmd
	size *redis.IntCmd
	get  func() []binary // what the pipeline has read
}

// length asks how many elements a key has; strings are one.
func (p *snap) length(ctx context.Context, pipe redis.Pipeliner) error {
	switch p.kind {
	case "string":
		p.size = pipe.StrLen(ctx, p.key)
	case "hash":
		p.size = pipe.HLen(ctx, p.key)
	case "list":
		p.size = pipe.LLen(ctx, p.key)
	case "set":
		p.size = pipe.SCard(ctx, p.key)
	case "zset":
		p.size = pipe.ZCard(ctx, p.key)
	case "stream":
		p.size = pipe.XLen(ctx, p.key)
	default:
		return fmt.Errorf("key of street or person %s is a %s, which no backup holds", Hash(p.key), p.kind)
	}
	return nil
}

// large tells whether the key is read in parts.
func (p *snap) large() bool { return p.kind != "string" && p.size.Val() > whole }

// read asks for the whole value and how long it lives.
func (p *snap) read(ctx context.Context, pipe redis.Pipeliner) {
	p.life = pipe.PTTL(ctx, p.key)
	switch p.kind {
	case "string":
		cmd := pipe.Get(ctx, p.key)
		p.get = func() []binary {
			if cmd.Err() != nil {
				return nil
			}
			return []binary{binary(cmd.Val())}
		}
	case "hash":
		cmd := pipe.HGetAll(ctx, p.key)
		p.get = func() []binary { return flatHash(cmd.Val()) }
	case "list":
		cmd := pipe.LRange(ctx, p.key, 0, -1)
		p.get = func() []binary { return flat(cmd.Val()) }
	case "set":
		cmd := pipe.SMembers(ctx, p.key)
		p.get = func() []binary { return flat(cmd.Val()) }
	case "zset":
		cmd := pipe.ZRangeWithScores(ctx, p.key, 0, -1)
		p.get = func() []binary { return flatScores(cmd.Val()) }
	case "stream":
		cmd := pipe.XRange(ctx, p.key, "-", "+")
		p.get = func() []binary { return flatStream(cmd.Val()) }
	}
}

// ends tells when the key's life ends, in ms; 0 is never.
func (p *snap) ends(now time.Time) int64 {
	if left := p.life.Val(); left > 0 {
		return now.Add(left).UnixMilli()
	}
	return 0
}

// Values as records hold them: a string is itself; a list and a set their
// elements; a hash field and value by turns; a sorted set member and score by
// turns; a stream for each entry its id, the count of what follows, and fields and
// values by turns.

func flat(values []string) []binary {
	out := make([]binary, len(values))
	for i, v := range values {
		out[i] = binary(v)
	}
	return out
}

func flatHash(hash map[string]string) []binary {
	out := make([]binary, 0, 2*len(hash))
	for field, value := range hash {
		out = append(out, binary(field), binary(value))
	}
	return out
}

func flatScores(set []redis.Z) []binary {
	out := make([]binary, 0, 2*len(set))
	for _, z := range set {
		out = append(out, binary(str(z.Member)), binary(strconv.FormatFloat(z.Score, 'g', -1, 64)))
	}
	return out
}

func flatStream(entries []redis.XMessage) []binary {
	var out []binary
	for _, e := range entries {
		out = append(out, binary(e.ID), binary(strconv.Itoa(2*len(e.Values))))
		for field, value := range e.Values {
			out = append(out, binary(field), binary(str(value)))
		}
	}
	return out
}

// put adds the commands that write a record to a pipeline.
func (r record) put(ctx context.Context, pipe redis.Pipeliner) error {
	pairs := r.Kind == "hash" || r.Kind == "zset"
	if len(r.Value) == 0 || pairs && len(r.Value)%2 == 1 {
		return fmt.Errorf("%w: a key without its value", ErrBackup)
	}
	if r.Part == 0 && r.Kind != "string" {
		pipe.Del(ctx, r.Key) // a key may stand in a backup twice, and the client may send a batch twice
	}
	if err := r.fill(ctx, pipe); err != nil {
		return err
	}
	if r.Ends > 0 {
		pipe.PExpireAt(ctx, r.Key, time.UnixMilli(r.Ends))
	}
	return nil
}

// fill adds the elements of a record.
func (r record) fill(ctx context.Context, pipe redis.Pipeliner) error {
	v := make([]any, len(r.Value))
	for i, x := range r.Value {
		v[i] = string(x)
	}
	switch r.Kind {
	case "string":
		pipe.Set(ctx, r.Key, v[0], 0)
	case "hash":
		pipe.HSet(ctx, r.Key, v...)
	case "list":
		if r.Part > 0 { // sent twice, a further part must not be there twice
			pipe.LTrim(ctx, r.Key, 0, int64(r.Part*whole-1))
		}
		pipe.RPush(ctx, r.Key, v...)
	case "set":
		pipe.SAdd(ctx, r.Key, v...)
	case "zset":
		scores, err := r.scores()
		if err != nil {
			return err
		}
		pipe.ZAdd(ctx, r.Key, scores...)
	case "stream":
		return r.entries(ctx, pipe)
	default:
		return fmt.Errorf("%w: a key of the unknown type %q", ErrBackup, r.Kind)
	}
	return nil
}

// scores reads the value of a sorted set.
func (r record) scores() ([]redis.Z, error) {
	out := make([]redis.Z, 0, len(r.Value)/2)
	for i := 0; i+1 < len(r.Value); i += 2 {
		score, err := strconv.ParseFloat(string(r.Value[i+1]), 64)
		if err != nil {
			return nil, fmt.Errorf("%w: a score that is no number", ErrBackup)
		}
		out = append(out, redis.Z{Member: string(r.Value[i]), Score: score})
	}
	return out, nil
}

// entries adds the entries of a stream, each under its own id.
func (r record) entries(ctx context.Context, pipe redis.Pipeliner) error {
	for v := r.Value; len(v) > 0; {
		if len(v) < 2 {
			return fmt.Errorf("%w: a stream is cut off", ErrBackup)
		}
		n, err := strconv.Atoi(string(v[1]))
		if err != nil || n < 2 || n%2 == 1 || n > len(v)-2 {
			return fmt.Errorf("%w: a stream is cut off", ErrBackup)
		}
		values := make([]string, n)
		for i, x := range v[2 : 2+n] {
			values[i] = string(x)
		}
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: r.Key, ID: string(v[0]), Values: values})
		v = v[2+n:]
	}
	return nil
}
