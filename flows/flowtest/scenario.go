package flowtest

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"tcptrace/flows"
)

// Scenario is a list of events and what they must lead to.
type Scenario struct {
	Proves string // the first line
	self   bool   // both ends are one socket
	steps  []step
	ends   []string // wanted lines about the records
	finds  []string // wanted findings
}

// step is one line of a scenario and the lines below it.
type step struct {
	line    int
	at      time.Duration
	kind    stepKind
	fromSrv bool
	client  uint16 // which client: added to the port of the cast's
	seq     number
	ack     number
	segment flows.Segment   // addresses, time and numbers are filled in when it is played
	icmp    flows.ICMPError // valid for stepICMP
	want    []string
	notes   []string
	not     []string // notes that it must not have
}

type stepKind uint8

const (
	stepSegment stepKind = iota
	stepWait
	stepICMP
)

// number is J or K plus an offset.
type number struct {
	server bool
	offset int64
}

// Parse reads a scenario.
func Parse(r io.Reader) (*Scenario, error) {
	s := &Scenario{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, remark, _ := strings.Cut(lines.Text(), "#")
		if isFlowNumber(lines.Text()) {
			text = lines.Text()
		}
		if n == 1 {
			s.Proves = strings.TrimSpace(remark)
		}
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if err := s.parseLine(n, words); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if s.Proves == "" {
		return nil, fmt.Errorf("line 1: does not say what the scenario proves")
	}
	return s, lines.Err()
}

// isFlowNumber reports whether # begins the number of a flow, not a remark.
func isFlowNumber(line string) bool {
	_, rest, ok := strings.Cut(line, "#")
	return ok && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

func (s *Scenario) parseLine(n int, words []string) error {
	switch words[0] {
	case "end":
		s.ends = append(s.ends, withFlow(words[1:]))
		return nil
	case "find":
		s.finds = append(s.finds, withFlow(words[1:]))
		return nil
	case "self":
		s.self = true
		return nil
	case "note", "not":
		if len(s.steps) == 0 || len(words) != 2 {
			return fmt.Errorf("%q wants one name, below a segment", words[0])
		}
		last := &s.steps[len(s.steps)-1]
		if words[0] == "note" {
			last.notes = append(last.notes, words[1])
		} else {
			last.not = append(last.not, words[1])
		}
		return nil
	}
	at, err := strconv.ParseFloat(words[0], 64)
	if err != nil {
		if len(s.steps) == 0 {
			return fmt.Errorf("%q is no time, and nothing stands above", words[0])
		}
		last := &s.steps[len(s.steps)-1]
		last.want = append(last.want, withFlow(words))
		return nil
	}
	st := step{line: n, at: time.Duration(at * float64(time.Second))}
	if err := st.parse(words[1:]); err != nil {
		return err
	}
	s.steps = append(s.steps, st)
	return nil
}

// withFlow puts the number of the flow in front of a wanted line that has none.
func withFlow(words []string) string {
	if !strings.HasPrefix(words[0], "#") {
		words = append([]string{"#1"}, words...)
	}
	return strings.Join(words, " ")
}

func (st *step) parse(words []string) error {
	if len(words) == 0 {
		return fmt.Errorf("a time and nothing else")
	}
	switch words[0] {
	case "wait":
		st.kind = stepWait
		return nil
	case "icmp":
		return st.parseICMP(words[1:])
	case ">":
	case "<":
		st.fromSrv = true
	default:
		return fmt.Errorf("%q is neither > nor < nor wait nor icmp", words[0])
	}
	return st.parseSegment(words[1:])
}

func (st *step) parseICMP(words []string) error {
	st.kind = stepICMP
	if len(words) != 2 {
		return fmt.Errorf("icmp wants TYPE/CODE and a sequence number")
	}
	if _, err := fmt.Sscanf(words[0], "%d/%d", &st.icmp.Type, &st.icmp.Code); err != nil {
		return fmt.Errorf("icmp %q: %w", words[0], err)
	}
	var err error
	st.seq, err = parseNumber(words[1])
	return err
}

var flagNames = map[string]flows.Flags{
	"SYN": flows.SYN, "ACK": flows.ACK, "FIN": flows.FIN, "RST": flows.RST,
	"PSH": flows.PSH, "URG": flows.URG, "ECE": flows.ECE, "CWR": flows.CWR, "NONE": 0,
}

func (st *step) parseSegment(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("a segment wants flags and a sequence number")
	}
	seg := &st.segment
	seg.Window = 65535
	for name := range strings.SplitSeq(words[0], ",") {
		f, ok := flagNames[name]
		if !ok {
			return fmt.Errorf("no flag %q", name)
		}
		seg.Flags |= f
	}
	numbers := 1
	if seg.Flags.Has(flows.ACK) {
		numbers = 2
	}
	if len(words) < 1+numbers {
		return fmt.Errorf("ACK wants an acknowledgement")
	}
	for i, to := range []*number{&st.seq, &st.ack}[:numbers] {
		var err error
		if *to, err = parseNumber(words[1+i]); err != nil {
			return err
		}
	}
	for _, option := range words[1+numbers:] {
		if _, err := fmt.Sscanf(option, "client=%d", &st.client); err == nil {
			continue
		}
		if err := parseOption(seg, option); err != nil {
			return err
		}
	}
	return nil
}

// Findings are the findings that the scenario wants, in their order, as its
// "find" lines have them with the number of the flow in front.
func (s *Scenario) Findings() []string { return s.finds }

func parseNumber(word string) (number, error) {
	n := number{server: strings.HasPrefix(word, "K")}
	if !n.server && !strings.HasPrefix(word, "J") {
		return n, fmt.Errorf("%q begins with neither J nor K", word)
	}
	if word = word[1:]; word == "" {
		return n, nil
	}
	var err error
	n.offset, err = strconv.ParseInt(word, 10, 64)
	return n, err
}

func parseOption(seg *flows.Segment, option string) error {
	name, value, _ := strings.Cut(option, "=")
	var a, b uint32
	if value != "" {
		if _, err := fmt.Sscanf(value, "%d", &a); err != nil {
			return fmt.Errorf("%s: %w", option, err)
		}
	}
	switch name {
	case "len":
		seg.Length = a
	case "win":
		seg.Window = uint16(a)
	case "id":
		seg.ID = uint16(a)
	case "ttl":
		seg.TTL = uint8(a)
	case "if":
		seg.Interface = a
	case "wscale":
		seg.Options.Present |= flows.HasWindowScale
		seg.Options.WindowScale = uint8(a)
	case "ts":
		if _, err := fmt.Sscanf(value, "%d/%d", &a, &b); err != nil {
			return fmt.Errorf("%s: %w", option, err)
		}
		seg.Options.Present |= flows.HasTimestamps
		seg.Options.TSVal, seg.Options.TSEcr = a, b
	case "mss":
		seg.Options.Present |= flows.HasMSS
		seg.Options.MSS = uint16(a)
	case "sackok":
		seg.Options.Present |= flows.HasSACKPermitted
	case "mptcp":
		seg.Options.Present |= flows.HasMPTCP
	case "tfo":
		seg.Options.Present |= flows.HasFastOpen
		seg.Options.FastOpenCookie = uint8(a)
	case "cut":
		seg.Options.Present |= flows.OptionsCut
	case "badsum":
		seg.BadSum = true
	case "frag":
		seg.Fragment = true
	default:
		return fmt.Errorf("no option %q", option)
	}
	return nil
}
