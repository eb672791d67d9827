package text

import (
	"bytes"

	"tcptrace/flows"
)

// Labels are told apart by their words: a trace is full of a few dozen of them,
// which need to be put into words only once.

// labelBits is how many bits the key of a label has at most.
const labelBits = 21

// spoken are the flags that a label has words for.
const spoken = flows.FIN | flows.SYN | flows.RST | flows.ACK

// labelKey is what the words of a label depend on, but for the number in the last one;
// 0 if they depend on more. It has few branches, since what comes next in a trace
// is hard to foresee: shared looks at what is rare, once for every key.
func labelKey(l *flows.Label) uint64 {
	if l.Length > 0 || l.Check > flows.CheckRight || l.Timer || l.Kernel || l.ICMP != nil {
		return 0
	}
	seq := nameKey(l.Seq)
	if !l.Flags.Any(flows.SYN | flows.RST) {
		seq = 0
	}
	return uint64(l.Flags&spoken) | uint64(l.Check)<<5 | seq<<6 | nameKey(l.FIN)<<11 | nameKey(l.Ack)<<16
}

// namelabelKey is what a name looks like, in five bits: the letters differ in their
// lowest three, and offsets above 1 are told apart by their number only.
func nameKey(n flows.Name) uint64 { return uint64(n.Letter&7)<<2 | uint64(min(n.Offset, 2)) }

// shared reports whether all labels with the key of l have its words.
func shared(l *flows.Label) bool {
	return l.Flags&spoken != 0 && (!l.Flags.Any(flows.SYN|flows.RST) || short(l.Seq)) && (!l.Flags.Has(flows.FIN) || short(l.FIN)) &&
		(!l.Flags.Has(flows.ACK) || l.Ack.Letter != 0)
}

// short reports whether a name can be told from the others by its key.
func short(n flows.Name) bool { return n.Letter != 0 && n.Offset <= 1 }

// counted reports whether the last word holds a number that is not in the key:
// that of Ack.
func counted(l *flows.Label) bool { return l.Flags.Has(flows.ACK) && l.Ack.Offset > 1 }

// cutLabel cuts the text of a label where that number stands. Of a label that is not
// counted, nothing stands behind it.
func cutLabel(text []byte, l *flows.Label) (before, behind []byte) {
	if !counted(l) {
		return text, nil
	}
	i := bytes.LastIndexByte(text, '+') + 1
	return text[:i], text[i+bytes.IndexByte(text[i:], ')'):]
}
