package flows

// Seq is a TCP sequence number: a position on a circle of 2^32 (RFC 9293
// §3.4). Two of them are compared by these methods only; the operator < is
// wrong on them as soon as a connection passes 2^32.
type Seq uint32

// Before reports whether s lies in the half circle in front of t.
func (s Seq) Before(t Seq) bool { return int32(s-t) < 0 }

// After reports whether s lies in the half circle behind t.
func (s Seq) After(t Seq) bool { return int32(s-t) > 0 }

// AtOrBefore reports whether s is t or lies before it.
func (s Seq) AtOrBefore(t Seq) bool { return int32(s-t) <= 0 }

// AtOrAfter reports whether s is t or lies after it.
func (s Seq) AtOrAfter(t Seq) bool { return int32(s-t) >= 0 }

// Add is the sequence number n further on.
func (s Seq) Add(n uint32) Seq { return s + Seq(n) }

// Sub is the distance from t to s, from -2^31 to 2^31-1.
func (s Seq) Sub(t Seq) int32 { return int32(s - t) }

// Latest is the one of s and t that lies further on.
func (s Seq) Latest(t Seq) Seq {
	if s.After(t) {
		return s
	}
	return t
}
