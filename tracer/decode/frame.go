package decode

import "tcptrace/flows"

// Frame is one captured frame as a source hands it over. Data is valid until
// the source is asked for the next one.
type Frame struct {
	Time      flows.Time
	Number    uint64 // from 1, over all inputs of a source
	Interface uint32 // index of the input it came from
	LinkType  int    // LINKTYPE_ value, as in capture files: 1 Ethernet, 276 SLL2
	Length    int    // bytes on the wire; Data may hold fewer
	Data      []byte
}

// Stats are what a source knows of the packets that it did not hand over.
type Stats struct {
	Received  uint64 // packets that passed the filter
	Dropped   uint64 // of these, dropped by the kernel for want of buffer space
	IfDropped uint64 // dropped by the interface or its driver
	Known     bool   // a live source counts; a file cannot

	// Last is the time of the last frame of a file, whether or not it passed the
	// filter: so long the capture went on. 0 for a live source.
	Last flows.Time
}
