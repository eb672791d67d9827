package flows

// event is what a segment says of one end: that it sent something that only an
// end in certain states sends, or that it received something that moves it.
// classify.go finds events; the table below turns them into states.
type event uint8

const (
	sentSYN        event = iota
	sentSYNACK           // SYN and ACK in one segment
	sentAckOfSYN         // ACK of the peer's SYN
	gotAckOfSYN          // its own SYN was acknowledged
	sentProof            // something that only a synchronized end sends: payload, or an ACK of payload
	sentFIN              // a FIN that counts
	sentAckOfFIN         // ACK of the peer's FIN
	gotFIN               // the peer's FIN reached it, as a later segment proves
	gotAckOfFIN          // its own FIN was acknowledged
	sentRST              // it has given the connection up
	gotRST               // a RST that it accepts
	timeWaitOver         // TIME_WAIT has lasted its time
	requestExpired       // it answered the same SYN with another ISN: the first request is gone
	replaced             // the next connection on the same addresses took its place
	repeatedSYN          // the same SYN again after it was thought closed
	repeatedSYNACK       // the same SYN-ACK again after its ACK was thought delivered
	repeatedFIN          // the same FIN again after its ACK was thought delivered
	misread              // what it acknowledged it acknowledged after its own FIN, which did not come by
	denied               // a RST says that it had no socket any more when it got the last segment
	resumed              // it goes on sending after a RST: it did not send it, or did not get it
	numEvents
)

// cell is one move of the table.
type cell struct {
	to         State // Unknown: the state before this one, see resumed
	correction bool  // the move takes back a claim
	source     string
	why        string
}

func (c *cell) empty() bool { return c.source == "" }

// transitions is the state machine: for a state and an event the next state.
// A missing cell means that the event moves nothing in that state. It is data:
// every condition is classify.go's business.
//
// It follows RFC 9293 §3.3.2 (figure 5) and §3.10.7; where Linux does otherwise
// the row says so. An end that was never seen before starts in Unknown; the
// rows of Unknown say what its first evidence proves.
var transitions = [numStates][numEvents]cell{
	Unknown: {
		sentSYN:      {SynSent, false, "RFC 9293 §3.10.1", "a SYN opens actively"},
		sentSYNACK:   {SynReceived, false, "RFC 9293 §3.10.7.2", "only an end that listened answers a SYN with SYN and ACK"},
		sentAckOfSYN: {Established, false, "RFC 9293 §3.10.7.3", "it acknowledges the peer's SYN"},
		sentProof:    {Established, false, "RFC 9293 §3.10.7.4", "payload, or an ACK of payload, proves a synchronized end"},
		sentFIN:      {FinWait1, false, "RFC 9293 §3.10.4", "it closes; whether it is the first to close was not seen"},
		sentAckOfFIN: {CloseWait, false, "RFC 9293 §3.10.7.4", "it acknowledges the peer's FIN"},
		sentRST:      {Closed, false, "RFC 9293 §3.10.7.1", "a RST comes from no connection, or ends one"},
		gotRST:       {Closed, false, "RFC 9293 §3.10.7.4", "a RST reached it"},
		replaced:     {Closed, false, "RFC 9293 §3.10.7.4", "a new connection has taken its place"},
	},
	Closed: {
		sentSYN:     {SynSent, false, "RFC 9293 §3.10.1", "a SYN opens actively"},
		sentSYNACK:  {SynReceived, false, "RFC 9293 §3.10.7.2", "it listens after all"},
		repeatedSYN: {SynSent, true, "RFC 9293 §3.8.1", "it goes on trying: what was to close it did not reach it"},
		repeatedFIN: {LastAck, true, "RFC 9293 §3.8.1", "it sends its FIN again: the ACK did not reach it"},
		resumed:     {Unknown, true, "RFC 5961 §3", "it goes on: the RST was not its own, or did not reach it"},
	},
	Listen: {
		sentSYN:    {SynSent, false, "RFC 9293 §3.10.1", "a SYN opens actively"},
		sentSYNACK: {SynReceived, false, "RFC 9293 §3.10.7.2", "it answers a SYN with SYN and ACK"},
		sentRST:    {Closed, false, "RFC 9293 §3.10.7.1", "nobody listens"},
	},
	SynSent: {
		sentSYNACK:   {SynReceived, false, "RFC 9293 §3.10.7.3", "the SYNs crossed: simultaneous open"},
		sentAckOfSYN: {Established, false, "RFC 9293 §3.10.7.3", "it acknowledges the peer's SYN"},
		sentProof:    {Established, false, "RFC 9293 §3.10.7.4", "its payload was acknowledged"},
		sentRST:      {Closed, false, "RFC 9293 §3.10.7.1", "it answers the SYN-ACK with RST: it has closed meanwhile"},
		gotRST:       {Closed, false, "RFC 9293 §3.10.7.3", "its SYN was refused"},
		replaced:     {Closed, false, "RFC 9293 §3.10.7.3", "it opens anew with another ISN"},
	},
	SynReceived: {
		gotAckOfSYN:    {Established, false, "RFC 9293 §3.10.7.4 (fifth, ACK)", "its SYN was acknowledged"},
		sentProof:      {Established, false, "RFC 9293 §3.10.7.4", "it sends what only a synchronized end sends"},
		sentFIN:        {FinWait1, false, "RFC 9293 §3.10.4", "it closes before its SYN was acknowledged; Linux: Fast Open and simultaneous open only"},
		sentAckOfFIN:   {CloseWait, false, "RFC 9293 §3.10.7.4 (eighth, FIN)", "it acknowledges the peer's FIN"},
		sentRST:        {Closed, false, "RFC 9293 §3.10.7.4", "it has given up: listener closed, or accept queue full with tcp_abort_on_overflow"},
		gotRST:         {Closed, false, "RFC 9293 §3.10.7.4 (second, RST)", "back to LISTEN in the RFC; the connection itself is gone"},
		requestExpired: {Closed, false, "net/ipv4/inet_connection_sock.c, reqsk_timer_handler", "Linux forgets a request without a packet"},
		replaced:       {Closed, false, "RFC 9293 §3.10.7.4", "a new connection has taken its place"},
	},
	Established: {
		sentFIN:        {FinWait1, false, "RFC 9293 §3.10.4", "it closes first"},
		sentAckOfFIN:   {CloseWait, false, "RFC 9293 §3.10.7.4 (eighth, FIN)", "it acknowledges the peer's FIN"},
		gotFIN:         {CloseWait, false, "RFC 9293 §3.10.7.4 (eighth, FIN)", "the peer's FIN reached it"},
		denied:         {SynReceived, true, "net/ipv4/tcp_minisocks.c, tcp_check_req", "the ACK of its SYN found no socket, or no room in the accept queue"},
		sentRST:        {Closed, false, "RFC 9293 §3.10.5", "it aborts"},
		gotRST:         {Closed, false, "RFC 9293 §3.10.7.4 (second, RST)", "the peer aborts, or knows nothing of the connection"},
		repeatedSYNACK: {SynReceived, true, "RFC 9293 §3.8.1", "it sends its SYN-ACK again: the ACK was lost, or its accept queue is full (Linux)"},
		replaced:       {Closed, false, "RFC 9293 §3.5.1 (half-open)", "it opens anew: it had forgotten the connection"},
	},
	FinWait1: {
		gotAckOfFIN:  {FinWait2, false, "RFC 9293 §3.10.7.4 (fifth, ACK)", "its FIN was acknowledged"},
		sentAckOfFIN: {Closing, false, "RFC 9293 §3.10.7.4 (eighth, FIN)", "it acknowledges the peer's FIN before its own was acknowledged"},
		gotFIN:       {Closing, false, "RFC 9293 §3.10.7.4 (eighth, FIN)", "the peer's FIN reached it before its own was acknowledged"},
		sentRST:      {Closed, false, "RFC 9293 §3.10.5", "it aborts"},
		gotRST:       {Closed, false, "RFC 9293 §3.10.7.4 (second, RST)", "the peer aborts, or knows nothing of the connection"},
		replaced:     {Closed, false, "RFC 9293 §3.5.1 (half-open)", "it opens anew"},
	},
	FinWait2: {
		sentAckOfFIN: {TimeWait, false, "RFC 9293 §3.10.7.4 (eighth, FIN)", "it acknowledges the peer's FIN"},
		gotFIN:       {TimeWait, false, "RFC 9293 §3.10.7.4 (eighth, FIN)", "the peer's FIN reached it"},
		denied:       {FinWait1, true, "RFC 9293 §3.10.7.1", "the ACK of its FIN found no socket"},
		sentRST:      {Closed, false, "net/ipv4/tcp_input.c, tcp_rcv_state_process", "Linux: data for a socket that is closed already, or its FIN_WAIT_2 has timed out"},
		gotRST:       {Closed, false, "RFC 9293 §3.10.7.4 (second, RST)", "the peer aborts, or knows nothing of the connection"},
		repeatedFIN:  {FinWait1, true, "RFC 9293 §3.8.1", "it sends its FIN again: the ACK did not reach it"},
		replaced:     {Closed, false, "RFC 9293 §3.5.1 (half-open)", "it opens anew"},
	},
	CloseWait: {
		misread:  {Established, true, "RFC 9293 §3.10.7.4 (eighth, FIN)", "it had sent its own FIN before"},
		resumed:  {Unknown, true, "RFC 5961 §3", "the peer's FIN had not reached it yet"},
		sentFIN:  {LastAck, false, "RFC 9293 §3.10.4", "its application closes at last"},
		sentRST:  {Closed, false, "RFC 9293 §3.10.5", "it aborts"},
		gotRST:   {Closed, false, "RFC 9293 §3.10.7.4 (second, RST)", "the peer is gone for good"},
		replaced: {Closed, false, "RFC 9293 §3.5.1 (half-open)", "it opens anew"},
	},
	Closing: {
		resumed:     {Unknown, true, "RFC 5961 §3", "the peer's FIN had not reached it yet"},
		gotAckOfFIN: {TimeWait, false, "RFC 9293 §3.10.7.4 (fifth, ACK)", "its FIN was acknowledged"},
		sentRST:     {Closed, false, "RFC 9293 §3.10.5", "it aborts"},
		gotRST:      {Closed, false, "RFC 9293 §3.10.7.4 (second, RST)", "the peer is gone"},
		replaced:    {Closed, false, "RFC 9293 §3.5.1 (half-open)", "it opens anew"},
	},
	LastAck: {
		gotAckOfFIN: {Closed, false, "RFC 9293 §3.10.7.4 (fifth, ACK)", "its FIN was acknowledged"},
		sentRST:     {Closed, false, "RFC 9293 §3.10.5", "it aborts"},
		gotRST:      {Closed, false, "RFC 9293 §3.10.7.4 (second, RST)", "the peer is gone"},
		replaced:    {Closed, false, "RFC 9293 §3.5.1 (half-open)", "it opens anew"},
	},
	TimeWait: {
		resumed:      {Unknown, true, "RFC 5961 §3", "the peer's FIN had not reached it yet"},
		timeWaitOver: {Closed, false, "include/net/tcp.h, TCP_TIMEWAIT_LEN", "Linux: 60 s, where the RFC asks for two maximum segment lifetimes"},
		gotRST:       {Closed, false, "RFC 1337 §3", "Linux lets a RST end TIME_WAIT unless tcp_rfc1337 is set"},
		sentRST:      {Closed, false, "RFC 9293 §3.10.7.1", "it knows nothing of the connection any more"},
		repeatedFIN:  {Closing, true, "RFC 9293 §3.8.1", "it sends its FIN again: the ACK did not reach it"},
		denied:       {Closing, true, "RFC 9293 §3.10.7.1", "the ACK of its FIN found no socket"},
		replaced:     {Closed, false, "RFC 9293 §3.10.7.4 (TIME-WAIT, SYN)", "a new connection may take over from TIME_WAIT, RFC 6191"},
	},
}
