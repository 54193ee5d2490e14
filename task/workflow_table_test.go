package task

// workflow is the whole state machine as a person reads it: for each move, who
// may make it from which status, and where the task stands afterwards.
//
// A line names statuses, * for all that no earlier line of the move has named, and
// behind the colon who gets what answer there:
//
//	=      accepted, the status stays
//	!      ErrStatus: theirs to do, but not from here
//	taken  ErrTaken
//	?      ErrMove
//
// or the status afterwards. Whoever stands in no line may not make the move: another
// resident and staff of elsewhere are answered ErrNotFound, a member of staff with
// every right who is the reporter ErrOwnReport, all others ErrNotYours.
//
// The actors: the reporter, somebody whose report was merged into the task, another
// resident, the handler, a co-handler, a colleague of the same grid, its head (chief),
// the head of the community (senior), a dispatcher, the system, staff of elsewhere,
// and the reporter in a staff hat. While nobody has the task, the handler is the
// colleague who would be. The task is of normal urgency, not confidential, and each
// move carries all it needs (see ready): the guards have tables of their own.
const workflow = `
open: an existing task is not opened again
  * : reporter joined handler helper colleague chief senior desk system himself ?

accept: the system when sure, else the dispatcher
  pending : desk system accepted
  * : desk system !

dispatch: the system or the dispatcher, as long as the work is not done
  pending accepted dispatched signed processing returned : desk system dispatched
  * : desk system !

reclassify: the dispatcher or the handler, as long as it is not settled
  pending accepted returned : desk system =
  dispatched signed processing checking : handler desk system =
  merged rejected : desk system !
  * : handler desk system !

relocate: the same; the place of the table is in the same grid
  pending accepted returned : desk system =
  dispatched signed processing checking : handler desk system =
  merged rejected : desk system !
  * : handler desk system !

regrade: the same; the urgency of the table is a more pressing one
  pending accepted returned : desk system =
  dispatched signed processing checking : handler desk system =
  merged rejected : desk system !
  * : handler desk system !

sign: the handler, or whoever of the grid is first
  dispatched : handler colleague chief signed
  signed processing : handler ! ; colleague chief taken
  * : handler colleague chief !

contact: the handler, who has signed
  signed processing : handler processing
  pending accepted returned merged rejected : handler no
  * : handler !

progress: the handler, who has signed
  signed processing : handler processing
  pending accepted returned merged rejected : handler no
  * : handler !

ask: whoever has it, the desk or the handler
  pending accepted returned : desk system =
  dispatched signed processing checking need_info suspended : handler desk system =
  merged rejected : desk system !
  * : handler desk system !

finish: the handler, who has signed; an ordinary matter needs no check
  signed processing : handler feedback
  pending accepted returned merged rejected : handler no
  * : handler !

pass: someone above or the desk, never the handler
  checking : chief senior desk feedback
  * : chief senior desk !

fail: the same
  checking : chief senior desk processing
  * : chief senior desk !

return: the handler; the system when that one has left and nobody can take over
  dispatched signed processing : handler system returned
  pending accepted returned merged rejected : handler no ; system !
  * : handler system !

rule: the dispatcher, on what came back
  returned : desk dispatched
  * : desk !

transfer: the handler, or the head of the grid and above
  dispatched signed processing : handler chief senior dispatched
  pending accepted returned merged rejected : chief senior !
  * : handler chief senior !

escalate: the same
  dispatched signed processing : handler chief senior dispatched
  pending accepted returned merged rejected : chief senior !
  * : handler chief senior !

send_back: the handler it was handed up to
  dispatched signed processing : handler dispatched
  pending accepted returned merged rejected : handler no
  * : handler !

rate: whoever reported it, once asked
  feedback : reporter joined closed
  * : reporter joined !

reopen: whoever reported it, once it is said to be done
  feedback closed : reporter joined dispatched
  * : reporter joined !

withdraw: whoever reported it, until it is done
  checking feedback closed rejected withdrawn : reporter joined !
  * : reporter joined withdrawn

urge: whoever reported it, while it is worked on
  pending accepted dispatched signed processing checking returned : reporter joined =
  * : reporter joined !

supplement: whoever reported it, until it is over; an answer lets the clocks go on, a neighbour was asked nothing
  need_info : reporter signed ; joined =
  closed merged rejected withdrawn : reporter joined !
  * : reporter joined =

confirm: whoever answers for it has seen that people are safe
  pending accepted returned : chief senior desk =
  dispatched signed processing checking need_info suspended : handler chief senior desk =
  merged rejected : chief senior desk !
  * : handler chief senior desk !

forget: the system; what only waits for the person's word goes on or ends without it
  need_info : system signed
  feedback : system closed
  * : system =

inquire: the system or the dispatcher, never the handler, whose clocks would stop
  pending accepted dispatched signed processing returned : desk system need_info
  * : desk system !

suspend: the head of the community and above
  dispatched signed processing : senior desk system suspended
  * : senior desk system !

resume: the same
  need_info suspended : senior desk system signed
  * : senior desk system !

lapse: the system, when nobody answered
  need_info : system withdrawn
  * : system !

reject: the dispatcher, while nobody has it
  pending accepted returned : desk rejected
  * : desk !

appeal: whoever reported it
  rejected : reporter joined pending
  * : reporter joined !

silence: the system, when nobody rated
  feedback : system closed
  * : system !

merge: the system when sure, else whoever answers for it
  pending accepted returned : chief senior desk system merged
  dispatched signed processing : handler chief senior desk system merged
  merged rejected : chief senior desk system !
  * : handler chief senior desk system !

unmerge: the same; nobody has it then
  merged : chief senior desk system accepted
  pending accepted returned rejected : chief senior desk system !
  * : handler chief senior desk system !

absorb: the system, as long as the work is not done
  pending accepted dispatched signed processing checking returned need_info suspended : system =
  * : system !

shed: the system
  * : system =

call_in: whoever answers for it
  dispatched signed processing : handler chief senior desk system =
  pending accepted returned merged rejected : chief senior desk system !
  * : handler chief senior desk system !

respond: who was called
  dispatched signed processing need_info suspended : helper =
  * : helper !

complete: the same
  dispatched signed processing need_info suspended : helper =
  * : helper !

dismiss: whoever answers for it
  dispatched signed processing : handler chief senior desk system =
  pending accepted returned merged rejected : chief senior desk system !
  * : handler chief senior desk system !

ask_extension: the handler
  dispatched signed processing : handler =
  pending accepted returned merged rejected : handler no
  * : handler !

extend: someone above or the desk, never the handler
  dispatched signed processing : chief senior desk =
  * : chief senior desk !

refuse_extension: the same
  dispatched signed processing : chief senior desk =
  * : chief senior desk !

ring: the system's clocks
  pending accepted dispatched signed processing checking feedback returned need_info suspended : system =
  * : system !

replan: the system, once the holidays are known
  pending accepted dispatched signed processing checking returned need_info suspended : system =
  * : system !

supervise: the dispatcher, or the system's clocks
  pending accepted dispatched signed processing checking returned need_info suspended : desk system =
  * : desk system !

exclude: the dispatcher, at any time
  * : desk =

lose: the system, when a photo does not arrive
  * : system =
`
