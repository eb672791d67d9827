package flows_test

import (
	"testing"

	"tcptrace/flows"
)

func TestSide(t *testing.T) {
	if flows.Client.Peer() != flows.Server || flows.Server.Peer() != flows.Client {
		t.Error("the ends are not each other's peers")
	}
	if flows.Client.String() != "client" || flows.Server.String() != "server" {
		t.Errorf("the sides are %v and %v", flows.Client, flows.Server)
	}
}
