package host

import (
	"fmt"
	"net"
	"net/netip"
)

// Local is the set of this host's addresses, those of all its interfaces.
func Local() (map[netip.Addr]bool, error) {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("list the addresses of this host: %w", err)
	}
	local := make(map[netip.Addr]bool, len(addresses))
	for _, a := range addresses {
		if network, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(network.IP); ok {
				local[ip.Unmap()] = true
			}
		}
	}
	return local, nil
}

// AddressesOf are the addresses of one interface.
func AddressesOf(name string) ([]netip.Addr, error) {
	device, err := net.InterfaceByName(name)
	if err != nil {
		return nil, fmt.Errorf("interface %s: %w", name, err)
	}
	addresses, err := device.Addrs()
	if err != nil {
		return nil, fmt.Errorf("list the addresses of %s: %w", name, err)
	}
	var list []netip.Addr
	for _, a := range addresses {
		if network, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(network.IP); ok {
				list = append(list, ip.Unmap())
			}
		}
	}
	return list, nil
}
