// Package bot is the conversation: given what somebody wrote and where their
// conversation stands, it decides what to do and what to answer. It knows no
// XML, no HTTP, no Redis and no SDK; tasks are made and moved by the desk.
//
// A message is understood in this order, and the first that fits wins:
//
//  1. danger, before anything else and before any input or output;
//  2. a command about a task, when the writer is staff (words/commands.tsv);
//  3. the answer to the question asked last;
//  4. a resident's command, a bare number;
//  5. the answer to a worker's question, or a line that belongs to the report
//     made a few minutes ago;
//  6. a report, a question about a matter, or small talk, by the classifier.
//
// One question is asked with numbered answers; if the answer does not settle
// it, a dispatcher decides. Every word a person reads stands in words/*.tmpl.
package bot
