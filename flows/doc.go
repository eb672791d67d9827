// Package flows infers which RFC 9293 state the kernel of each end of a TCP
// connection is in, from the segments that pass a capture point.
//
// It knows segments and time, and nothing else: no files, no devices, no
// clock, no goroutine, no log. Time enters with every segment and through
// [Table.Advance]. One goroutine owns one [Table]; what the table reports
// through its [Handler] is only valid during the call.
//
// The rule: a state is claimed by the earliest segment that proves it, and
// every claim says on what [Basis] it stands. What an end sends proves its
// state; what it received is believed until it behaves as if it had not.
//
// Read first: segment.go (what comes in), classify.go (what a segment says of
// its sender and its receiver), transition.go (the table that turns that into
// states), event.go (what comes out).
package flows
