package main

import (
	"runtime"
	"runtime/debug"

	"github.com/google/gopacket/pcap"
)

// version is what the linker was told (-X main.version=...).
var version string

// versionLine is what was built, of what, and with which libpcap it runs.
func versionLine() string {
	name := version
	if info, ok := debug.ReadBuildInfo(); ok && name == "" {
		name = info.Main.Version // go install knows it, go build mostly
	}
	return "tcptrace " + name + " (" + runtime.Version() + ", " + pcap.Version() + ")"
}
