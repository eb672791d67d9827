//go:build !linux

package capture

import (
	"errors"
	"fmt"
)

// FindUser knows none: see DropPrivileges.
func FindUser(name string, _ func(string) string) (User, error) {
	if name == "" {
		return User{}, nil
	}
	return User{}, fmt.Errorf("give up root for %q: %w", name, errors.ErrUnsupported)
}

// DropPrivileges does nothing: elsewhere the right to capture belongs to a
// device file and not to root.
func DropPrivileges(User, func() error) error { return nil }
