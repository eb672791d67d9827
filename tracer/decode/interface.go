package decode

// Interface is what is known of an input that frames come from: an interface
// of this host, or one that a capture file tells of.
type Interface struct {
	Name        string // empty: unknown
	Description string // in words; often empty
	Filter      string // that its packets passed; empty: none, or unknown
	LinkType    int    // as in Frame
	Snaplen     uint32 // bytes kept of a packet; 0: all, or unknown
	Stats       Stats  // of this input alone, without Last
}
