package flows

import "strconv"

// Label names what a segment says in terms of J, K, M and N: "SYN(K)
// ACK(J+1) ✓". It is made without allocation and written out on demand.
type Label struct {
	Flags  Flags
	Length uint32
	Seq    Name // of the SYN, the FIN, the RST or the payload
	FIN    Name // of the FIN; valid if Flags has FIN
	Ack    Name // valid if Flags has ACK
	Check  Check
	Want   Name // what Ack should have been; valid if Check is CheckWrong

	Timer  bool       // no segment: time did it
	Kernel bool       // no segment: a kernel says so
	ICMP   *ICMPError // no segment: an ICMP error did it
}

// Name is a sequence number as a distance from one that has a letter.
type Name struct {
	Letter byte   // 'J', 'K', 'M' or 'N'; 0 when none of them is known
	Offset uint32 // from the letter's number; the raw number when Letter is 0
}

// Check says whether an acknowledgement of a SYN or FIN is the right one.
type Check uint8

// The checks.
const (
	CheckNone  Check = iota // it acknowledges neither SYN nor FIN for the first time
	CheckRight              // exactly the number behind the SYN or FIN
	CheckWrong              // another number
)

// AppendText appends the name, "K+1", or the number alone when it has no
// letter. It never fails.
func (n Name) AppendText(b []byte) ([]byte, error) {
	if n.Letter == 0 {
		return strconv.AppendUint(b, uint64(n.Offset), 10), nil
	}
	b = append(b, n.Letter)
	switch {
	case n.Offset == 0:
	case n.Offset < 10: // most are 1
		b = append(b, '+', '0'+byte(n.Offset))
	default:
		b = append(b, '+')
		b = strconv.AppendUint(b, uint64(n.Offset), 10)
	}
	return b, nil
}

// AppendText appends the label's words joined by +, "SYN(K)+ACK(J+1)", as
// programs get it. It never fails.
func (l *Label) AppendText(b []byte) ([]byte, error) { return l.appendWords(b, "+"), nil }

// AppendWords appends the label's words with spaces between them and the
// result of the check behind, "SYN(K) ACK(J+1) ✓", as people get it.
func (l *Label) AppendWords(b []byte) []byte {
	b = l.appendWords(b, " ")
	switch l.Check {
	case CheckRight:
		b = append(b, " ✓"...)
	case CheckWrong:
		b = append(b, " ✗ expected "...)
		b, _ = l.Want.AppendText(b)
	}
	return b
}

func (l *Label) String() string {
	b, _ := l.AppendText(nil)
	return string(b)
}

func (l *Label) appendWords(b []byte, between string) []byte {
	switch {
	case l.Timer:
		return append(b, "timer"...)
	case l.Kernel:
		return append(b, "kernel"...)
	case l.ICMP != nil:
		return l.ICMP.appendName(b)
	}
	start := len(b)
	if l.Flags.Has(SYN) {
		b = l.Seq.appendAs(b, "SYN(")
	}
	if l.Length > 0 {
		b = l.dataName().appendAs(joined(b, start, between), "DATA(")
	}
	if l.Flags.Has(FIN) {
		b = l.FIN.appendAs(joined(b, start, between), "FIN(")
	}
	if l.Flags.Has(RST) {
		b = l.Seq.appendAs(joined(b, start, between), "RST(")
	}
	if l.Flags.Has(ACK) {
		b = l.Ack.appendAs(joined(b, start, between), "ACK(")
	}
	if len(b) == start {
		b = append(b, "NONE"...)
	}
	return b
}

// joined appends what stands between two words, if there is one before.
func joined(b []byte, start int, between string) []byte {
	if len(b) > start {
		b = append(b, between...)
	}
	return b
}

// appendAs appends the name in the parentheses of a word.
func (n Name) appendAs(b []byte, word string) []byte {
	b, _ = n.AppendText(append(b, word...))
	return append(b, ')')
}

// dataName is the name of the first byte of payload: behind the SYN if there
// is one.
func (l *Label) dataName() Name {
	if l.Flags.Has(SYN) {
		return Name{l.Seq.Letter, l.Seq.Offset + 1}
	}
	return l.Seq
}

func (e *ICMPError) appendName(b []byte) []byte {
	b = append(b, "ICMP"...)
	if e.V6 {
		b = append(b, "v6"...)
	}
	b = append(b, '(')
	b = strconv.AppendUint(b, uint64(e.Type), 10)
	b = append(b, '/')
	b = strconv.AppendUint(b, uint64(e.Code), 10)
	return append(b, ')')
}
