package diagnose

// ID names one condition. The zero value is none.
type ID uint8

// The conditions of packets, in the order of the catalogue, and behind them
// those that only a host's socket table shows.
const (
	_ ID = iota
	SynNoAnswer
	ConnectAbandoned
	ConnectionRefused
	RefusedByFirewall
	ICMPUnreachable
	SynAckLost
	ISNChangedMidway
	AcceptQueueOverflow
	AcceptQueueSynDrop
	AcceptOverflowAbort
	PhantomEstablished
	DeferAccept
	SynCookiesInUse
	SynFloodSuspected
	SynAckBadAck
	GhostSynAck
	RstBackscatter
	OptionStripped
	SimultaneousOpen
	SelfConnect
	TFODataInSyn
	PortReuseFast
	TimeWaitReuseAccepted
	TimeWaitChallengeAck
	TimeWaitAssassinated
	HalfOpenAfterReboot
	StuckCloseWait
	StuckFinWait2
	FinWait2Expired
	LateDataAfterClose
	FinRetransmitted
	StuckFinWait1
	StuckLastAck
	StuckClosing
	StuckSynReceived
	SimultaneousClose
	HalfCloseInUse
	RstUnreadData
	RstAbortiveClose
	RstInjectedSuspect
	ConntrackInvalidRst
	NATIdleTimeout
	KeepaliveFailing
	ZeroWindowStall
	RetransmissionTimeout
	MSSBlackhole
	AsymmetricCapture
	MidstreamPickup
	CaptureLoss
	DuplicateCapture
	BadFlagCombo
	lastOfPackets = BadFlagCombo
)

const (
	CloseWaitWithUnread ID = lastOfPackets + 1 + iota
	CloseWaitPilingUp
	EstablishedMany
	SynReceivedMany
	AcceptQueueFull
	TimeWaitMany
	FinWait2Orphans
	WireAndKernelDisagree
	numIDs
)

// Rule is what holds of a condition wherever it is found. All texts are in
// plain words, without a full stop at their end where they are one sentence.
type Rule struct {
	Name     string // permanent, kebab-case: what people grep for
	Severity Severity
	Title    string // what is the matter, in a few words
	Shows    string // what packets, or the socket table, show
	Fault    string // whom to look at first
	Why      string // what happens in the TCP stacks of the two ends, with its source
	Advice   string // what to do: one imperative sentence that fits on a line of a trace
	// Check is what decides where packets alone cannot, each a command to run or a
	// thing to look at, with what its answer means.
	Check []string
	// Sysctls are those that matter, without "net.ipv4." in front; none if no
	// sysctl helps.
	Sysctls []string
}

// Host reports whether only a host's socket table shows the condition.
func (id ID) Host() bool { return id > lastOfPackets && id < numIDs }

// Rule is the catalogue's entry; that of no condition is empty.
func (id ID) Rule() *Rule {
	if id >= numIDs {
		id = 0
	}
	return &catalogue[id]
}

func (id ID) String() string { return id.Rule().Name }

// Severity is how bad a condition is.
func (id ID) Severity() Severity { return id.Rule().Severity }

// All lists the conditions in the order of the catalogue.
func All() []ID {
	list := make([]ID, 0, numIDs-1)
	for id := ID(1); id < numIDs; id++ {
		list = append(list, id)
	}
	return list
}

// Lookup finds a condition by its name.
func Lookup(name string) (ID, bool) {
	for id := ID(1); id < numIDs; id++ {
		if catalogue[id].Name == name {
			return id, true
		}
	}
	return 0, false
}

// Severity grades conditions.
type Severity uint8

// The severities. Info is what one may want to know of a connection that is
// well; a warning costs somebody time or a connection; what is critical fails,
// hangs or leaks until somebody acts.
const (
	Info Severity = iota
	Warning
	Critical
)

func (s Severity) String() string {
	return [...]string{"info", "warning", "critical"}[min(s, Critical)]
}

// ParseSeverity reads the name of a severity.
func ParseSeverity(name string) (Severity, bool) {
	for s := Info; s <= Critical; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// Confidence is how sure a finding is.
type Confidence uint8

// The confidences.
const (
	Possible Confidence = iota // there are other explanations as good as this one
	Likely                     // another explanation exists, and asks for more coincidence
	Certain                    // the packets leave no other explanation
)

func (c Confidence) String() string {
	return [...]string{"possible", "likely", "certain"}[min(c, Certain)]
}

// Party is whom a finding points at.
type Party uint8

// The parties.
const (
	Nobody  Party = iota // nothing is wrong
	Client               // the end that opened
	Server               // the end that was opened to
	Network              // what is between the ends
	Capture              // the packets that we have, not those that were sent
)

func (p Party) String() string {
	return [...]string{"nobody", "client", "server", "network", "capture"}[min(p, Capture)]
}
