package decode

import (
	"bytes"
	"testing"

	"tcptrace/flows"
)

// benchRows are the stacks that captures are made of, and some that need the
// functions of every protocol.
func benchRows() []frameRow {
	synOptions := bytesOf("0204 05b4 0402 080a 00000011 00000000 01 0303 07")
	sackOptions := join(timestamps, bytesOf("0101 0512 00000001 00000002 00000005 00000009"))
	full := ip4(6, tcpOf(alice4, bob4, pushAck, timestamps, bytes.Repeat([]byte("payload."), 181)))
	ack := ip4(6, tcpOf(alice4, bob4, 0x10, timestamps, nil))
	ack6 := ip6(6, tcpOf(alice6, bob6, 0x10, timestamps, nil))
	inside := udp(50000, 4789, join(bytesOf("08000000 00000100"), frame4()))
	return []frameRow{
		{"ethernet-ipv4-timestamps", onWire(1, ethernetOf(0x0800, ack)), ""},
		{"payload-cut-at-96", cutTo(96, 1, ethernetOf(0x0800, full)), ""},
		{"payload-1500-whole", onWire(1, ethernetOf(0x0800, full)), ""},
		{"no-options", onWire(1, ethernetOf(0x0800, ip4(6, tcpOf(alice4, bob4, 0x10, nil, nil)))), ""},
		{"syn", onWire(1, ethernetOf(0x0800, ip4(6, tcpOf(alice4, bob4, 0x02, synOptions, nil)))), ""},
		{"sack", onWire(1, ethernetOf(0x0800, ip4(6, tcpOf(alice4, bob4, 0x10, sackOptions, nil)))), ""},
		{"vlan", onWire(1, ethernetOf(0x8100, join(bytesOf("0007 0800"), ack))), ""},
		{"qinq-ipv6", onWire(1, ethernetOf(0x88a8, join(bytesOf("0008 8100 0007 86dd"), ack6))), ""},
		{"sll2", onWire(276, join(bytesOf("0800 0000 00000002 0001 00 06 020000000001 0000"), ack)), ""},
		{"ipv6", onWire(1, ethernetOf(0x86dd, ack6)), ""},
		{"general-bsd-loopback", onWire(0, join(bytesOf("02000000"), ack)), ""},
		{"general-vxlan", onWire(1, ethernetOf(0x0800, outer4(17, inside))), ""},
		{"general-udp", onWire(1, ethernetOf(0x0800, ip4(17, udp(53, 53, make([]byte, 100))))), ""},
		{"general-icmp", onWire(1, ethernetOf(0x0800, icmp4Of("03 01 0000 00000000", plain4()))), ""},
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, row := range benchRows() {
		b.Run(row.name, func(b *testing.B) {
			d := New()
			b.ReportAllocs()
			for b.Loop() {
				d.Decode(&row.frame)
			}
		})
	}
}

// Frames are decoded by the batch, and out of different memory each: half of them
// are acknowledgements. ns/op is for one frame.
func BenchmarkDecodeAll(b *testing.B) {
	const batch = 64
	rows := benchRows()
	for _, row := range rows[1:3] {
		b.Run(row.name, func(b *testing.B) {
			frames, segments := make([]Frame, batch), make([]flows.Segment, batch)
			for i := range frames {
				frames[i] = [...]Frame{rows[0].frame, row.frame}[i%2]
				frames[i].Data = bytes.Clone(frames[i].Data)
			}
			d := New()
			b.ReportAllocs()
			b.ResetTimer()
			for n := 0; n < b.N; n += batch {
				d.DecodeAll(frames, segments)
			}
		})
	}
}
