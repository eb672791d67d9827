// Package explain is the reference that tcptrace prints and docs/ holds: what
// each state, each condition and each sysctl is, what it means when it lasts,
// what to do next, and which widely believed advice is wrong.
//
// It knows what Linux does, and cites it. How states are entered and left it
// does not know by itself: that comes out of the transition table of package
// flows, as what holds of conditions comes out of package diagnose. It reads
// nothing: values of sysctls are passed in, and what is printed is text.
//
// Read first: page.go (what a page is made of), find.go (how a topic is
// found). The texts are in state_*.go, sysctl_*.go and note.go.
package explain
