// Package simulator is a stand-in for the WeChat platform: it keeps the
// platform's rules, so that the product can be tried and tested without an
// Official Account, and it shows what every phone sees.
//
// # Two sides
//
// [Platform.Handler] is the API that replaces api.weixin.qq.com: tokens,
// customer-service, template and subscription messages, codes, media, menu,
// quotas. It refuses what the platform refuses, with the platform's error codes.
//
// The methods [Platform.Follow], [Platform.Scan], [Platform.Text] and their
// neighbours are the people. Each pushes to the account's webhook as the platform
// does: signed, encrypted in safe mode, cut off after five seconds, sent again
// with the same body, and shown as a failure when the answer is not a valid one.
// They return when the push is settled, and say in a [Delivery] what happened.
//
// # In tests
//
// [Platform.Phone] is what one phone shows, in order. [Platform.Wait] waits for a
// condition without sleeping. [Platform.Fail] makes an API call fail, hang, or
// succeed with its answer lost, [Platform.Storm] a share of all calls, and
// [Platform.Received] counts on the phones what arrived how often.
// [Platform.Prepare], [Platform.Deliver] and [Platform.Post] are for forged,
// repeated and late pushes. The clock of every rule is Options.Now and what
// [Platform.Advance] added; only the five seconds, the gaps between re-sends and a
// fault's Hang are real time.
//
// docs/simulator.md lists the rules, each with the test that holds it, and the
// control API under /sim/, which does from outside what the methods do.
//
// # Where the platform is silent
//
// Some behaviour is not documented. The stand-in then takes the harsher reading,
// and the comment at that place says so.
//
// # The page
//
// The handler also serves a page with phones for the people of Options.Cast. It
// is live over server-sent events; its POST requests must be JSON from its own
// origin. Its words are in page/ and words.json, never in Go.
package simulator
