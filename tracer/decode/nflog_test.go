package decode

import (
	"encoding/binary"
	"testing"
)

// tlv is a TLV of NFLOG with its padding.
func tlv(order binary.AppendByteOrder, kind int, data []byte) []byte {
	b := order.AppendUint16(nil, uint16(4+len(data)))
	b = append(order.AppendUint16(b, uint16(kind)), data...)
	return append(b, make([]byte, -len(b)&3)...)
}

func nflogRows() []frameRow {
	var rows []frameRow
	for name, order := range map[string]binary.AppendByteOrder{
		"little endian": binary.LittleEndian, "big endian": binary.BigEndian,
	} {
		front := join(tlv(order, 1, bytesOf("0800 01 00")), tlv(order, 10, []byte("ssh\x00x")))
		rows = append(rows,
			frameRow{"IPv4 " + name, onWire(239, join(bytesOf("02 00 0000"), front, tlv(order, 9, plain4()))), "4"},
			frameRow{"IPv6 " + name, onWire(239, join(bytesOf("0a 00 0000"), front, tlv(order, 9, plain6()))), "6"},
			frameRow{"no packet " + name, onWire(239, join(bytesOf("02 00 0000"), front)), "not-ip"},
			frameRow{"ARP " + name, onWire(239, join(bytesOf("03 00 0000"), front, tlv(order, 9, plain4()))), "not-ip"},
		)
	}
	return append(rows,
		frameRow{"TLV too short", onWire(239, bytesOf("02 00 0000 0300 0100")), "bad-link-header"},
		frameRow{"TLV too long", onWire(239, bytesOf("02 00 0000 ff00 0100")), "bad-link-header"},
		frameRow{"short", onWire(239, bytesOf("02 00 0000 04")), "bad-link-header"},
	)
}

func TestNFLOG(t *testing.T) { checkFrames(t, nflogRows()) }
