package pcapng

import (
	"encoding/binary"
	"net/netip"
	"strconv"
	"unicode"
	"unicode/utf8"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// maxComment bounds one comment, in bytes. The longest of ours have some 400.
const maxComment = 2000

// between stands between the parts of a comment.
const between = " · "

// appendMove appends a transition in words: "#1 server LISTEN → SYN_RECEIVED ·
// SYN(K) ACK(J+1) ✓". One that stands apart, on a packet that did not cause
// it, says when and of whom it is too.
func appendMove(b []byte, st *flows.Step, t *flows.Transition, apart bool) []byte {
	if apart {
		b = appendWhen(b, st.Time)
	}
	b = appendFlow(b, st.Flow)
	if apart {
		b = appendAddresses(b, st.Client, st.Server)
	}
	b = append(b, t.End.String()...)
	if st.GuessedClient {
		b = append(b, '?')
	}
	b = append(append(b, ' '), t.From.String()...)
	b = append(append(b, " → "...), t.To.String()...)
	b = append(b, between...)
	b = st.Label.AppendWords(b)
	return appendBasis(b, st, t)
}

// appendBasis says what a move stands on where its cause does not.
func appendBasis(b []byte, st *flows.Step, t *flows.Transition) []byte {
	switch {
	case t.Correction:
		return append(b, between+"correction"...)
	case t.Basis == flows.Implied,
		t.Basis == flows.Timer && !st.Label.Timer,
		t.Basis == flows.Kernel && !st.Label.Kernel:
		return append(append(b, between...), t.Basis.String()...)
	}
	return b
}

// appendFinding appends a finding in words: "#1 ⚠ stuck-close-wait: server in
// CLOSE_WAIT for 60 s · critical, certain".
func appendFinding(b []byte, f *diagnose.Finding, apart bool) []byte {
	if apart {
		b = appendWhen(b, f.Time)
	}
	if f.Flow != 0 {
		b = appendFlow(b, f.Flow)
		if apart {
			b = appendAddresses(b, f.Client, f.Server)
		}
	}
	mark := "⚠ "
	if f.Severity() == diagnose.Info {
		mark = "ℹ "
	}
	b = append(append(b, mark...), f.ID.String()...)
	b = appendClean(append(b, ": "...), f.Summary)
	b = append(append(b, between...), f.Severity().String()...)
	b = append(append(b, ", "...), f.Confidence.String()...)
	b = appendOwner(b, f)
	if f.Otherwise != "" && f.Confidence != diagnose.Certain {
		b = appendClean(append(b, between+"or: "...), f.Otherwise)
	}
	if f.Update {
		b = append(b, between+"it grew worse"...)
	}
	for _, id := range f.Replaces {
		b = append(append(b, between+"in place of "...), id.String()...)
	}
	return b
}

// appendOwner appends the process that holds the socket, if it is known, and
// what the kernel adds.
func appendOwner(b []byte, f *diagnose.Finding) []byte {
	if o := &f.Owner; o.PID != 0 {
		b = appendClean(append(b, between+"owner "...), o.Command)
		b = strconv.AppendInt(append(b, '['), int64(o.PID), 10)
		b = strconv.AppendInt(append(b, "] fd "...), int64(o.FD), 10)
		if o.Unit != "" {
			b = appendClean(append(b, " of "...), o.Unit)
		}
	}
	if f.Kernel != "" {
		b = appendClean(append(b, between+"the kernel says: "...), f.Kernel)
	}
	return b
}

func appendFlow(b []byte, id flows.FlowID) []byte {
	b = strconv.AppendUint(append(b, '#'), uint64(id), 10)
	return append(b, ' ')
}

func appendAddresses(b []byte, client, server netip.AddrPort) []byte {
	b = append(client.AppendTo(b), between...)
	return append(server.AppendTo(b), ' ')
}

// appendWhen appends a time as the JSON lines have it.
func appendWhen(b []byte, t flows.Time) []byte {
	b = t.UTC().AppendFormat(append(b, "at "...), "2006-01-02T15:04:05.000000000Z")
	return append(b, ' ')
}

// appendClean appends text on one line, and without what a terminal would obey:
// processes may call themselves anything.
func appendClean(b []byte, text string) []byte {
	for _, r := range text { // what is not UTF-8 becomes U+FFFD
		if unicode.IsPrint(r) {
			b = utf8.AppendRune(b, r)
			continue
		}
		quoted := strconv.AppendQuoteRuneToASCII(nil, r)
		b = append(b, quoted[1:len(quoted)-1]...)
	}
	return b
}

// beginComment appends the head of a comment; its text follows, and endComment.
func beginComment(b []byte) []byte { return appendU16(appendU16(b, optionComment), 0) }

// endComment ends the comment whose head begins at start, and cuts it if it is
// too long.
func endComment(b []byte, start int) []byte {
	text := start + 4
	if len(b)-text > maxComment {
		end := text + maxComment
		for !utf8.RuneStart(b[end]) {
			end--
		}
		b = b[:end]
	}
	n := len(b) - text
	binary.LittleEndian.PutUint16(b[start+2:], uint16(n))
	return pad(b, n)
}

// wholeComments is how many of the bytes of b, which holds comments, are
// comments to their end within the first so many.
func wholeComments(b []byte, most int) int {
	size := 0
	for size < len(b) {
		n := 4 + (int(binary.LittleEndian.Uint16(b[size+2:]))+3)&^3
		if size+n > most {
			break
		}
		size += n
	}
	return size
}
