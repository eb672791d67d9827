package ladder

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tcptrace/flows"
)

// Title is what flow it is: "#1 10.99.0.1:45887 → 10.99.0.2:2003".
func (l *Ladder) Title() string {
	return "#" + strconv.FormatUint(uint64(l.Flow), 10) + " " + l.Client.String() + " → " + l.Server.String()
}

// Head is what there is to say of the flow as a whole: how it ended and how much
// was sent; when it began, and the numbers behind the letters.
func (l *Ladder) Head(zone *time.Location) []string {
	words := []string{Count(l.Segments[flows.Client]+l.Segments[flows.Server], "segment", "segments")}
	if l.Over {
		words = append([]string{l.ending()}, words...)
	}
	for side, arrow := range [2]string{" →", " ←"} {
		if n := l.Bytes[side]; n > 0 {
			words = append(words, Bytes(n)+arrow)
		}
	}
	if l.HandshakeRTT > 0 {
		words = append(words, "handshake "+Roughly(l.HandshakeRTT))
	}
	if l.Doubles > 0 {
		words = append(words, strconv.FormatUint(l.Doubles, 10)+" more are in the capture twice")
	}
	if l.Gaps {
		words = append(words, "the capture has gaps")
	}
	began := l.Begin.UTC().In(zone).Format("2006-01-02 15:04:05.000000 (MST)")
	return []string{strings.Join(words, " · "), strings.Join(append([]string{began}, l.letters()...), " · ")}
}

// ending is the outcome; of a stuck flow also who waits.
func (l *Ladder) ending() string {
	if l.Outcome != flows.Stuck {
		return l.Outcome.String()
	}
	return "stuck: " + l.StuckEnd.String() + " in " + l.States[l.StuckEnd&1].String()
}

// letters are the numbers that have one: "J=768812370", "M=J+1".
func (l *Ladder) letters() []string {
	var words []string
	for side, isn := range l.ISN {
		if isn.Known {
			words = append(words, "JK"[side:side+1]+"="+strconv.FormatUint(uint64(isn.Seq), 10))
		}
	}
	for _, side := range [2]flows.Side{l.FirstFIN, l.FirstFIN.Peer()} {
		if fin := l.FIN[side]; fin.Known {
			words = append(words, l.finLetter(side)+"="+l.distance(side, fin.Seq))
		}
	}
	return words
}

func (l *Ladder) finLetter(side flows.Side) string {
	if side == l.FirstFIN {
		return "M"
	}
	return "N"
}

// distance is a FIN's number as a distance from its sender's SYN, or the number
// itself without that.
func (l *Ladder) distance(side flows.Side, seq flows.Seq) string {
	name := flows.Name{Offset: uint32(seq)}
	if isn := l.ISN[side]; isn.Known {
		name = flows.Name{Letter: "JK"[side], Offset: uint32(seq.Sub(isn.Seq))}
	}
	text, _ := name.AppendText(nil)
	return string(text)
}

// Numbers are a segment's raw numbers: "seq 768812370 ack 3511032355".
func (r *Row) Numbers() string {
	text := "seq " + strconv.FormatUint(uint64(r.Seq), 10)
	if r.Label.Flags.Has(flows.ACK) {
		text += " ack " + strconv.FormatUint(uint64(r.Ack), 10)
	}
	return text
}

// Sentence is a row in words, without a picture: "client SYN(J), client
// SYN_SENT".
func (r *Row) Sentence() string {
	text := r.Text()
	if r.Kind == Segment {
		text = r.From.String() + " " + text
	}
	words := append([]string{text}, r.Remarks()...)
	for i := range r.Moves {
		if m := &r.Moves[i]; !m.Withdrawn {
			words = append(words, m.End.String()+" "+m.To.String())
		}
	}
	return strings.Join(words, ", ")
}

// Wrap breaks text between words, and words that are longer than a line. All
// runes count one.
func Wrap(text string, columns int) []string {
	columns = max(columns, 1)
	var lines []string
	line, n := "", 0
	for word := range strings.FieldsSeq(text) {
		for utf8.RuneCountInString(word) > columns {
			if n > 0 {
				lines, line, n = append(lines, line), "", 0
			}
			runes := []rune(word)
			lines, word = append(lines, string(runes[:columns])), string(runes[columns:])
		}
		size := utf8.RuneCountInString(word)
		switch {
		case size == 0:
		case n == 0:
			line, n = word, size
		case n+1+size <= columns:
			line, n = line+" "+word, n+1+size
		default:
			lines, line, n = append(lines, line), word, size
		}
	}
	if n > 0 {
		lines = append(lines, line)
	}
	return lines
}
