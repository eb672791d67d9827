package capture

import "fmt"

// DamageError says where a capture file stopped making sense. The packets
// before it were handed over.
type DamageError struct {
	Path   string // as given to OpenFile
	Offset int64  // first byte of the damaged record or block, counted after decompression
	Packet uint64 // the packet that could not be read, from 1 in this file
	Err    error  // what is wrong there
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s: damaged at byte %d (packet %d): %v", e.Path, e.Offset, e.Packet, e.Err)
}

func (e *DamageError) Unwrap() error { return e.Err }
