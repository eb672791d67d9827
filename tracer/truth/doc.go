// Package truth measures the claim of this program: that the states which it
// infers from packets are the states in which Linux was.
//
// It knows pairs of a capture and of what the kernels at both ends really did
// while it was made (testdata/kernel), replays the capture through the same
// pipeline as the command, and compares end by end. It refuses to know how the
// pairs are made, and it excuses nothing by itself: an end that comes out wrong
// counts as wrong. Which ends no tracer can get right from where the capture
// was made, and why, stands in a list of its own.
//
// Read first: format.go (what a pair says), score.go (when an end is right),
// match.go (which flow is which connection), replay.go (what the program said),
// unknowable.go (what cannot be known).
package truth
