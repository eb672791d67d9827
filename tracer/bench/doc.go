// Package bench makes captures to measure with. The same [Spec] gives the same
// bytes on every machine, and with them come the counts that a tracer has to
// report, so that a race between two programs is also a test of one of them.
//
// It knows what traffic looks like on the wire, and refuses to know how anybody
// follows it: of the state machine it uses the words alone. Command capgen
// writes such captures; command peers makes them, lets this program and others
// read them in turn, and prints what each has taken.
//
// Read first: spec.go (the kinds), conn.go (a connection), recorder.go (the
// file), then a file for each kind.
package bench
