package diagnose

import (
	"fmt"
	"strconv"
	"time"
)

// roughly writes a duration as people say it: "41 s", "2 min 11 s", "0.2 s".
func roughly(d time.Duration) string {
	switch {
	case d < 0:
		return "0 s"
	case d < time.Millisecond:
		return decimal(d.Microseconds()) + " µs"
	case d < 100*time.Millisecond:
		return decimal(d.Milliseconds()) + " ms"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < 2*time.Minute:
		return decimal(d/time.Second) + " s"
	case d < time.Hour:
		return decimal(d/time.Minute) + " min " + decimal(d/time.Second%60) + " s"
	case d < 48*time.Hour:
		return decimal(d/time.Hour) + " h " + decimal(d/time.Minute%60) + " min"
	}
	return decimal(d/(24*time.Hour)) + " days"
}

// decimal writes a number. It and roughly are for texts that are told so often that
// they are put together without package fmt.
func decimal[N ~int | ~int64 | ~uint32](n N) string { return strconv.FormatInt(int64(n), 10) }

// of says whose timers they are.
func (k Kernel) of() string {
	if k.Own {
		return "by this host's sysctls"
	}
	return "by Linux's defaults"
}

// synAckLasts is how long a request waits for the third ACK: its SYN-ACK is
// sent again after 1, 2, 4 s and so on (net/ipv4/inet_connection_sock.c,
// reqsk_timer_handler).
func (k Kernel) synAckLasts() time.Duration {
	return (time.Duration(1)<<min(k.SynAckRetries+1, 16) - 1) * time.Second
}

// orphanLasts is how long a FIN is sent again whose socket no application holds
// any more: as long as that many retries would take that begin 200 ms apart and
// double (net/ipv4/tcp_timer.c, tcp_orphan_retries, retransmits_timed_out).
func (k Kernel) orphanLasts() time.Duration {
	return (time.Duration(2)<<min(k.OrphanRetries, 9) - 1) * 200 * time.Millisecond
}

// orphanWords says when Linux gives up a FIN that has been sent for some time.
func (k Kernel) orphanWords(sent time.Duration) string {
	if left := k.orphanLasts() - sent; left > 0 {
		return fmt.Sprintf("Linux gives an orphan up in %s (tcp_orphan_retries, %s)", roughly(left), k.of())
	}
	return fmt.Sprintf("Linux has given an orphan up by now (tcp_orphan_retries, %s)", k.of())
}

// finWait2Words says what becomes of an end in FIN_WAIT_2 (net/ipv4/tcp.c,
// __tcp_close; tcp_timer.c, tcp_keepalive_timer).
func (k Kernel) finWait2Words(waited time.Duration) string {
	if left := k.FinTimeout - waited; left > 0 {
		return fmt.Sprintf("an orphan ends in %s (tcp_fin_timeout, %s), a socket that is held never", roughly(left), k.of())
	}
	return fmt.Sprintf("an orphan ended after %s (tcp_fin_timeout, %s), a socket that is held waits on", roughly(k.FinTimeout), k.of())
}
