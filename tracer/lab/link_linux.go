package lab

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// device is the name of the one device of either namespace.
const device = "lab0"

// Settings that every namespace of the lab gets.
var settings = [][2]string{
	{"net.ipv4.tcp_max_tw_buckets", "262144"},       // TIME_WAIT is never cut short
	{"net.ipv4.tcp_congestion_control", "reno"},     // the one that every namespace may choose
	{"net.ipv4.tcp_rmem", "4096 131072 6291456"},    // windows do not depend on the machine's memory
	{"net.ipv4.ip_local_port_range", "32768 60999"}, // scenarios bind their own ports
	{"net.ipv6.conf.all.accept_ra", "0"},            // no packets but those of the scenario
	{"net.ipv6.conf.default.router_solicitations", "0"},
	{"net.ipv6.conf.default.accept_dad", "0"},
	{"net.ipv6.conf.default.addr_gen_mode", "1"},
}

// hardware are the Ethernet addresses of the ends, fixed so that no ARP is
// needed.
var hardware = [2]string{"02:00:00:00:00:01", "02:00:00:00:00:02"}

// prepare makes the settings of a namespace.
func (s *space) prepare() error {
	for _, kv := range settings {
		if err := s.set(kv[0], kv[1]); err != nil {
			return err
		}
	}
	return s.ip("link set lo up")
}

// joinByVeth joins the two namespaces by a pair of Ethernet devices.
func joinByVeth(ends [2]*space, at [2]addresses) error {
	err := ends[0].ip(fmt.Sprintf("link add %s address %s type veth peer name %s address %s netns %s",
		device, hardware[0], device, hardware[1], ends[1].path()))
	if err != nil {
		return err
	}
	for side, end := range ends {
		peer := flows.Side(side).Peer()
		err := end.ip(
			fmt.Sprintf("link set %s up", device),
			fmt.Sprintf("addr add %s/24 dev %s", at[side].v4, device),
			fmt.Sprintf("addr add %s/64 dev %s nodad", at[side].v6, device),
			fmt.Sprintf("neigh replace %s lladdr %s dev %s nud permanent", at[peer].v4, hardware[peer], device),
			fmt.Sprintf("neigh replace %s lladdr %s dev %s nud permanent", at[peer].v6, hardware[peer], device),
		)
		if err != nil {
			return err
		}
	}
	return nil
}

// joinByLoopback puts both ends into one namespace.
func joinByLoopback(s *space, at [2]addresses) error {
	var commands []string
	for _, a := range at {
		commands = append(commands, fmt.Sprintf("addr add %s/32 dev lo", a.v4), fmt.Sprintf("addr add %s/128 dev lo nodad", a.v6))
	}
	return s.ip(commands...)
}

// openTUN makes a device of which this program is the wire: what the end sends
// can be read from the file, what is written to it the end receives.
func openTUN(s *space, own addresses) (*os.File, error) {
	var file *os.File
	err := s.do(func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		if err != nil {
			return fmt.Errorf("open /dev/net/tun: %w", err)
		}
		request, err := unix.NewIfreq(device)
		if err == nil {
			request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
			err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
		}
		if err != nil {
			unix.Close(fd)
			return fmt.Errorf("make a TUN device: %w", err)
		}
		file = os.NewFile(uintptr(fd), "/dev/net/tun")
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.ip(
		fmt.Sprintf("link set %s txqueuelen 5000 up", device),
		fmt.Sprintf("addr add %s/24 dev %s", own.v4, device),
		fmt.Sprintf("addr add %s/64 dev %s nodad", own.v6, device),
	)
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
