package flows

// label puts a segment into words: its numbers as distances from J, K, M, N.
func (f *flow) label(s *Segment, from Side, v *verdict) Label {
	l := Label{Flags: s.Flags, Length: s.Length, Check: v.check}
	l.Seq = f.name(from, s.Seq)
	if s.Flags.Has(FIN) {
		l.FIN = f.name(from, s.Seq.Add(s.Length))
	}
	if s.Flags.Has(ACK) {
		l.Ack = f.name(from.Peer(), s.Ack)
	}
	if v.check == CheckWrong {
		peer := f.peer(from)
		l.Want = f.name(from.Peer(), peer.iss.Add(1))
	}
	return l
}

// name is seq, one of the numbers that an end sends, as a distance from the
// nearest number before it that has a letter.
func (f *flow) name(of Side, seq Seq) Name {
	if f.key.self() {
		of = Client
	}
	e := &f.ends[of]
	switch {
	case e.has(knowFIN) && seq.AtOrAfter(e.fin):
		letter := byte('N')
		if e.has(firstFIN) {
			letter = 'M'
		}
		return Name{letter, uint32(seq - e.fin)}
	case e.has(knowISS) && (seq.AtOrAfter(e.iss) || e.bytes > 1<<31):
		return Name{"JK"[of], uint32(seq - e.iss)}
	}
	return Name{0, uint32(seq)}
}

// numbers are the ISN and the FIN of an end as far as they are known.
func (e *endpoint) numbers() (isn, fin Number) {
	if e.has(knowISS) {
		isn = Number{e.iss, true}
	}
	if e.has(knowFIN) {
		fin = Number{e.fin, true}
	}
	return isn, fin
}
