package flows

import "testing"

func TestNameText(t *testing.T) {
	tests := []struct {
		name Name
		want string
	}{
		{Name{'J', 0}, "J"},
		{Name{'K', 1}, "K+1"},
		{Name{'M', 1}, "M+1"},
		{Name{'N', 4_294_967_295}, "N+4294967295"},
		{Name{0, 12345}, "12345"},
		{Name{0, 0}, "0"},
	}
	for _, tt := range tests {
		if got, err := tt.name.AppendText(nil); string(got) != tt.want || err != nil {
			t.Errorf("%v is written %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestLabelText(t *testing.T) {
	tests := []struct {
		name            string
		label           Label
		text, withCheck string
	}{
		{"SYN", Label{Flags: SYN, Seq: Name{'J', 0}}, "SYN(J)", "SYN(J)"},
		{"SYN-ACK that is right",
			Label{Flags: SYN | ACK, Seq: Name{'K', 0}, Ack: Name{'J', 1}, Check: CheckRight},
			"SYN(K)+ACK(J+1)", "SYN(K) ACK(J+1) ✓"},
		{"SYN-ACK that is wrong",
			Label{Flags: SYN | ACK, Seq: Name{'K', 0}, Ack: Name{'J', 7}, Check: CheckWrong, Want: Name{'J', 1}},
			"SYN(K)+ACK(J+7)", "SYN(K) ACK(J+7) ✗ expected J+1"},
		{"Fast Open: the payload lies behind the SYN", Label{Flags: SYN, Length: 5, Seq: Name{'J', 0}},
			"SYN(J)+DATA(J+1)", "SYN(J) DATA(J+1)"},
		{"payload, FIN and ACK",
			Label{Flags: FIN | PSH | ACK, Length: 9, Seq: Name{'J', 10}, FIN: Name{'M', 0}, Ack: Name{'K', 1}},
			"DATA(J+10)+FIN(M)+ACK(K+1)", "DATA(J+10) FIN(M) ACK(K+1)"},
		{"RST", Label{Flags: RST | ACK, Seq: Name{'K', 1}, Ack: Name{'J', 1}}, "RST(K+1)+ACK(J+1)", "RST(K+1) ACK(J+1)"},
		{"no flag at all", Label{}, "NONE", "NONE"},
		{"only flags that say nothing", Label{Flags: PSH | URG}, "NONE", "NONE"},
		{"time", Label{Timer: true}, "timer", "timer"},
		{"ICMP", Label{ICMP: &ICMPError{Type: 3, Code: 13}}, "ICMP(3/13)", "ICMP(3/13)"},
		{"ICMPv6", Label{ICMP: &ICMPError{V6: true, Type: 1}}, "ICMPv6(1/0)", "ICMPv6(1/0)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.label.String(); got != tt.text {
				t.Errorf("String() = %q, want %q", got, tt.text)
			}
			if got := string(tt.label.AppendWords([]byte("> "))); got != "> "+tt.withCheck {
				t.Errorf("AppendWords() = %q, want %q", got, "> "+tt.withCheck)
			}
		})
	}
}
