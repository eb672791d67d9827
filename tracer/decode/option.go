package decode

import (
	"encoding/binary"

	"tcptrace/flows"
)

// TCP option kinds (IANA, TCP Parameters).
const (
	optionEnd           = 0
	optionNop           = 1
	optionMSS           = 2
	optionWindowScale   = 3
	optionSACKPermitted = 4
	optionSACK          = 5
	optionTimestamps    = 8
	optionMD5           = 19
	optionAO            = 29
	optionMPTCP         = 30
	optionFastOpen      = 34
	optionExperiment1   = 253 // shared by number, RFC 6994
	optionExperiment2   = 254

	fastOpenMagic  = 0xf989 // of Fast Open, before it had a kind of its own
	maxWindowScale = 14     // RFC 7323 §2.3
)

// readOptions reads TCP options as Linux does: it goes on behind an option whose
// length is not the one of its kind, and stops at one that reaches beyond the
// header or is shorter than its two bytes. Of two options of a kind, the last
// one counts.
func readOptions(o *flows.Options, b []byte) {
	for len(b) > 0 {
		switch b[0] {
		case optionEnd:
			return
		case optionNop:
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			o.Present |= flows.OptionsCut
			return
		}
		o.Present |= readOption(o, b[0], b[2:b[1]])
		b = b[b[1]:]
	}
}

// readOption reads one option into o and says which one it was: none if its kind
// is of no interest, OptionsCut if its length is wrong.
func readOption(o *flows.Options, kind byte, value []byte) flows.OptionSet {
	switch kind {
	case optionMSS:
		return readMSS(o, value)
	case optionWindowScale:
		return readWindowScale(o, value)
	case optionSACKPermitted:
		return ifSized(flows.HasSACKPermitted, len(value) == 0)
	case optionSACK:
		return readSACK(o, value)
	case optionTimestamps:
		return readTimestamps(o, value)
	case optionMD5:
		return ifSized(flows.HasSignature, len(value) == 16) // RFC 2385 §3
	case optionAO:
		return ifSized(flows.HasSignature, len(value) >= 2) // RFC 5925 §2.2
	case optionMPTCP:
		return ifSized(flows.HasMPTCP, len(value) >= 1) // RFC 8684 §3
	case optionFastOpen:
		o.FastOpenCookie = uint8(len(value))
		return flows.HasFastOpen
	case optionExperiment1, optionExperiment2:
		return readExperiment(o, value)
	}
	return 0
}

// ifSized is the option if its length is right.
func ifSized(option flows.OptionSet, right bool) flows.OptionSet {
	if right {
		return option
	}
	return flows.OptionsCut
}

func readMSS(o *flows.Options, value []byte) flows.OptionSet {
	if len(value) != 2 {
		return flows.OptionsCut
	}
	o.MSS = binary.BigEndian.Uint16(value)
	return flows.HasMSS
}

func readWindowScale(o *flows.Options, value []byte) flows.OptionSet {
	if len(value) != 1 {
		return flows.OptionsCut
	}
	o.WindowScale = min(value[0], maxWindowScale)
	return flows.HasWindowScale
}

func readTimestamps(o *flows.Options, value []byte) flows.OptionSet {
	if len(value) != 8 {
		return flows.OptionsCut
	}
	o.TSVal = binary.BigEndian.Uint32(value)
	o.TSEcr = binary.BigEndian.Uint32(value[4:])
	return flows.HasTimestamps
}

// readSACK reads blocks of two sequence numbers. No more than four fit into a
// header (RFC 2018 §3).
func readSACK(o *flows.Options, value []byte) flows.OptionSet {
	if len(value) == 0 || len(value)%8 != 0 || len(value) > 8*len(o.SACK) {
		return flows.OptionsCut
	}
	o.SACKCount = uint8(len(value) / 8)
	o.SACK = [4]flows.Range{}
	for i := range o.SACKCount {
		block := value[8*int(i):]
		o.SACK[i] = flows.Range{
			From: flows.Seq(binary.BigEndian.Uint32(block)),
			To:   flows.Seq(binary.BigEndian.Uint32(block[4:])),
		}
	}
	return flows.HasSACK
}

// readExperiment tells Fast Open from the other experiments by its number.
func readExperiment(o *flows.Options, value []byte) flows.OptionSet {
	if len(value) < 2 || binary.BigEndian.Uint16(value) != fastOpenMagic {
		return 0
	}
	o.FastOpenCookie = uint8(len(value) - 2)
	return flows.HasFastOpen
}
