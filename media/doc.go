// Package media keeps the photos and voices of tasks in a folder.
//
// What arrives was made by somebody else, so nothing of it is believed: its type is
// what its bytes say, its size and its pixels are bounded before it is decoded, and
// what is kept of it is made anew. A photo is decoded, turned as its camera wanted it
// shown, made no larger than a screen needs and written as a JPEG of our own, so that
// where and with what it was taken, comments, hidden thumbnails and anything that
// hides behind the picture are gone. A voice keeps its sound frames and nothing else.
//
// The folder:
//
//	dir/key                      the key of links and names, readable by the service only
//	dir/12/1042/9f86d081…        one file, in the folder of its task
//	dir/12/1042/9f86d081….small  its preview, of photos
//	dir/12/1042/.part-…          a file that is being written
//
// A file's name is made from the medium's id with the key, so it can be found again
// and not guessed; that a file is there says that it was fetched, and nothing in Redis
// has to. A file comes into being whole: it is written aside, synced, and renamed.
// Retention counts from the end of a task, and a person is erased out of tasks, so
// files lie by task; see docs/decisions/0012.
//
// The package knows nothing of Redis, HTTP or WeChat.
package media
