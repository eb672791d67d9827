package main

import (
	"fmt"
	"strconv"
	"time"

	"tcptrace/tracer/decode"
)

// dropsPace is how often a live trace tells of packets that it lost.
const dropsPace = time.Second

// watchDrops warns of packets that a live trace loses, until stop is closed. It
// is a goroutine of its own: what falls behind must not be what tells.
func (p *program) watchDrops(stats func() decode.Stats, remedy string, stop <-chan struct{}) {
	tick := time.NewTicker(dropsPace)
	defer tick.Stop()
	d := drops{at: time.Now(), remedy: remedy}
	for {
		select {
		case <-stop:
			return
		case now := <-tick.C:
			if text := d.since(stats(), now); text != "" {
				p.warn(text)
			}
		}
	}
}

// drops is what is known of the packets that were lost.
type drops struct {
	seen   decode.Stats // of all until at
	at     time.Time
	remedy string
}

// since says what was lost since it was asked last; it is empty if nothing was.
func (d *drops) since(now decode.Stats, at time.Time) string {
	kernel, device := now.Dropped-d.seen.Dropped, now.IfDropped-d.seen.IfDropped
	came := now.Received - d.seen.Received + device
	took := at.Sub(d.at).Round(time.Second)
	d.seen, d.at = now, at
	lost := kernel + device
	if lost == 0 {
		return ""
	}
	span := "second"
	if took > time.Second {
		span = fmt.Sprintf("%d seconds", took/time.Second)
	}
	text := fmt.Sprintf("%s dropped in the last %s (%s of %s)", packetsOf(lost), span, percentage(lost, came), grouped(came))
	switch {
	case kernel > 0:
		return text + d.remedy
	default:
		return text + " by the interface"
	}
}

// remedy is what helps where the kernel has no room for packets.
func (o *options) remedy() string {
	if o.handshakes {
		return "; a larger -B or a filter helps"
	}
	return "; a larger -B, a filter or --handshakes helps"
}

func packetsOf(n uint64) string {
	if n == 1 {
		return "1 packet"
	}
	return grouped(n) + " packets"
}

func percentage(part, whole uint64) string {
	if whole == 0 || part*100 < whole {
		return "less than 1 %"
	}
	return strconv.FormatUint(min(part*100/whole, 100), 10) + " %"
}

// grouped is a number with its digits in groups of three.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
