// Package classify understands a resident's words: what they want (Intent),
// what the matter is (Guess), how bad it is (Danger), and how far the answer may
// be trusted (Verdict). It is pure after New: no I/O, no clock, safe for
// concurrent use; a median message takes some tens of microseconds and a
// handful of allocations.
//
// Three things work together, each in files of its own.
//
// Rules (rules/danger.yaml) say what danger sounds like: a trigger, companions
// within a window of characters, words that take it back, negation bounded by
// the clause, and manners of speaking that lower the level: the past, a drill, a
// question, a fear. Whole messages that are commands or courtesies stand in
// rules/commands.yaml.
//
// A linear model (model.gz) is trained from the examples in examples/: one
// softmax over all categories and all intents that are no requests, one head
// that tells a question from a report, one for the danger level. Its features
// are hashed character 1–3-grams, syllable 2–3-grams, so that a homophone from
// voice input still matches, and marks: the rules that fired and the word groups
// of rules/concepts.yaml the message names.
//
// Gates decide what may be done with an answer: act on it, offer the first two,
// or leave it to a person. The trainer chooses them on folds.
//
// A category that does not exist in the deployment's file never comes out.
// docs/classification.md has the figures and tells how to train anew.
package classify
