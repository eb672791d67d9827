package ladder

import (
	"strconv"
	"strings"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Name is what a segment says in terms of J K M N: "SYN(K) ACK(J+1) ✓". What a
// wrong acknowledgement should have been stands among the remarks.
func (r *Row) Name() string {
	label := r.Label
	wrong := label.Check == flows.CheckWrong
	if wrong {
		label.Check = flows.CheckNone
	}
	name := string(label.AppendWords(nil))
	if wrong {
		name += " ✗"
	}
	return name
}

// Text is what a row says that is no arrow.
func (r *Row) Text() string {
	switch r.Kind {
	case Fold:
		return r.Run.text()
	case Silence:
		return Roughly(r.Until.Sub(r.Time)) + " of silence"
	case Timer:
		return "time is up"
	case Kernel:
		return "the kernel says so"
	case Aside:
		return "the next connection begins: " + r.Name()
	case Finding:
		return r.Said.text()
	}
	return r.Name()
}

// text is "… 412 segments, 1.2 MB →, 3 sent again".
func (run *Run) text() string {
	n := run.Segments[flows.Client] + run.Segments[flows.Server]
	text := "… " + Count(n, "segment", "segments")
	for side, arrow := range [2]string{"→", "←"} {
		if bytes := run.Bytes[side]; bytes > 0 {
			text += ", " + Bytes(bytes) + " " + arrow
		}
	}
	if run.Again > 0 {
		text += ", " + strconv.FormatUint(run.Again, 10) + " sent again"
	}
	if run.Strays > 0 {
		text += ", " + strconv.FormatUint(run.Strays, 10) + " out of order"
	}
	if run.Moves > 0 {
		text += ", " + Count(run.Moves, "change of state", "changes of state")
	}
	if run.Findings > 0 {
		text += ", " + Count(run.Findings, "finding", "findings")
	}
	return text
}

func (s *Said) text() string {
	mark := "⚠ "
	if s.Severity == diagnose.Info {
		mark = "ℹ "
	}
	return mark + s.ID.String() + ": " + s.Summary
}

const (
	again   = "sent again"
	unheard = "no sign that it arrived"
)

// Stale reports whether a remark says no more than the look of the arrow, or
// what the arrow that it repeats had below it: a series of copies that all go
// unheard needs no words for each.
func (r *Row) Stale(remark string) bool {
	return r.Fate == Unheard && r.Again() && (remark == again || remark == unheard || remark == r.size())
}

// size is how much a segment carries, empty for none.
func (r *Row) size() string {
	if r.Kind != Segment || r.Label.Length == 0 {
		return ""
	}
	return Count(uint64(r.Label.Length), "byte", "bytes")
}

// noteWords are the notes as a picture has them. What the label or the line
// says too is left out.
var noteWords = [...]struct {
	note flows.Notes
	word string
}{
	{flows.Retransmission, again},
	{flows.OutOfOrder, "out of order"},
	{flows.Gap, "gap before it"},
	{flows.Duplicate, "captured twice"},
	{flows.ZeroWindow, "window 0"},
	{flows.WindowProbe, "asks for the window"},
	{flows.KeepAlive, "keep-alive"},
	{flows.DuplicateAck, "duplicate ACK"},
	{flows.ChallengeAck, "challenge ACK"},
	{flows.OutOfWindow, "outside the window"},
	{flows.UnsentAck, "acknowledges what was never sent"},
	{flows.OldTimestamp, "old timestamp"},
	{flows.NoAckFlag, "without ACK"},
	{flows.BadFlags, "flags that no stack sends"},
	{flows.BadChecksum, "wrong checksum"},
	{flows.SuspectReset, "not accepted"},
	{flows.FastOpenData, "data in the SYN"},
	{flows.SYNOnConnection, "SYN on a connection that is alive"},
}

// Remarks are what else there is to say of a row, each in a few words, the most
// important first.
func (r *Row) Remarks() []string {
	var words []string
	say := func(text string) { words = append(words, text) }
	if size := r.size(); size != "" {
		say(size)
	}
	if r.Label.Check == flows.CheckWrong {
		want, _ := r.Label.Want.AppendText(nil)
		say("expected " + string(want))
	}
	if r.RTT > 0 {
		say("handshake " + Roughly(r.RTT))
	}
	if r.Kind == Segment {
		r.segmentRemarks(say)
	}
	if e := r.Label.ICMP; e != nil {
		icmpRemarks(e, say)
	}
	if r.Kind == Fold && r.Run.Pause > 0 {
		say("silent for up to " + Roughly(r.Run.Pause))
	}
	for i := range r.Moves {
		r.Moves[i].remark(r, say)
	}
	if r.Kind == Finding {
		r.Said.remarks(say)
	}
	return words
}

func (r *Row) segmentRemarks(say func(string)) {
	for _, w := range noteWords {
		if r.Notes.Has(w.note) {
			say(w.word)
		}
	}
	switch r.Fate {
	case Unheard:
		say(unheard)
	case Refuted:
		say("the " + r.From.Peer().String() + " did not take it")
	}
}

func (m *Move) remark(r *Row, say func(string)) {
	end := m.End.String()
	switch {
	case m.Withdrawn && r.Kind == Segment && m.End == r.From:
		say("the " + end + " shows later that it did not send it")
	case m.Withdrawn:
		return
	case m.Back:
		say(end + " back: " + m.why())
	case m.Basis == flows.Implied:
		say(end + " implied")
	case m.Basis == flows.Timer && r.Kind != Timer:
		say(end + " by its timer")
	case m.Basis == flows.Kernel && r.Kind != Kernel:
		say(end + " by its kernel")
	}
	if r.Kind == Timer && m.After > 0 {
		say(Roughly(m.After) + " in " + m.From.String())
	}
}

// why says why a claim did not hold.
func (m *Move) why() string {
	switch m.To {
	case flows.SynReceived:
		return "it did not take the handshake's ACK"
	case flows.FinWait1, flows.Closing, flows.LastAck:
		return "it did not get the ACK of its FIN"
	}
	if m.From == flows.Closed {
		return "the RST did not end it"
	}
	return "a claim did not hold"
}

func (s *Said) remarks(say func(string)) {
	text := s.Severity.String() + ", " + s.Confidence.String()
	switch s.At {
	case diagnose.Client, diagnose.Server:
		say(text + ": look at the " + s.At.String())
	case diagnose.Network:
		say(text + ": look at the network")
	case diagnose.Capture:
		say(text + ": look at the capture")
	default:
		say(text)
	}
	if s.Otherwise != "" {
		say("or: " + s.Otherwise)
	}
}

// Count is a number with what it counts.
func Count(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatUint(n, 10) + " " + many
}

// Bytes is a size to two or three digits: "340 B", "1.2 MB". A kB is 1000 bytes.
func Bytes(n uint64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return strconv.FormatUint(n, 10) + " B"
	}
	value, unit := float64(n)/1000, 0
	for value >= 999.5 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	digits := 0
	if value < 9.95 {
		digits = 1
	}
	return strconv.FormatFloat(value, 'f', digits, 64) + " " + units[unit:unit+1] + "B"
}

// Roughly is a duration to two or three digits: "0.02 ms", "1.5 s", "2 min 11 s".
func Roughly(d time.Duration) string {
	decimal := func(unit time.Duration, digits int, name string) string {
		return strconv.FormatFloat(float64(d)/float64(unit), 'f', digits, 64) + name
	}
	switch {
	case d < 0:
		d = -d
		return "-" + Roughly(d)
	case d < 10*time.Microsecond:
		return decimal(time.Microsecond, 0, " µs")
	case d < 10*time.Millisecond:
		return decimal(time.Millisecond, 2, " ms")
	case d < time.Second:
		return decimal(time.Millisecond, 0, " ms")
	case d < 10*time.Second:
		return strings.Replace(decimal(time.Second, 1, " s"), ".0 ", " ", 1)
	case d < 2*time.Minute:
		return decimal(time.Second, 0, " s")
	case d < time.Hour:
		return two(d.Round(time.Second), time.Minute, time.Second, " min", " s")
	case d < 48*time.Hour:
		return two(d.Round(time.Minute), time.Hour, time.Minute, " h", " min")
	}
	return two(d.Round(time.Hour), 24*time.Hour, time.Hour, " d", " h")
}

// two is a duration in two units, and the second only if there is any of it.
func two(d, large, small time.Duration, names ...string) string {
	text := strconv.FormatInt(int64(d/large), 10) + names[0]
	if rest := d % large / small; rest > 0 {
		text += " " + strconv.FormatInt(int64(rest), 10) + names[1]
	}
	return text
}

// Offset is a time as a distance from the beginning, in seconds and in eight
// columns: to the microsecond at first, later not quite: "0.000024", "74.00338".
func (l *Ladder) Offset(t flows.Time) string {
	const columns, decimals = 8, 6
	seconds := strconv.FormatFloat(t.Sub(l.Begin).Seconds(), 'f', decimals, 64)
	whole := strings.IndexByte(seconds, '.')
	if whole >= columns-1 {
		return seconds[:whole]
	}
	return seconds[:min(len(seconds), columns)]
}
