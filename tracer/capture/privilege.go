package capture

import (
	"errors"
	"fmt"
	"reflect"
)

var (
	// ErrPermission is why an interface cannot be opened without root or
	// CAP_NET_RAW.
	ErrPermission = errors.New("no permission to capture")
	// ErrNoDevice is why an interface cannot be opened that does not exist.
	ErrNoDevice = errors.New("no such device")
	// ErrNoUser is why root cannot be given up for a user who does not exist.
	ErrNoUser = errors.New("no such user")
)

// User is for whom root is given up.
type User struct{ UID, GID int }

// What pcap_activate(3PCAP) returns; gopacket has it as the number of an error
// of a type that it does not export.
const (
	activateWarning       = 1
	activatePromiscuous   = 2 // captures, but not promiscuously
	activateError         = -1
	activateNoDevice      = -5
	activateDenied        = -8
	activateDeniedPromisc = -11
)

// activateStatus is the number behind an error of gopacket's Activate, or
// activateError for any other.
func activateStatus(err error) int {
	if v := reflect.ValueOf(err); v.CanInt() {
		return int(v.Int())
	}
	return activateError
}

// activateFailed puts a failed activation into words: text is libpcap's.
func activateFailed(status int, text string) error {
	switch status {
	case activateNoDevice:
		return ErrNoDevice
	case activateDenied, activateDeniedPromisc:
		return fmt.Errorf("%w: %s", ErrPermission, text)
	}
	return errors.New(text)
}
