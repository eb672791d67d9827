package flows

// Notes are what is peculiar about a segment; a set. The wire cannot cause an
// error: whatever is wrong with a segment ends up here.
type Notes uint32

// The notes. Their names are permanent.
const (
	Retransmission  Notes = 1 << iota // its sequence space was sent before
	OutOfOrder                        // it fills a hole
	Gap                               // it leaves a hole: something before it was not seen
	Duplicate                         // the capture holds it twice
	ZeroWindow                        // its sender can take no more data
	WindowProbe                       // it asks a closed window whether it has opened
	KeepAlive                         // it asks whether the peer is still there
	DuplicateAck                      // it acknowledges the same again, because something came out of order
	ChallengeAck                      // it refuses a segment, RFC 5961
	OutOfWindow                       // no receiver would take it
	UnsentAck                         // it acknowledges what was never sent
	OldTimestamp                      // PAWS refuses it, RFC 7323 §5
	NoAckFlag                         // a FIN, data or nothing, without ACK: ignored
	BadFlags                          // a combination that no stack sends
	BadChecksum                       // its checksum is wrong although others of its sender are right
	SuspectReset                      // a RST that its receiver does not accept
	WrongAck                          // a SYN-ACK that acknowledges another number than J+1
	FastOpenData                      // payload in a SYN
	SYNOnConnection                   // a SYN where a connection is alive
	numNotes        = iota
)

var noteNames = [numNotes]string{
	"retransmission", "out-of-order", "gap", "duplicate", "zero-window", "window-probe", "keep-alive",
	"duplicate-ack", "challenge-ack", "out-of-window", "unsent-ack", "old-timestamp", "no-ack-flag",
	"bad-flags", "bad-checksum", "suspect-reset", "wrong-ack", "fast-open-data", "syn-on-connection",
}

// Has reports whether all notes of want are there.
func (n Notes) Has(want Notes) bool { return n&want == want }

// Each calls f with the name of every note, in a fixed order.
func (n Notes) Each(f func(name string)) {
	for i := range numNotes {
		if n>>i&1 == 1 {
			f(noteNames[i])
		}
	}
}
