// Package lab proves tcptrace against the kernel: it lets real Linux TCP play a
// scenario, captures the packets, reads the kernel's own log of the states that
// both ends were in, and compares them with what package flows infers.
//
// It knows one machine: a scenario runs in network namespaces of its own, which
// no device leads out of and which vanish with the process. It needs Linux and
// root, and the program ip. It refuses to know how states are inferred: the
// kernel's side of the comparison comes from the tracepoint
// sock:inet_sock_set_state and from sock_diag, and packets only date what these
// two cannot.
//
// The two ends are joined by a veth pair, by the loopback device, or by a relay
// that loses, delays, doubles, reorders and injects packets, by rule or by
// seeded dice. A seed fixes what the applications do and what the relay rolls,
// not the scheduler of the kernel: what a seed shows once it shows nearly
// always.
//
// Read first: scenario_linux.go (what is played), stage_linux.go (what a
// scenario can do), run_linux.go (how one is played and watched), life.go (from
// what was watched to the truth).
package lab
