package census

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// The objects of a line are a contract of their own: fields are only ever
// added.
type (
	jsonCensus struct {
		V            int            `json:"v"`
		Event        string         `json:"event"`
		Time         string         `json:"time"`
		Host         string         `json:"host"`
		Namespace    string         `json:"namespace,omitempty"`
		Sockets      int            `json:"sockets"`
		HiddenOwners int            `json:"hidden_owners"`
		Partial      bool           `json:"partial"`
		ByState      map[string]int `json:"by_state"`
		Orphans      map[string]int `json:"orphans"`
		Listeners    []jsonListener `json:"listeners"`
		Owners       []jsonHolder   `json:"owners"`
		Stuck        []jsonSocket   `json:"stuck"`
	}
	jsonListener struct {
		Local   string         `json:"local"`
		Owner   *jsonOwner     `json:"owner,omitempty"`
		Sockets int            `json:"sockets"`
		Queue   uint64         `json:"queue"`
		Backlog uint64         `json:"backlog"`
		Full    bool           `json:"full"`
		ByState map[string]int `json:"by_state"`
	}
	jsonHolder struct {
		PID     int            `json:"pid,omitempty"`
		Command string         `json:"command,omitempty"`
		Unit    string         `json:"unit,omitempty"`
		UID     uint32         `json:"uid"`
		Sockets int            `json:"sockets"`
		ByState map[string]int `json:"by_state"`
	}
	jsonSocket struct {
		Local  string     `json:"local"`
		Remote string     `json:"remote"`
		State  string     `json:"state"`
		Age    float64    `json:"age_at_least"`
		RecvQ  uint32     `json:"recv_queue"`
		SendQ  uint32     `json:"send_queue"`
		Unread uint32     `json:"unread"`
		Orphan bool       `json:"orphan"`
		UID    uint32     `json:"uid"`
		Owner  *jsonOwner `json:"owner,omitempty"`
		Kill   string     `json:"kill"`
	}
	jsonOwner struct {
		PID     int    `json:"pid"`
		Command string `json:"command"`
		FD      int    `json:"fd"`
		Unit    string `json:"unit,omitempty"`
	}
	jsonSummary struct {
		V        int            `json:"v"`
		Event    string         `json:"event"`
		Sockets  int            `json:"sockets"`
		ByState  map[string]int `json:"by_state"`
		Findings map[string]int `json:"findings"`
	}
)

// JSON writes a census as one line, without its findings.
func JSON(w io.Writer, c *Census, o *Options) error {
	n := count(c, o)
	out := jsonCensus{
		V: 1, Event: "sockets", Time: c.Time.UTC().Format("2006-01-02T15:04:05.000000000Z07:00"), Host: c.Host,
		Namespace: c.Namespace, Sockets: n.states.total(), HiddenOwners: n.hidden, Partial: c.Partial,
		ByState: n.states.object(), Orphans: n.orphans.object(),
		Listeners: []jsonListener{}, Owners: []jsonHolder{}, Stuck: []jsonSocket{},
	}
	for _, l := range n.listeners {
		out.Listeners = append(out.Listeners, jsonListener{
			Local: l.local.String(), Owner: ownerObject(&l.owner), Sockets: l.sockets, Queue: l.queue, Backlog: l.backlog,
			Full: l.full, ByState: l.states.object(),
		})
	}
	for _, h := range n.owners {
		out.Owners = append(out.Owners, jsonHolder{
			PID: h.PID, Command: h.Command, Unit: h.Unit, UID: h.uid, Sockets: h.states.total(), ByState: h.states.object(),
		})
	}
	for _, s := range n.stuck {
		out.Stuck = append(out.Stuck, c.socketObject(s))
	}
	return writeLine(w, out)
}

// Summary writes the last line.
func Summary(w io.Writer, c *Census, o *Options) error {
	n := count(c, o)
	findings := make(map[string]int)
	for i := range c.Findings {
		findings[c.Findings[i].ID.String()]++
	}
	return writeLine(w, jsonSummary{1, "summary", n.states.total(), n.states.object(), findings})
}

func (c *Census) socketObject(s *diagnose.Socket) jsonSocket {
	return jsonSocket{
		Local: s.Local.String(), Remote: s.Remote.String(), State: s.State.String(),
		Age: s.Age.Round(time.Millisecond).Seconds(), RecvQ: s.RecvQ, SendQ: s.SendQ, Unread: s.Unread(),
		Orphan: s.Orphan && !s.Queued(), UID: s.UID, Owner: ownerObject(&s.Owner), Kill: c.kill(s),
	}
}

func ownerObject(o *diagnose.Owner) *jsonOwner {
	if o.PID == 0 {
		return nil
	}
	return &jsonOwner{o.PID, o.Command, o.FD, o.Unit}
}

// object has the states that occur.
func (s *states) object() map[string]int {
	m := make(map[string]int)
	for state, n := range s {
		if n > 0 {
			m[flows.State(state).String()] = n
		}
	}
	return m
}

// writeLine writes one object. encoding/json leaves DEL and the C1 controls
// alone, which terminals obey; they occur in strings only.
func writeLine(w io.Writer, object any) error {
	raw, err := json.Marshal(object)
	if err != nil {
		return err
	}
	line := make([]byte, 0, len(raw)+1)
	for _, r := range string(raw) {
		if r >= 0x7f && r < 0xa0 {
			line = fmt.Appendf(line, `\u%04x`, r)
			continue
		}
		line = append(line, string(r)...)
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
