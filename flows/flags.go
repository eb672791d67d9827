package flows

// Flags are the control bits of a TCP header as they stand in its 14th byte,
// and the nonce bit (now AE, RFC 9768) above them.
type Flags uint16

// The control bits, RFC 9293 §3.1.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
	AE
)

// Has reports whether all bits of want are set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// Any reports whether at least one bit of want is set.
func (f Flags) Any(want Flags) bool { return f&want != 0 }

// letters are the flags in the order in which people write them.
var letters = [...]struct {
	flag   Flags
	letter byte
}{{SYN, 'S'}, {FIN, 'F'}, {RST, 'R'}, {PSH, 'P'}, {ACK, 'A'}, {URG, 'U'}, {ECE, 'E'}, {CWR, 'W'}, {AE, 'e'}}

// AppendText appends the flags as letters, "SA" for SYN and ACK, and "-" for
// no flag at all. It never fails.
func (f Flags) AppendText(b []byte) ([]byte, error) {
	n := len(b)
	for _, l := range letters {
		if f.Has(l.flag) {
			b = append(b, l.letter)
		}
	}
	if len(b) == n {
		b = append(b, '-')
	}
	return b, nil
}

func (f Flags) String() string {
	b, _ := f.AppendText(nil)
	return string(b)
}
