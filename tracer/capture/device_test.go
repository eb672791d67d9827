package capture

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDeviceFlags(t *testing.T) {
	tests := []struct {
		name string
		bits uint32
		want []string
	}{
		{"none", 0, nil},
		{"ethernet", deviceUp | deviceRunning | deviceConnected, []string{"Up", "Running", "Connected"}},
		{"loopback", deviceUp | deviceRunning | deviceLoopback | deviceStatus, []string{"Up", "Running", "Loopback"}},
		{"unplugged", deviceUp | deviceDisconnected, []string{"Up", "Disconnected"}},
		{"wireless", deviceWireless, []string{"Wireless"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(deviceFlags(tt.bits), tt.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}
