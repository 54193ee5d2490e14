//go:build race

package classify

// raceEnabled tells that the race detector is on: it makes pools forget what
// they hold, so allocations cannot be counted, and training ten times slower.
const raceEnabled = true
