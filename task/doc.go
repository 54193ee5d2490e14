// Package task says what a matter (工单) is, who may do what to it, what each
// move records, and whom it tells.
//
// The package is pure: it does no input or output and has no clock of its own.
// [Task.Apply] takes a task and a [Move] and returns a [Change]: the task
// afterwards, one [Event] for its history, and the notices the move causes.
// Whoever stores the change writes all three together or not at all.
//
// The life of a task, left to right, with the side states below:
//
//	pending → accepted → dispatched → signed → processing → checking → feedback → closed
//	              returned (退单, waits for the dispatcher)        withdrawn (已撤回)
//
// The package also holds the category tree ([Categories]), the urgency levels
// with their clocks ([Limits]), and the sentinels, which the conversation maps to
// Chinese in one place.
package task
