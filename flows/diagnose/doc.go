// Package diagnose turns what a flow table finds out into findings: what is
// wrong with a connection, whose fault that is, and what to do.
//
// It knows the conditions of its catalogue (catalogue*.go) and the timers of
// Linux (kernel.go), and nothing of files, clocks or sockets: time comes with
// the steps of the table, what a host knows is passed in. It refuses to guess
// without saying so: a finding names the frames that show it, how sure it is,
// and what else they could mean.
//
// Read first: engine.go (how a step becomes findings), rule.go (what a
// condition is), then one family: opening.go, accepting.go, reusing.go,
// transfer.go, closing.go and waiting.go, reset.go, vantage.go.
package diagnose
