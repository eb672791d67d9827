package capture

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestFilter(t *testing.T) {
	le := binary.LittleEndian
	ether := func(length int) packet { return packet{Time: 1000, Link: 1, Length: length, Data: tcpFrame} }
	tests := []struct {
		name   string
		filter string
		file   []byte
		want   int
	}{
		{"none", "", pcapBytes{order: le, link: 1}.build(ether(54)), 1},
		{"match", "tcp port 443", pcapBytes{order: le, link: 1}.build(ether(54)), 1},
		{"no match", "udp", pcapBytes{order: le, link: 1}.build(ether(54)), 0},
		{"greater goes by the length on the wire", "greater 100", pcapBytes{order: le, link: 1}.build(ether(99), ether(100), ether(1514)), 2},
		{"less goes by the length on the wire", "less 100", pcapBytes{order: le, link: 1}.build(ether(99), ether(100), ether(1514)), 2},
		{"len", "len = 1514", pcapBytes{order: le, link: 1}.build(ether(99), ether(1514)), 1},
		{"bytes that were cut off do not match", "tcp[20] = 0", pcapBytes{order: le, link: 1}.build(ether(1514)), 0},
		{"raw IP", "host 10.0.0.9 and tcp[tcpflags] = tcp-syn", pcapBytes{order: le, link: 101}.build(packet{Length: 40, Data: ipPacket}), 1},
		{"SLL2", "dst port 443", pcapBytes{order: le, link: 276}.build(packet{Length: 60, Data: sll2Frame}), 1},
		{"SLL2, its own words", "ifindex 2 and inbound", pcapBytes{order: le, link: 276}.build(packet{Length: 60, Data: sll2Frame}), 1},
		{"several link types", "tcp port 443", new(ngBytes).section(le).iface(1, 0).iface(101, 0).iface(276, 0).
			enhanced(0, 1, 54, tcpFrame).enhanced(1, 2, 40, ipPacket).enhanced(2, 3, 60, sll2Frame).enhanced(0, 4, 54, tcpFrame).Bytes(), 4},
		{"a filter that only one of them knows", "ether host 02:00:00:00:00:05", new(ngBytes).section(le).iface(1, 0).iface(101, 0).
			enhanced(0, 1, 54, tcpFrame).enhanced(1, 2, 40, ipPacket).enhanced(0, 3, 54, tcpFrame).Bytes(), 2},
		{"no interface at all", "tcp", new(ngBytes).section(le).Bytes(), 0},
		{"empty packet", "tcp", pcapBytes{order: le, link: 1}.build(packet{Length: 54}), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readBytes(tt.file, tt.filter)
			if len(got) != tt.want || err != io.EOF {
				t.Errorf("got %d packets and %v, want %d and EOF", len(got), err, tt.want)
			}
		})
	}
}

// Packets that the filter holds back are counted, so that numbers are those of
// the file.
func TestFilterNumbers(t *testing.T) {
	other := packet{Length: 60, Data: "no IP packet at all"}
	match := packet{Length: 54, Data: tcpFrame}
	path := save(t, "capture", pcapBytes{order: binary.LittleEndian, link: 1}.build(other, match, other, match))
	f, err := OpenFile([]string{path}, FileOptions{Filter: "tcp"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, frames, _ := drainFiles(f)
	if len(frames) != 2 || frames[0].Number != 2 || frames[1].Number != 4 {
		t.Errorf("got %+v, want packets 2 and 4", frames)
	}
}

func TestFilterErrors(t *testing.T) {
	le := binary.LittleEndian
	tests := []struct {
		name   string
		filter string
		file   []byte
		want   string
	}{
		{"syntax", "tcp prot 80", pcapBytes{order: le, link: 1}.build(), "syntax error"},
		{"unknown port", "port nosuchport", pcapBytes{order: le, link: 1}.build(), "unknown port"},
		{"not for this link type", "ether host 02:00:00:00:00:05", pcapBytes{order: le, link: 101}.build(), "only on ethernet"},
		{"no interface to judge by", "tcp prot 80", new(ngBytes).section(le).Bytes(), "syntax error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readBytes(tt.file, tt.filter)
			var wrong *FilterError
			if !errors.As(err, &wrong) || wrong.Filter != tt.filter || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want a FilterError with %q", err, tt.want)
			}
		})
	}
}
