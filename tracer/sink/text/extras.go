package text

import (
	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// extras writes what a step shows beside its moves: the numbers that it gives
// the letters, how long the handshake took, what is peculiar about it.
func (s *Sink) extras(st *flows.Step) {
	if e := st.Label.ICMP; e != nil {
		s.icmp(e)
	}
	seg := st.Segment
	if seg == nil {
		return
	}
	if seg.Flags.Has(flows.SYN) {
		s.initial(st)
	}
	if st.HandshakeRTT > 0 {
		l := &s.line
		l.begin()
		l.buf = append(l.buf, "handshake "...)
		l.buf = appendDuration(l.buf, st.HandshakeRTT)
		l.doneRunes()
	}
	if seg.Flags.Has(flows.FIN) {
		s.final(st)
	}
	if s.o.Detail == All {
		s.sizes(seg)
	}
	s.notes(st)
}

// initial writes the number of a SYN: "J=2891337121". The number of one that is
// not the flow's stands in the label.
func (s *Sink) initial(st *flows.Step) {
	if isn := st.ISN[st.From]; !isn.Known || isn.Seq != st.Segment.Seq {
		return
	}
	l := &s.line
	l.begin()
	l.buf = append(l.buf, "JK"[st.From], '=')
	l.buf = digits.Append(l.buf, uint64(st.Segment.Seq))
	l.doneASCII()
}

// final writes the number of a FIN as a distance from its sender's SYN:
// "M=J+518". Without that SYN it is the number itself.
func (s *Sink) final(st *flows.Step) {
	letter, fin := st.Label.FIN.Letter, st.FIN[st.From]
	if letter != 'M' && letter != 'N' || !fin.Known {
		return
	}
	l := &s.line
	l.begin()
	l.buf = append(l.buf, letter, '=')
	if isn := st.ISN[st.From]; isn.Known {
		name := flows.Name{Letter: "JK"[st.From], Offset: uint32(fin.Seq.Sub(isn.Seq))}
		l.buf, _ = name.AppendText(l.buf)
	} else {
		l.buf = digits.Append(l.buf, uint64(fin.Seq))
	}
	l.doneASCII()
}

// sizes writes how much a segment carries and how much its sender would take.
func (s *Sink) sizes(seg *flows.Segment) {
	l := &s.line
	l.begin()
	l.buf = append(l.buf, "len "...)
	l.buf = digits.Append(l.buf, uint64(seg.Length))
	l.buf = append(l.buf, " win "...)
	l.buf = digits.Append(l.buf, uint64(seg.Window))
	l.doneASCII()
}

// usual are the notes that say nothing about a move, or what the label says
// too: they are left to -v.
const usual = flows.DuplicateAck | flows.KeepAlive | flows.WindowProbe | flows.ZeroWindow | flows.WrongAck

// notes writes what is peculiar about a segment: "[retransmission gap]".
func (s *Sink) notes(st *flows.Step) {
	shown := st.Notes
	if s.o.Detail != All {
		shown &^= usual
	}
	if shown == 0 {
		return
	}
	l := &s.line
	l.begin()
	between := byte('[')
	shown.Each(func(name string) {
		l.buf = append(append(l.buf, between), name...)
		between = ' '
	})
	l.buf = append(l.buf, ']')
	l.doneASCII()
}
