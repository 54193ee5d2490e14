package store

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// logger passes the client's own lines on.
type logger func(line string)

// Printf is what the client calls.
func (l logger) Printf(_ context.Context, format string, v ...any) { l(fmt.Sprintf(format, v...)) }

// LogTo sends what the Redis client would print to standard error, such as a line
// for each failed dial of an outage, to a function. It holds for the whole
// process: call it once, at the start.
func LogTo(to func(line string)) { redis.SetLogger(logger(to)) }
