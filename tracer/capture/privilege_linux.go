package capture

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// nobody is the user and the group that own nothing, on every distribution.
const nobody = 65534

// DropPrivileges gives up root for good, for the user who called sudo (as
// SUDO_UID and SUDO_GID in getenv say) or for nobody. Open handles go on
// capturing. It does nothing when the process is not root's.
func DropPrivileges(getenv func(string) string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid := dropTo(getenv)
	// The user goes last: without root, the groups cannot be changed.
	if err := syscall.Setgroups([]int{gid}); err != nil {
		return fmt.Errorf("drop root: set groups: %w", err)
	}
	if err := syscall.Setgid(gid); err != nil {
		return fmt.Errorf("drop root: set group %d: %w", gid, err)
	}
	if err := syscall.Setuid(uid); err != nil {
		return fmt.Errorf("drop root: set user %d: %w", uid, err)
	}
	if syscall.Setuid(0) == nil {
		return errors.New("drop root: it can be taken again")
	}
	return nil
}

// dropTo is the user and group of sudo's caller, if that is not root either.
func dropTo(getenv func(string) string) (uid, gid int) {
	uid, errUID := strconv.Atoi(getenv("SUDO_UID"))
	gid, errGID := strconv.Atoi(getenv("SUDO_GID"))
	if errUID != nil || errGID != nil || uid <= 0 || gid <= 0 {
		return nobody, nobody
	}
	return uid, gid
}
