package diagnose

import "tcptrace/flows"

// ordinary looks at a segment that opens or closes its connection as it should.
// The rules that ask for something odd have nothing to say then, unless the flow
// was odd before: it reports false for such a one. A flow that may yet show
// something odd is watched, and its segments are not ordinary.
func (m *moment) ordinary() bool {
	const odd = hasStory | oddLast | oneSided | midway | synData
	s, t := m.st.Segment, m.track
	if t.flow&odd != 0 || (t.marks[0]|t.marks[1])&(afterIdle|probed|missing) != 0 || m.st.Gaps() {
		return false
	}
	if s.Flags.Has(flows.SYN) && !s.Flags.Has(flows.ACK) {
		m.asked()
		t.flow |= begun
		m.e.vantage.segments = m.st.Segments
		return true
	}
	if t.flow&begun == 0 || t.unused != 0 && s.Flags.Has(flows.SYN) {
		return false
	}
	switch {
	case s.Flags.Has(flows.SYN):
		m.granted()
	case m.st.HandshakeRTT != 0:
		m.through()
	}
	m.rearm()
	m.e.vantage.segments = m.st.Segments
	m.st.Watch = m.watches()
	return true
}
