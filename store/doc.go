// Package store keeps everything gridbot knows in Redis. There is one concrete
// [Store]; every key is built in keys.go, which names its type and lifetime. What
// reads before it writes is a script under lua/, whose head documents its KEYS,
// ARGV and result; what only writes several keys is a transaction.
//
// Three rules make it safe to retry anything:
//
//   - A message of a person is worked between [Store.Begin] and [Store.Commit],
//     under a lease on that person. Commit writes the done-mark, the session and
//     the answer together, and only for the holder of the lease.
//   - A task is made once for a message ([Store.Create] remembers the message) and
//     changed once for an operation ([Store.Update] remembers the operation and
//     compares the version), so a crash and a retry neither lose nor double it.
//   - A notice is written by the script that writes the change that causes it, and
//     leaves the outbox only by [Store.Settle].
//
// All keys of a street share a hash tag, as do all keys of a person, so each
// script stays in one slot and the same code runs on a single node, behind
// Sentinel and on a Redis Cluster. A script builds the keys of a new task itself,
// from the number it draws; they carry the street's tag too.
//
// Times are milliseconds since 1970 UTC, passed in by the caller.
package store
