package truth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"tcptrace/flows"
	"tcptrace/tracer"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/sink/jsonl"
)

// told is what is read of a line of JSON output, whatever event it is.
type told struct {
	Event      string
	Flow       flows.FlowID
	Client     string
	Server     string
	End        string
	To         string
	Correction bool

	ClientHistory []string `json:"client_history"`
	ServerHistory []string `json:"server_history"`
	ClientState   string   `json:"client_state"`
	ServerState   string   `json:"server_state"`
	Outcome       string

	TCP       uint64
	Flows     int
	ByOutcome map[string]int `json:"by_outcome"`
}

// listener is one end of one flow, as JSON names it. A socket that is connected
// to itself is two of them.
type listener struct {
	flow      flows.FlowID
	addr, end string
}

func (o *told) at(end string) listener {
	if o.Client == o.Server {
		return listener{o.Flow, o.Client, end}
	}
	return listener{o.Flow, map[string]string{"client": o.Client, "server": o.Server}[end], ""}
}

// TestTruthJSON reads the three ways as they are printed: transitions, flows
// and the summary say the same, and the same as the replay that is measured.
func TestTruthJSON(t *testing.T) {
	for _, r := range replays(t) {
		histories := make(map[listener][]string)
		outcomes := make(map[string]int)
		for _, o := range printed(t, r.Name) {
			switch o.Event {
			case "transition":
				at := o.at(o.End)
				histories[at] = follow(histories[at], o.To, o.Correction)
			case "flow":
				outcomes[o.Outcome]++
				checkEnd(t, r.Name, histories[o.at("client")], o.ClientHistory, o.ClientState)
				checkEnd(t, r.Name, histories[o.at("server")], o.ServerHistory, o.ServerState)
			case "summary":
				for outcome, n := range o.ByOutcome {
					if n != outcomes[outcome] {
						t.Errorf("%s: the summary has %d flows %s, the flows say %d", r.Name, n, outcome, outcomes[outcome])
					}
				}
				if o.Flows != len(r.Records) || o.TCP != r.Summary.TCP {
					t.Errorf("%s: the summary has %d flows and %d segments, want %d and %d", r.Name, o.Flows, o.TCP, len(r.Records), r.Summary.TCP)
				}
			}
		}
	}
}

// printed is what the command prints for a capture with --json.
func printed(t *testing.T, name string) []told {
	t.Helper()
	f, err := capture.OpenFile([]string{filepath.Join(pairs, name+".pcap")}, capture.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := tracer.Run(context.Background(), tracer.Options{Source: f, Sink: jsonl.New(&b, jsonl.Options{})}); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var list []told
	for d := json.NewDecoder(&b); d.More(); {
		var o told
		if err := d.Decode(&o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		list = append(list, o)
	}
	return list
}

// follow adds a state to a history, or goes back to it.
func follow(history []string, to string, correction bool) []string {
	if !correction {
		return append(history, to)
	}
	for len(history) > 0 && history[len(history)-1] != to {
		history = history[:len(history)-1]
	}
	return history
}

// checkEnd compares what the transitions of an end lead to with its record.
func checkEnd(t *testing.T, name string, transitions, history []string, state string) {
	t.Helper()
	last := flows.Unknown.String()
	if n := len(transitions); n > 0 {
		last = transitions[n-1]
	}
	if len(history) < flows.MaxHistory && !slices.Equal(transitions, history) || state != last {
		t.Errorf("%s: the transitions lead through %v, the flow says %v and ends in %v", name, transitions, history, state)
	}
}
