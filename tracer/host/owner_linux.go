package host

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Owners reads who holds which socket: the descriptors of all processes, and
// of their threads where those have tables of their own.
func (h *Host) Owners() (Owners, error) { return h.owners(nil) }

// OwnersOf reads who holds these sockets, and stops when each has an owner: a
// further process that holds one too may then be missing.
func (h *Host) OwnersOf(inodes ...uint64) (Owners, error) {
	wanted := make(map[uint64]bool, len(inodes))
	for _, inode := range inodes {
		if inode != 0 {
			wanted[inode] = true
		}
	}
	if len(wanted) == 0 {
		return Owners{}, nil
	}
	return h.owners(wanted)
}

func (h *Host) owners(wanted map[uint64]bool) (Owners, error) {
	pids, err := numbers(h.proc)
	if err != nil {
		return Owners{}, fmt.Errorf("list the processes of this host: %w", err)
	}
	slices.Sort(pids)
	s := scan{same: h.same, wanted: wanted, Owners: Owners{ByInode: make(map[uint64][]Owner)}}
	for _, pid := range pids {
		s.process(filepath.Join(h.proc, strconv.Itoa(pid)), pid)
		if wanted != nil && len(s.ByInode) == len(wanted) {
			break
		}
	}
	return s.Owners, nil
}

// scan is one reading of /proc.
type scan struct {
	Owners
	same   sameTable
	wanted map[uint64]bool // nil: all
	folder string          // of the process that is being read
	link   [64]byte        // "socket:[4294967295]" and longer ones, which are no sockets
}

// sameTable says whether two threads have one table of descriptors.
type sameTable func(a, b task) bool

// task is a thread: its folder and its number.
type task struct {
	folder string
	id     int
}

// process adds the sockets of a process. One that ends meanwhile has none.
func (s *scan) process(folder string, pid int) {
	s.folder = folder
	leader := task{folder, pid}
	owner := Owner{PID: pid}
	if err := s.table(leader, &owner); err != nil {
		if errors.Is(err, os.ErrPermission) && !withoutDescriptors(folder) {
			s.Hidden++
		}
		return
	}
	tids, err := numbers(filepath.Join(folder, "task"))
	if err != nil || len(tids) < 2 {
		return
	}
	// Threads share their leader's table but for unshare(CLONE_FILES), and but for
	// a leader that has ended before its threads: then it has none.
	tables := []task{leader}
	for _, tid := range tids {
		t := task{filepath.Join(folder, "task", strconv.Itoa(tid)), tid}
		if tid == pid || slices.ContainsFunc(tables, func(known task) bool { return s.same(known, t) }) {
			continue
		}
		if s.table(t, &owner) == nil {
			tables = append(tables, t)
		}
	}
}

// table adds the sockets in a thread's descriptor table. The owner's names are
// read when the first is found: most processes have none.
func (s *scan) table(t task, owner *Owner) error {
	dir, err := os.Open(filepath.Join(t.folder, "fd"))
	if err != nil {
		return err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, name := range names {
		n, err := unix.Readlinkat(int(dir.Fd()), name, s.link[:])
		if err != nil {
			continue // closed meanwhile
		}
		inode, ok := socketInode(s.link[:n])
		if !ok || s.wanted != nil && !s.wanted[inode] {
			continue
		}
		if owner.FD, err = strconv.Atoi(name); err != nil {
			continue
		}
		if owner.Command == "" {
			owner.name(s.folder)
		}
		s.add(inode, *owner)
	}
	return nil
}

// add takes one descriptor for each process and socket: the lowest. dup() gives
// a socket more of them, and threads with tables of their own repeat theirs.
func (s *scan) add(inode uint64, owner Owner) {
	held := s.ByInode[inode]
	if last := len(held) - 1; last >= 0 && held[last].PID == owner.PID {
		held[last].FD = min(held[last].FD, owner.FD)
		return
	}
	s.ByInode[inode] = append(held, owner)
}

// name reads what the process is called, and its unit.
func (o *Owner) name(folder string) {
	if comm, err := os.ReadFile(filepath.Join(folder, "comm")); err == nil {
		o.Command = strings.TrimSuffix(string(comm), "\n")
	}
	if groups, err := os.ReadFile(filepath.Join(folder, "cgroup")); err == nil {
		o.Unit = unit(string(groups))
	}
}

// socketInode reads the target of a descriptor's link: socket:[12345].
func socketInode(link []byte) (uint64, bool) {
	digits, ok := strings.CutPrefix(string(link), "socket:[")
	if !ok {
		return 0, false
	}
	digits, ok = strings.CutSuffix(digits, "]")
	inode, err := strconv.ParseUint(digits, 10, 64)
	return inode, ok && err == nil && inode != 0
}

// withoutDescriptors says whether a process that may not be looked into has
// none anyway: a kernel thread (PF_KTHREAD of include/linux/sched.h) or a
// zombie. Its stat can be read by all: pid (comm) state ppid pgrp session tty
// tpgid flags, and comm may contain parentheses.
func withoutDescriptors(folder string) bool {
	const kernelThread = 0x00200000
	stat, err := os.ReadFile(filepath.Join(folder, "stat"))
	if err != nil {
		return errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ESRCH)
	}
	text := string(stat)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(fields) < 7 {
		return false
	}
	flags, err := strconv.ParseUint(fields[6], 10, 64)
	return fields[0] == "Z" || fields[0] == "X" || err == nil && flags&kernelThread != 0
}

// numbers lists the entries of a folder that are numbers: processes, threads.
func numbers(folder string) ([]int, error) {
	dir, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil && err != io.EOF {
		return nil, err
	}
	found := make([]int, 0, len(names))
	for _, name := range names {
		if n, err := strconv.Atoi(name); err == nil && n > 0 {
			found = append(found, n)
		}
	}
	return found, nil
}

// sameByKernel asks kcmp(2), which is a thousand times cheaper than to read a
// table; where the kernel has no kcmp, or refuses it, the tables are compared.
func sameByKernel(a, b task) bool {
	const kcmpFiles = 2 // KCMP_FILES, include/uapi/linux/kcmp.h
	order, _, errno := unix.Syscall6(unix.SYS_KCMP, uintptr(a.id), uintptr(b.id), kcmpFiles, 0, 0, 0)
	if errno != 0 {
		return sameNames(a, b)
	}
	return order == 0
}

// sameNames takes tables with the same descriptors for the same.
func sameNames(a, b task) bool {
	of, err := numbers(filepath.Join(a.folder, "fd"))
	if err != nil {
		return false
	}
	other, err := numbers(filepath.Join(b.folder, "fd"))
	if err != nil {
		return false
	}
	slices.Sort(of)
	slices.Sort(other)
	return slices.Equal(of, other)
}
