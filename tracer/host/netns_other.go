//go:build !linux

package host

import "fmt"

// Namespace needs Linux; only the nil one exists here, which is no other than
// that of the process.
type Namespace struct{}

// OpenNamespace needs Linux.
func OpenNamespace(name string) (*Namespace, error) {
	return nil, fmt.Errorf("open network namespace %q: %w", name, ErrNotSupported)
}

// Name is empty.
func (*Namespace) Name() string { return "" }

// Do runs f.
func (*Namespace) Do(f func() error) error { return f() }

// Close does nothing.
func (*Namespace) Close() error { return nil }
