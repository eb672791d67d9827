package diagnose

import (
	"fmt"
	"time"
)

// synSends is how many SYNs a client sends at most.
func (k Kernel) synSends() int { return 1 + k.SynRetries + k.SynLinearTimeouts }

// synTimeout is how long it waits for an answer to its nth SYN, from 1: a second
// for the first ones, then twice as long each time (net/ipv4/tcp_timer.c,
// tcp_retransmit_timer; RFC 6298 §2.1 for the second).
func (k Kernel) synTimeout(n int) time.Duration {
	return time.Second << min(max(n-1-k.SynLinearTimeouts, 0), 16)
}

// synSpan is the time from the first SYN to the nth.
func (k Kernel) synSpan(n int) (span time.Duration) {
	for i := 1; i < n && i < 64; i++ {
		span += k.synTimeout(i)
	}
	return span
}

// synLasts is how long it tries: 131 s by the defaults, 127 s before Linux 6.5.
func (k Kernel) synLasts() time.Duration { return k.synSpan(k.synSends() + 1) }

// likeSyns is the kernel as the SYNs show it: who sent n of them in span sent
// them a second apart first, or did not, as before Linux 6.5. It reports false
// if neither fits: another stack, or SYNs that the capture lacks.
func (k Kernel) likeSyns(n int, span time.Duration) (Kernel, bool) {
	if k.Own || near(span, k.synSpan(n)) {
		return k, true
	}
	k.SynLinearTimeouts = 0
	return k, near(span, k.synSpan(n))
}

// near reports whether a span is what a schedule says. Timers fire late, by up
// to an eighth of their time: the timer wheel is that coarse (kernel/time/timer.c).
func near(span, schedule time.Duration) bool {
	slack := schedule/8 + 300*time.Millisecond
	return span > schedule-slack && span < schedule+slack
}

// synWords says how far a client that sent n SYNs in span has come.
func (k Kernel) synWords(n int, span time.Duration) string {
	k, fits := k.likeSyns(n, span)
	switch {
	case !fits:
		return "not on the schedule of Linux"
	case n >= k.synSends():
		return fmt.Sprintf("retry %d, the last that Linux makes (%s)", n-1, k.of())
	}
	return fmt.Sprintf("retry %d of %d, Linux gives up in %s (%s)", n-1, k.synSends()-1, roughly(k.synLasts()-span), k.of())
}

// synLeft says what a client that stopped after n SYNs left out; nothing if it
// does not keep to the schedule of Linux.
func (k Kernel) synLeft(n int, span time.Duration) string {
	k, fits := k.likeSyns(n, span)
	if !fits || n >= k.synSends() {
		return ""
	}
	return fmt.Sprintf("; Linux would have tried %d times more (%s)", k.synSends()-n, k.of())
}

// synOverdue is how long after its nth SYN a client that sends no more has
// stopped: twice the time that it would wait for the next. Who does not keep to
// the schedule of Linux is thought to double its time from the first SYN on, as
// RFC 6298 §5.5 has it: in RFC 1122's days it began with 3 s.
func (k Kernel) synOverdue(n int, span time.Duration) time.Duration {
	k, fits := k.likeSyns(n, span)
	next := k.synTimeout(n)
	if !fits {
		next = max(next, span+span/(1<<min(n-1, 16)-1))
	}
	return 2*next + time.Second
}
