package capture

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/google/gopacket/pcap"
)

// Device is an interface that libpcap can capture on.
type Device struct {
	Number      int // from 1, in libpcap's order; OpenLive takes it for a name
	Name        string
	Description string   // often empty
	Flags       []string // Up, Running, Loopback, Wireless, Connected, Disconnected
}

// What libpcap says of a device (pcap_findalldevs(3PCAP)).
const (
	deviceLoopback     = 0x1
	deviceUp           = 0x2
	deviceRunning      = 0x4
	deviceWireless     = 0x8
	deviceStatus       = 0x30 // mask
	deviceConnected    = 0x10
	deviceDisconnected = 0x20
)

// Devices lists the interfaces, the one that libpcap would choose first.
func Devices() ([]Device, error) {
	all, err := pcap.FindAllDevs()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	var devices []Device
	for i, d := range all {
		devices = append(devices, Device{
			Number: i + 1, Name: d.Name, Description: d.Description, Flags: deviceFlags(d.Flags),
		})
	}
	return devices, nil
}

// deviceFlags are the words of tcpdump -D, in its order.
func deviceFlags(bits uint32) []string {
	var words []string
	add := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	add(bits&deviceUp != 0, "Up")
	add(bits&deviceRunning != 0, "Running")
	add(bits&deviceLoopback != 0, "Loopback")
	add(bits&deviceWireless != 0, "Wireless")
	add(bits&deviceStatus == deviceConnected, "Connected")
	add(bits&deviceStatus == deviceDisconnected, "Disconnected")
	return words
}

// resolveDevices puts the default for no name, and a name for a number of
// Devices. A name that is given twice counts once, or each of its packets would
// look like a retransmission.
func resolveDevices(names []string) ([]string, error) {
	if len(names) == 0 {
		names = []string{"1"}
	}
	var out []string
	for _, name := range names {
		name, err := resolveDevice(name)
		if err != nil {
			return nil, fmt.Errorf("open interface %q: %w", name, err)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

func resolveDevice(name string) (string, error) {
	number, err := strconv.Atoi(name)
	if err != nil {
		return name, nil
	}
	devices, err := Devices()
	if err != nil {
		return name, err
	}
	for _, d := range devices {
		if d.Name == name || d.Number == number {
			return d.Name, nil
		}
	}
	return name, ErrNoDevice
}
