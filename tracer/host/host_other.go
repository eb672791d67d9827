//go:build !linux

package host

import "net/netip"

// Host needs Linux.
type Host struct{}

// Open needs Linux.
func Open(Options) (*Host, error) { return nil, ErrNotSupported }

// Close needs Linux.
func (h *Host) Close() error { return ErrNotSupported }

// Sockets needs Linux.
func (h *Host) Sockets() (Snapshot, error) { return Snapshot{}, ErrNotSupported }

// Socket needs Linux.
func (h *Host) Socket(_, _ netip.AddrPort) (Socket, bool, error) {
	return Socket{}, false, ErrNotSupported
}

// Owners needs Linux.
func (h *Host) Owners() (Owners, error) { return Owners{}, ErrNotSupported }

// OwnersOf needs Linux.
func (h *Host) OwnersOf(...uint64) (Owners, error) { return Owners{}, ErrNotSupported }

// Counters needs Linux.
func (h *Host) Counters() (Counters, error) { return nil, ErrNotSupported }
