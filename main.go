// Command gridbot turns what residents write to a community's WeChat Official
// Account into tasks of grid workers, and tells everybody how they go. `gridbot
// --help` lists its commands; `gridbot demo` needs nothing but Go.
package main

import (
	"log/slog"
	"os"

	"gridbot/store"
)

func main() {
	// What the Redis client says of each failed dial is told by our own log, once.
	store.LogTo(func(line string) { slog.Debug("redis client", "line", line) })
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
