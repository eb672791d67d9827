package pcapng

import (
	"encoding/binary"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// What follows is draft-ietf-opsawg-pcapng: §4.1 section header, §4.2 interface
// description, §4.3 enhanced packet, §4.6 interface statistics. All numbers are
// little endian, and everything is padded to 32 bits.
const (
	sectionHeader   = 0x0a0d0d0a
	interfaceBlock  = 1
	statisticsBlock = 5
	enhancedPacket  = 6

	byteOrderMagic = 0x1a2b3c4d
	lengthUnknown  = 1<<64 - 1 // of a section: it ends where the file or the next one does
	nanoseconds    = 9         // if_tsresol: 10^-9 s
)

// Options of blocks, §3.5 and the sections above.
const (
	optionEnd     = 0
	optionComment = 1

	sectionHardware    = 2
	sectionOS          = 3
	sectionApplication = 4

	interfaceName        = 2
	interfaceDescription = 3
	interfaceResolution  = 9
	interfaceFilter      = 11

	statisticsStart    = 2
	statisticsEnd      = 3
	statisticsReceived = 4
	statisticsDropped  = 5 // by the interface
	statisticsOS       = 7 // dropped by the operating system
)

// maxOption is the longest value of an option that readers of all kinds take:
// its length has 16 bits.
const maxOption = 1<<16 - 4

// maxPacket is the longest packet that Wireshark reads
// (WTAP_MAX_PACKET_SIZE_STANDARD). More can come of it with BIG TCP: the rest is
// cut off, since one packet that is too long would make the file unreadable.
const maxPacket = 256 << 10

func appendU16(b []byte, v uint16) []byte { return binary.LittleEndian.AppendUint16(b, v) }
func appendU32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }
func appendU64(b []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(b, v) }

// beginBlock appends the type of a block and room for its length.
func beginBlock(b []byte, kind uint32) []byte { return appendU32(appendU32(b, kind), 0) }

// endBlock appends the length of the block that begins at start, and puts it in
// front too.
func endBlock(b []byte, start int) []byte {
	size := uint32(len(b) - start + 4)
	binary.LittleEndian.PutUint32(b[start+4:], size)
	return appendU32(b, size)
}

// pad fills up to 32 bits from where the block began, which was aligned.
func pad(b []byte, n int) []byte {
	const zeros = "\x00\x00\x00"
	return append(b, zeros[:-n&3]...)
}

// appendOption appends an option, cut to what an option can hold.
func appendOption(b []byte, code uint16, value string) []byte {
	value = value[:min(len(value), maxOption)]
	b = appendU16(appendU16(b, code), uint16(len(value)))
	return pad(append(b, value...), len(value))
}

// appendText is appendOption for a text that may not be known.
func appendText(b []byte, code uint16, text string) []byte {
	if text == "" {
		return b
	}
	return appendOption(b, code, text)
}

func appendCount(b []byte, code uint16, n uint64) []byte {
	return appendU64(appendU16(appendU16(b, code), 8), n)
}

// appendMoment appends an option that holds a time, the upper half of it first.
func appendMoment(b []byte, code uint16, t flows.Time) []byte {
	return appendTime(appendU16(appendU16(b, code), 8), t)
}

// appendTime appends a time, the upper half first. Before 1970 there is none.
func appendTime(b []byte, t flows.Time) []byte {
	ns := uint64(max(t, 0))
	return appendU32(appendU32(b, uint32(ns>>32)), uint32(ns))
}

// appendEnd ends a list of options.
func appendEnd(b []byte) []byte { return appendU32(b, optionEnd) }

// appendSection appends a section header.
func appendSection(b []byte, o *Options) []byte {
	start := len(b)
	b = beginBlock(b, sectionHeader)
	b = appendU32(b, byteOrderMagic)
	b = appendU16(appendU16(b, 1), 0) // version 1.0
	b = appendU64(b, lengthUnknown)
	b = appendText(b, sectionHardware, o.Hardware)
	b = appendText(b, sectionOS, o.OS)
	b = appendText(b, sectionApplication, o.Application)
	return endBlock(appendEnd(b), start)
}

// appendInterface appends the description of an interface.
func appendInterface(b []byte, in *decode.Interface) []byte {
	start := len(b)
	b = beginBlock(b, interfaceBlock)
	b = appendU16(appendU16(b, uint16(in.LinkType)), 0)
	b = appendU32(b, min(in.Snaplen, maxPacket)) // libpcap refuses more
	b = appendText(b, interfaceName, in.Name)
	b = appendText(b, interfaceDescription, in.Description)
	b = appendOption(b, interfaceResolution, string(rune(nanoseconds)))
	if in.Filter != "" {
		b = appendOption(b, interfaceFilter, "\x00"+in.Filter) // 0: it is text, as libpcap takes it
	}
	return endBlock(appendEnd(b), start)
}

// appendPacket appends a packet without its end: comments may follow.
func appendPacket(b []byte, f *decode.Frame, id uint32) []byte {
	data := f.Data[:min(len(f.Data), maxPacket)]
	b = beginBlock(b, enhancedPacket)
	b = appendTime(appendU32(b, id), f.Time)
	b = appendU32(b, uint32(len(data)))
	b = appendU32(b, uint32(max(f.Length, len(f.Data))))
	return pad(append(b, data...), len(data))
}

// statistics are what is told of an interface at the end of a file.
type statistics struct {
	id          uint32
	first, last flows.Time // of the file's packets; 0: there are none
	stats       decode.Stats
	comments    []byte // options
}

// appendStatistics appends what was counted at an interface.
func appendStatistics(b []byte, s *statistics) []byte {
	start := len(b)
	b = beginBlock(b, statisticsBlock)
	b = appendTime(appendU32(b, s.id), s.last)
	if s.last != 0 {
		b = appendMoment(b, statisticsStart, s.first)
		b = appendMoment(b, statisticsEnd, s.last)
	}
	if s.stats.Known {
		b = appendCount(b, statisticsReceived, s.stats.Received)
		b = appendCount(b, statisticsDropped, s.stats.IfDropped)
		b = appendCount(b, statisticsOS, s.stats.Dropped)
	}
	return endBlock(appendEnd(append(b, s.comments...)), start)
}

// wholeBlocks is how many of the bytes in b, which begins with a block, are of
// blocks that are there to their end.
func wholeBlocks(b []byte) int {
	n := 0
	for len(b)-n >= 8 {
		size := int(binary.LittleEndian.Uint32(b[n+4:]))
		if size > len(b)-n {
			break
		}
		n += size
	}
	return n
}
