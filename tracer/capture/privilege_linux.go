package capture

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// nobody is the user and the group that own nothing, on every distribution.
const nobody = 65534

// FindUser is the user of a name or a number; without one the user who called
// sudo, as SUDO_UID and SUDO_GID in getenv say, or else nobody. It is never
// root.
func FindUser(name string, getenv func(string) string) (User, error) {
	if name == "" {
		return sudoCaller(getenv), nil
	}
	u, err := lookUp(name)
	if err != nil {
		return User{}, fmt.Errorf("give up root for %q: %w", name, err)
	}
	return u, nil
}

func lookUp(name string) (User, error) {
	found, err := user.Lookup(name)
	if err != nil {
		found, err = user.LookupId(name)
	}
	if err != nil {
		uid, notNumber := strconv.ParseUint(name, 10, 31)
		if notNumber != nil {
			return User{}, ErrNoUser
		}
		// Whom no file lists has no group either.
		found = &user.User{Uid: strconv.FormatUint(uid, 10), Gid: strconv.Itoa(nobody)}
	}
	uid, errUID := strconv.Atoi(found.Uid)
	gid, errGID := strconv.Atoi(found.Gid)
	if err := errors.Join(errUID, errGID); err != nil {
		return User{}, err
	}
	if uid == 0 {
		return User{}, errors.New("that is root")
	}
	return User{uid, gid}, nil
}

// sudoCaller is who called sudo, if that is not root either.
func sudoCaller(getenv func(string) string) User {
	uid, errUID := strconv.Atoi(getenv("SUDO_UID"))
	gid, errGID := strconv.Atoi(getenv("SUDO_GID"))
	if errUID != nil || errGID != nil || uid <= 0 || gid <= 0 {
		return User{nobody, nobody}
	}
	return User{uid, gid}
}

// DropPrivileges gives up root for good, on all threads. Open handles go on
// capturing. A thread that keeps capabilities over it is restricted by then,
// which may be nil. It does nothing when the process is not root's.
func DropPrivileges(u User, then func() error) error {
	if os.Geteuid() != 0 {
		return nil
	}
	// The user goes last: without root, the groups cannot be changed.
	if err := syscall.Setgroups([]int{u.GID}); err != nil {
		return fmt.Errorf("drop root: set groups: %w", err)
	}
	if err := syscall.Setgid(u.GID); err != nil {
		return fmt.Errorf("drop root: set group %d: %w", u.GID, err)
	}
	if err := syscall.Setuid(u.UID); err != nil {
		return fmt.Errorf("drop root: set user %d: %w", u.UID, err)
	}
	if then != nil {
		if err := then(); err != nil {
			return fmt.Errorf("drop root: %w", err)
		}
	}
	if syscall.Setuid(0) == nil {
		return errors.New("drop root: it can be taken again")
	}
	return nil
}
