package main

import (
	"fmt"
	"net/netip"
	"strings"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/host"
)

// machine is this host as a live trace asks it: its sockets, and who owns them.
type machine struct {
	host   *host.Host
	owners *host.OwnerCache
	warden *host.Warden // looks for owners
	local  map[netip.Addr]bool
	kernel diagnose.Kernel
	passes func(a, b netip.AddrPort) bool // the trace's filter
	bound  map[netip.Addr]bool            // addresses of the traced interfaces; nil: all
	loop   bool                           // the loopback interface is traced
}

// newMachine asks what must be asked in the trace's network namespace. Without
// an answer there is no machine, and the trace goes on by packets alone.
func newMachine(src *source, filter string) (*machine, error) {
	m := &machine{warden: src.warden}
	err := src.namespace.Do(func() (err error) {
		if m.host, err = host.Open(host.Options{}); err != nil {
			return err
		}
		if m.local, err = host.Local(); err != nil {
			return err
		}
		m.kernel = host.Kernel("/proc")
		m.bound, m.loop, err = boundTo(src.interfaces)
		return err
	})
	if err != nil {
		return nil, err
	}
	m.owners = host.NewOwnerCache(func() (owners host.Owners, err error) {
		m.warden.Do(func() { owners, err = m.host.Owners() })
		return owners, err
	})
	m.passes, err = capture.Connections(filter)
	return m, err
}

// boundTo are the addresses of interfaces; nil for all of them.
func boundTo(interfaces []string) (bound map[netip.Addr]bool, loop bool, err error) {
	bound = make(map[netip.Addr]bool)
	for _, name := range interfaces {
		if name == "any" {
			return nil, true, nil
		}
		addresses, err := host.AddressesOf(name)
		if err != nil {
			return nil, true, nil // not one of Linux's network devices
		}
		for _, a := range addresses {
			bound[a] = true
			loop = loop || a.IsLoopback()
		}
	}
	return bound, loop, nil
}

// close is for when the trace is over.
func (m *machine) close() error {
	if m == nil {
		return nil
	}
	return m.host.Close()
}

// timers are those of the host with an address.
func (m *machine) timers(a netip.Addr) diagnose.Kernel {
	if m != nil && m.local[a] {
		return m.kernel
	}
	return diagnose.LinuxDefaults()
}

// Local implements diagnose.Host.
func (m *machine) Local(a netip.Addr) bool { return m.local[a] }

// Traced implements tracer.Host. What two addresses of this host say to each
// other goes over the loopback interface, whichever addresses they are.
func (m *machine) Traced(local, remote netip.AddrPort) bool {
	if !m.passes(local, remote) {
		return false
	}
	switch {
	case m.bound == nil:
		return true
	case m.local[remote.Addr()]:
		return m.loop
	}
	return m.bound[local.Addr()]
}

// foreign reports whether an address is none of this host's: then there is no
// socket to ask the kernel for, and a flood would ask 200,000 times.
func (m *machine) foreign(a netip.Addr) bool {
	return !m.local[a] && !a.IsLoopback() && !a.IsUnspecified()
}

// Socket implements diagnose.Host.
func (m *machine) Socket(local, remote netip.AddrPort) (diagnose.Socket, bool) {
	if m.foreign(local.Addr()) {
		return diagnose.Socket{}, false
	}
	s, ok, err := m.host.Socket(local, remote)
	if err != nil || !ok {
		return diagnose.Socket{}, false
	}
	return m.owned(&s), true
}

// Listener implements diagnose.Host.
func (m *machine) Listener(local netip.AddrPort) (diagnose.Socket, bool) {
	if m.foreign(local.Addr()) {
		return diagnose.Socket{}, false
	}
	s, ok, err := m.host.Socket(local, netip.AddrPort{})
	if err != nil || !ok || s.State != flows.Listen {
		return diagnose.Socket{}, false
	}
	return m.owned(&s), true
}

// Sockets implements tracer.Host. Their owners are looked for when they are
// needed.
func (m *machine) Sockets() ([]diagnose.Socket, error) {
	all, err := m.host.Sockets()
	if err != nil {
		return nil, err
	}
	list := make([]diagnose.Socket, len(all.Sockets))
	for i := range all.Sockets {
		list[i] = plainSocket(&all.Sockets[i], nil, m.kernel)
	}
	return list, nil
}

// owned is a socket with its owner; of one that waits for accept() the owner is
// its listener's.
func (m *machine) owned(s *host.Socket) diagnose.Socket {
	owners, _ := m.owners.Lookup(s.Inode)
	d := plainSocket(s, owners, m.kernel)
	if d.Queued() {
		if l, ok, err := m.host.Socket(s.Local, netip.AddrPort{}); err == nil && ok {
			owners, _ = m.owners.Lookup(l.Inode)
			d.Owner = plainSocket(&l, owners, m.kernel).Owner
		}
	}
	return d
}

// asHost is the machine as the trace wants it: nil if there is none.
func (m *machine) asHost() tracer.Host {
	if m == nil {
		return nil
	}
	return m
}

// tookOver says what was there before the trace.
func (p *program) tookOver(took tracer.Took) {
	var total int
	var states []string
	for state, n := range took {
		if n > 0 {
			total += n
			states = append(states, fmt.Sprintf("%d %v", n, flows.State(state)))
		}
	}
	if total > 0 {
		p.tell(fmt.Sprintf("sockets that were there before: %d (%s)", total, strings.Join(states, ", ")))
	}
}
