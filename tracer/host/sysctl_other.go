//go:build !linux

package host

// OpenSysctls needs Linux.
func OpenSysctls(string) (Sysctls, error) { return Sysctls{}, ErrNotSupported }
