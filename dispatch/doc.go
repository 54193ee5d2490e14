// Package dispatch is the desk: the use cases that chat and pages share, who
// gets a task, by when, and the courier that tells people.
//
// [Desk.Open] makes a task of a report and gives it to somebody; [Desk.Do] makes
// every later move. Both write the task, its history and its notices in one
// script, and both can be repeated with the same key without doing anything
// twice.
//
// [Courier] empties the outbox: it leases due notices, renders them from
// words/*.tmpl with the task as it is at that moment, picks the channel, sends,
// and settles by the outcome. A notice that has become pointless is not sent; one
// that cannot be delivered is buried, where people see it. An account the
// platform has told to stop is left alone for as long as it said.
package dispatch
