// Package handlers is the HTTP surface: the webhook that WeChat pushes to, and
// the probes and metrics that operators look at. It is the only package that
// knows Gin.
//
// # What happens to a push
//
// The envelope is opened (wechat), and what is not authentic ends there. An
// authentic message stands in line behind the earlier ones of the same person,
// and is then worked between [store.Store.Begin] and [store.Store.Commit]. Two
// persons never wait for each other.
//
// The platform hangs up after five seconds, so an answer is given within
// Options.Within whatever happens. Any answer that is given before Commit has
// succeeded first puts the message into the spool, on disk:
//
//	what happened                        the person gets          the message
//	worked                               its answer               committed
//	worked by an earlier delivery        the same answer again    committed before
//	slow, Redis away, a panic            received, it is kept     in the spool
//	the person's messages wait already   received, it is kept     in the spool, behind
//	too many people write at once        received, it is kept     in the spool
//	the disk is full too                 that it is likely lost   not kept (decision 0014)
//
// [Server.Run] replays the spool when Redis answers again, in order per person
// and through the same work; what it then has to say goes out as a late message,
// once. What cannot be worked at all is handed to a dispatcher.
package handlers
