package lab

import (
	"encoding/binary"
	"errors"
)

// The kernel's trace buffer, page by page, as trace_pipe_raw gives it on 64 bits
// (include/linux/ring_buffer.h): the time of the first record and the number of
// bytes in use, then records. A record's first word holds 5 bits of type or
// length and 27 bits of the time since the record before.
const (
	ringPageHeader = 16
	ringPadding    = 29
	ringExtend     = 30 // the time since the record before needs more bits
	ringStamp      = 31 // an absolute time, but for its 5 highest bits

	ringUsed   = 1<<30 - 1 // bits of the length word that count bytes
	ringMissed = 1 << 31   // records were lost before this page

	ringStampBits = 59
)

var (
	errRingLost = errors.New("the trace buffer was too small: events are lost")
	errRingPage = errors.New("the trace buffer does not look as expected")
)

// eachRecord calls f with the time and the data of every record of a page.
func eachRecord(page []byte, f func(at uint64, data []byte)) error {
	if len(page) < ringPageHeader {
		return errRingPage
	}
	at := binary.NativeEndian.Uint64(page)
	used := binary.NativeEndian.Uint64(page[8:])
	if used&ringMissed != 0 {
		return errRingLost
	}
	rest := page[ringPageHeader:]
	if used&ringUsed > uint64(len(rest)) {
		return errRingPage
	}
	rest = rest[:used&ringUsed]
	for len(rest) >= 8 {
		word, next := binary.NativeEndian.Uint32(rest), binary.NativeEndian.Uint32(rest[4:])
		kind, delta := word&31, uint64(word>>5)
		header, size := 4, int(kind)*4
		switch {
		case kind == ringPadding && delta == 0:
			return nil // nothing more on this page
		case kind == ringPadding:
			size = int(next)
		case kind == ringExtend:
			at += delta | uint64(next)<<27
			size = 4
		case kind == ringStamp:
			at = wholeStamp(delta|uint64(next)<<27, at)
			size = 4
		case kind == 0:
			header, size = 8, int(next)-4
		}
		if size < 0 || header+size > len(rest) {
			return errRingPage
		}
		if kind < ringPadding {
			at += delta
			f(at, rest[header:header+size])
		}
		rest = rest[header+size:]
	}
	return nil
}

// wholeStamp gives a time of 59 bits the highest bits of the one before it.
func wholeStamp(stamp, before uint64) uint64 {
	high := before &^ (1<<ringStampBits - 1)
	if stamp |= high; stamp < before {
		stamp += 1 << ringStampBits
	}
	return stamp
}
