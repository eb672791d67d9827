package bench

import (
	"encoding/binary"

	"tcptrace/flows"
)

// synflood writes SYNs to one port that nobody answers.
func synflood(r *recorder, packets int) {
	c := newConn(&r.random, 0)
	c.ends[flows.Server].port = 443
	for n := range packets {
		forge(&c.ends[flows.Client], uint64(n))
		c.start(r.next(), r.next())
		c.say(r, flows.Client, flows.SYN, 0)
		r.counts.ends(flows.Unanswered)
	}
}

// forge gives an end the n-th of 2^45 forged addresses, from 16.0.0.0 to
// 79.255.255.255. Each step maps 45 bits to 45 bits, none to the same, so no
// address comes twice: it would be a retransmission.
func forge(e *end, n uint64) {
	const mask = 1<<45 - 1
	n = n * 0x9e6c63d0876a9a47 & mask
	n ^= n >> 23
	n = n * 0xc2b2ae3d27d4eb4f & mask
	n ^= n >> 20
	binary.BigEndian.PutUint32(e.addr[:], 16<<24+uint32(n>>15))
	e.port = uint16(32_768 | n&0x7fff)
}
