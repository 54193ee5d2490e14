package task

import "errors"

// The sentinels of the domain. Each has one sentence for people in the words
// of the conversation.
var (
	// ErrNotFound: no such task, or none this person may know of. The two are
	// told apart nowhere, so that a number of somebody else's task reveals nothing.
	ErrNotFound = errors.New("task: not found")
	// ErrNotYours: the person may see the task but not make this move.
	ErrNotYours = errors.New("task: this move is not yours to make")
	// ErrOwnReport: nobody handles, checks or dispatches their own report.
	ErrOwnReport = errors.New("task: nobody handles their own report")
	// ErrStatus: the move does not fit the status the task is in.
	ErrStatus = errors.New("task: the move does not fit the status")
	// ErrTaken: somebody else signed first; the task's Handler is that person.
	ErrTaken = errors.New("task: already signed by somebody else")
	// ErrNoteTooShort: the move asks for words (a result of ResultRunes characters, a reason).
	ErrNoteTooShort = errors.New("task: the note is too short")
	// ErrNoTarget: the move names nobody, or somebody who cannot have the task.
	ErrNoTarget = errors.New("task: nobody to give it to")
	// ErrRuled: the dispatcher has ruled who has it; it is not returned again.
	ErrRuled = errors.New("task: the dispatcher has ruled")
	// ErrReturnLate: the time in which a task may be returned is over.
	ErrReturnLate = errors.New("task: too late to return")
	// ErrUrgedRecently: one urge in 24 hours.
	ErrUrgedRecently = errors.New("task: urged within the last 24 hours")
	// ErrUrgeEarly: not before half of the time has passed.
	ErrUrgeEarly = errors.New("task: less than half the time has passed")
	// ErrConfirmSafety: a critical task is withdrawn only after staff confirmed that people are safe.
	ErrConfirmSafety = errors.New("task: staff confirms safety first")
	// ErrReopenLate: a closed task is reopened within ReopenWindow.
	ErrReopenLate = errors.New("task: too late to reopen")
	// ErrCritical: danger is never put off: a critical task is neither suspended nor rejected.
	ErrCritical = errors.New("task: a critical matter is not put off")
	// ErrTooLong: a later day than the rules allow, or none at all.
	ErrTooLong = errors.New("task: later than the rules allow")
	// ErrExtended: a deadline is extended once, and asked for once at a time.
	ErrExtended = errors.New("task: extended already")
	// ErrExtendLate: an extension is asked for before the deadline.
	ErrExtendLate = errors.New("task: the deadline has passed")
	// ErrNoWish: no extension was asked for.
	ErrNoWish = errors.New("task: no extension was asked for")
	// ErrAppealed: one appeal against a rejection.
	ErrAppealed = errors.New("task: appealed already")
	// ErrReason: a rejection names one of the reasons there are.
	ErrReason = errors.New("task: no such reason")
	// ErrHelpersOpen: co-handlers have not done their part.
	ErrHelpersOpen = errors.New("task: co-handlers are still at work")
	// ErrJoined: neighbours' reports are part of the task, which is theirs too.
	ErrJoined = errors.New("task: others have reported it too")
	// ErrMerge: the two cannot be one: of another street, confidential, over, or part of a merge already.
	ErrMerge = errors.New("task: these two cannot be merged")
	// ErrNotDue: no clock asks for anything.
	ErrNotDue = errors.New("task: nothing is due")
	// ErrCategory: no such category.
	ErrCategory = errors.New("task: no such category")
	// ErrPlace: no such place in the task's street.
	ErrPlace = errors.New("task: no such place in its street")
	// ErrUrgency: no urgency staff can set.
	ErrUrgency = errors.New("task: no urgency to set")
	// ErrSame: it is so already.
	ErrSame = errors.New("task: it is so already")
	// ErrLower: only the dispatcher makes a matter less pressing.
	ErrLower = errors.New("task: only the dispatcher lowers an urgency")
	// ErrMove: no such move.
	ErrMove = errors.New("task: no such move")
)
