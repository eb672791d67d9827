package capture

import (
	"encoding/binary"
	"strings"
	"testing"

	"tcptrace/tracer/decode"
)

// Frames are made of strings: headers with what a filter looks at, in the order
// of the RFCs.

const macs = "\x02\x00\x00\x00\x00\x05\x02\x00\x00\x00\x00\x09"

func be(n int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(n))) }

func ether(kind int, payload string) string { return macs + be(kind) + payload }

// v4 is an IPv4 packet; fragment is its flags and offset.
func v4(protocol byte, fragment int, payload string) string {
	return "\x45\x00" + be(20+len(payload)) + "\x00\x00" + be(fragment) + "\x40" + string([]byte{protocol}) + "\x00\x00" +
		"\x0a\x00\x00\x05\x0a\x00\x00\x09" + payload
}

func v6(next byte, payload string) string {
	return "\x60\x00\x00\x00" + be(len(payload)) + string([]byte{next, 64}) + strings.Repeat("\x20\x01\x0d\xb8\x00\x00\x00\x05", 4) + payload
}

// segment is a TCP segment with an option of 4 bytes.
func segment(flags byte, payload string) string {
	return be(51324) + be(443) + "\x00\x00\x00\x01\x00\x00\x00\x01\x60" + string([]byte{flags}) + "\xff\xff\x00\x00\x00\x00" +
		"\x01\x01\x01\x00" + payload
}

func datagram(from, to int, payload string) string {
	return be(from) + be(to) + be(8+len(payload)) + "\x00\x00" + payload
}

const (
	fin, syn, rst, psh, ack = 1, 2, 4, 8, 16
	pv4, pv6, arp           = 0x0800, 0x86dd, 0x0806
	tcp, udp                = 6, 17
)

// holdRows are frames, and whether they pass when nothing is asked for and with
// --handshakes.
var holdRows = []struct {
	name              string
	frame             string
	plain, handshakes bool
}{
	{"SYN", ether(pv4, v4(tcp, 0, segment(syn, ""))), true, true},
	{"SYN with payload (RFC 7413)", ether(pv4, v4(tcp, 0, segment(syn, "data"))), true, true},
	{"SYN, ACK", ether(pv4, v4(tcp, 0x4000, segment(syn|ack, ""))), true, true},
	{"bare ACK", ether(pv4, v4(tcp, 0x4000, segment(ack, ""))), true, true},
	{"bare ACK, padded", ether(pv4, v4(tcp, 0x4000, segment(ack, ""))+"\x00\x00"), true, true},
	{"payload", ether(pv4, v4(tcp, 0x4000, segment(psh|ack, "x"))), true, false},
	{"payload and FIN", ether(pv4, v4(tcp, 0x4000, segment(fin|ack, "x"))), true, true},
	{"RST with payload", ether(pv4, v4(tcp, 0x4000, segment(rst, "x"))), true, true},
	{"payload, length left to the network card", ether(pv4, "\x45\x00\x00\x00"+v4(tcp, 0, segment(ack, "x"))[4:]), true, false},
	{"IPv4 options and a bare ACK", ether(pv4, "\x46\x00\x00\x30"+v4(tcp, 0, segment(ack, ""))[4:20]+"\x01\x01\x01\x00"+segment(ack, "")), true, true},
	{"first fragment", ether(pv4, v4(tcp, 0x2000, segment(syn, "data"))), true, true},
	{"later fragment", ether(pv4, v4(tcp, 0x2001, segment(ack, "data"))), true, true},
	{"IPv6 SYN", ether(pv6, v6(tcp, segment(syn, ""))), true, true},
	{"IPv6 bare ACK", ether(pv6, v6(tcp, segment(ack, ""))), true, true},
	{"IPv6 payload", ether(pv6, v6(tcp, segment(ack, "x"))), true, false},
	{"IPv6 payload and FIN", ether(pv6, v6(tcp, segment(ack|fin, "x"))), true, true},
	{"IPv6 hop-by-hop options", ether(pv6, v6(0, "\x06\x00\x01\x04\x00\x00\x00\x00"+segment(ack, "x"))), true, true},
	{"IPv6 fragment header", ether(pv6, v6(44, "\x06\x00\x00\x01\x00\x00\x00\x07"+segment(ack, "x"))), true, true},
	{"IPv6 fragment of a tunnel", ether(pv6, v6(44, "\x11\x00\x00\x01\x00\x00\x00\x07"+datagram(9, 4789, "vxlan"))), true, true},
	{"VLAN, SYN", ether(0x8100, be(5)+be(pv4)+v4(tcp, 0, segment(syn, ""))), true, true},
	{"VLAN, payload", ether(0x8100, be(5)+be(pv4)+v4(tcp, 0, segment(ack, "x"))), true, false},
	{"VLAN, IPv6 payload", ether(0x8100, be(5)+be(pv6)+v6(tcp, segment(ack, "x"))), true, false},
	{"QinQ, SYN", ether(0x88a8, be(5)+be(0x8100)+be(6)+be(pv4)+v4(tcp, 0, segment(syn, ""))), true, true},
	{"ICMP error", ether(pv4, v4(1, 0, "\x03\x01\x00\x00\x00\x00\x00\x00"+v4(tcp, 0, segment(syn, ""))[:28])), true, true},
	{"ICMPv6 error", ether(pv6, v6(58, "\x01\x00\x00\x00\x00\x00\x00\x00"+v6(tcp, segment(syn, "")))), true, true},
	{"IPv4 in IPv4", ether(pv4, v4(4, 0, v4(tcp, 0, segment(ack, "x")))), true, true},
	{"IPv6 in IPv4", ether(pv4, v4(41, 0, v6(tcp, segment(ack, "x")))), true, true},
	{"GRE", ether(pv4, v4(47, 0, "\x00\x00\x08\x00"+v4(tcp, 0, segment(syn, "")))), true, true},
	{"MPLS", ether(0x8847, "\x00\x01\x01\x40"+v4(tcp, 0, segment(ack, "x"))), true, true},
	{"PPPoE", ether(0x8864, "\x11\x00\x00\x01\x00\x2e\x00\x21"+v4(tcp, 0, segment(ack, "x"))), true, true},
	{"VXLAN", ether(pv4, v4(udp, 0, datagram(50000, 4789, "\x08\x00\x00\x00\x00\x00\x01\x00"+ether(pv4, v4(tcp, 0, segment(syn, "")))))), true, true},
	{"VXLAN, first fragment", ether(pv4, v4(udp, 0x2000, datagram(50000, 4789, "\x08\x00\x00\x00"))), true, true},
	{"VXLAN, port of Linux", ether(pv6, v6(udp, datagram(50000, 8472, "\x08\x00\x00\x00"))), true, true},
	{"VXLAN's port as the source", ether(pv4, v4(udp, 0, datagram(4789, 50000, "no tunnel"))), false, false},
	{"Geneve", ether(pv4, v4(udp, 0, datagram(50000, 6081, "\x00\x00\x65\x58"))), true, true},
	{"GTP", ether(pv4, v4(udp, 0, datagram(2152, 50000, "\x30\xff"))), true, true},
	{"Teredo", ether(pv4, v4(udp, 0, datagram(50000, 3544, v6(tcp, segment(syn, ""))))), true, true},
	{"CAPWAP", ether(pv6, v6(udp, datagram(5247, 50000, "\x00\x10"))), true, true},
	{"DNS", ether(pv4, v4(udp, 0, datagram(50000, 53, "query"))), false, false},
	{"QUIC", ether(pv6, v6(udp, datagram(443, 50000, "answer"))), false, false},
	{"later fragment of UDP", ether(pv4, v4(udp, 0x2001, "more of it")), false, false},
	{"VLAN, DNS", ether(0x8100, be(5)+be(pv4)+v4(udp, 0, datagram(50000, 53, "query"))), false, false},
	{"ARP", ether(arp, "\x00\x01\x08\x00\x06\x04\x00\x01"+strings.Repeat("\x00", 38)), false, false},
	{"SCTP", ether(pv4, v4(132, 0, strings.Repeat("\x00", 12))), true, true},
	{"IPv6 behind the type of IPv4", ether(pv4, v6(tcp, segment(syn, ""))), true, true},
	{"LLDP", ether(0x88cc, "\x02\x07\x04"+strings.Repeat("\x00", 43)), true, true},
}

// The filter of the kernel, as libpcap compiles it; the kernel takes the outer
// VLAN tag off before it looks.
func TestKernelFilter(t *testing.T) {
	for _, handshakes := range []bool{false, true} {
		o := LiveOptions{Handshakes: handshakes}
		ethernet, err := newFilter(o.expr(), []int{1})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range holdRows {
			frame := row.frame
			if kind := frame[12:14]; kind == be(0x8100) || kind == be(0x88a8) {
				frame = frame[:12] + frame[16:]
			}
			want := row.plain && !handshakes || row.handshakes && handshakes
			if got := passes(t, ethernet, 1, frame); got != want {
				t.Errorf("%s, handshakes %v: got %v, want %v", row.name, handshakes, got, want)
			}
		}
	}
}

// What a filter of the user's says of VLANs and MPLS does not move what is held
// back.
func TestKernelFilterUser(t *testing.T) {
	tagged := ether(0x8100, be(5)+be(pv4)+v4(tcp, 0, segment(syn, "")))
	data := ether(pv4, v4(tcp, 0, segment(ack, "x")))
	syn := ether(pv4, v4(tcp, 0, segment(syn, "")))
	query := ether(pv4, v4(udp, 0, datagram(50000, 53, "query")))
	tests := []struct {
		user, frame string
		want        bool
	}{
		{"tcp port 443", syn, true},
		{"tcp port 443", data, false},
		{"tcp port 80 or port 443", syn, true},
		{"tcp port 80 or udp", query, false},
		{"vlan 5 and tcp port 443", tagged, true},
		{"vlan 6 and tcp", tagged, false},
		{"vlan or mpls", data, false},
		{" ", syn, true},
	}
	for _, tt := range tests {
		o := LiveOptions{Filter: tt.user, Handshakes: true}
		f, err := newFilter(o.expr(), []int{1})
		if err != nil {
			t.Fatal(err)
		}
		if got := passes(t, f, 1, tt.frame); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.user, got, tt.want)
		}
	}
}

// A file has the tags in its frames.
func TestFileHandshakes(t *testing.T) {
	f, err := newFilter("", []int{1})
	if err != nil {
		t.Fatal(err)
	}
	f.holdBack(handshakesOf()...)
	for _, row := range holdRows {
		want := row.handshakes || !row.plain // of other protocols a file holds back nothing
		if got := passes(t, f, 1, row.frame); got != want {
			t.Errorf("%s: got %v, want %v", row.name, got, want)
		}
	}
	data, other := v4(tcp, 0, segment(ack, "x")), v4(udp, 0, datagram(1, 53, "query"))
	twice := ether(0x88a8, be(5)+be(0x8100)+be(6)+be(pv4)+data)
	cooked := "\x00\x00\x03\x04\x00\x06" + strings.Repeat("\x00", 8)
	const linkLAPD, linkNFLOG = 177, 239 // of which libpcap knows no IP
	for _, row := range []struct {
		name, frame string
		link        int
		want        bool
	}{
		{"QinQ", twice, 1, true},
		{"raw IP", data, 101, false}, // where there are no tags
		{"raw IP, other", other, 101, true},
		{"cooked", cooked + be(pv4) + data, 113, false},
		{"NFLOG", data, linkNFLOG, true},
		{"LAPD", data, linkLAPD, true},
	} {
		if got := passes(t, f, row.link, row.frame); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}

func passes(t *testing.T, f *filter, link int, frame string) bool {
	t.Helper()
	ok, err := f.match(&decode.Frame{LinkType: link, Length: len(frame), Data: []byte(frame)})
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// Whatever package decode makes a segment or an ICMP error of passes when nothing
// is asked for.
func TestHoldsBackNoSegment(t *testing.T) {
	d := decode.New()
	for _, row := range holdRows {
		kind := d.Decode(&decode.Frame{LinkType: 1, Length: len(row.frame), Data: []byte(row.frame)})
		if kind != decode.Skipped && !row.plain {
			t.Errorf("%s is held back, and decodes", row.name)
		}
	}
}
