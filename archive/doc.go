// Package archive keeps tasks that ended long ago, and old months of the audit, in
// files, so that Redis holds only what is still worked with.
//
// A street has a directory with one file for each month (UTC) in which tasks
// ended, 12/2026-10.jsonl, and one for each month of the audit that was moved,
// 12/audit-2025-10.jsonl. A line is a checksum (CRC-32C, eight hex digits), a blank
// and one JSON object; a task's begins with its number, so that plain tools find it:
//
//	grep '"id":"12-1042"' archive/12/*.jsonl
//
// Lines are added at the end and synced before anything leaves Redis, so a crash
// loses nothing. What a crash may leave is harmless: a task's line twice, of which
// the last counts, or the beginning of a line at the end of a file, which was never
// acknowledged and is struck by the next writer.
//
// Only what must be forgotten is changed in place: the masked line is added and
// synced, then the old one is struck, which overwrites it with a # and blanks. A
// line that begins with # says nothing; a strike that a crash cut short is
// completed by the next.
//
// One writer at a time works on a street: a lock on the file 12/lock, which ends
// with the process. Readers need none.
package archive
