package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

// makeDir makes a directory for captures: in parent, or where reading costs no
// disk.
func makeDir(parent string, room int64) (string, error) {
	if parent == "" && isTmpfs("/dev/shm", room) {
		parent = "/dev/shm"
	}
	dir, err := os.MkdirTemp(parent, "tcptrace-peers-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755) // tcpdump reads as another user where root starts it
}

// room is what the largest capture takes, with as much to spare for others.
func room(packets int) int64 { return 2 * max(150*int64(packets), 1_300_000_000) }

// isTmpfs reports whether a directory is on a tmpfs with so many bytes of room.
func isTmpfs(dir string, room int64) bool {
	const magic = 0x01021994 // TMPFS_MAGIC of linux/magic.h
	var s syscall.Statfs_t
	return syscall.Statfs(dir, &s) == nil && int64(s.Type) == magic && int64(s.Bavail)*int64(s.Bsize) > room
}

// machine says where this was, and with what.
func (s *settings) machine() []string {
	says := func(name string, args ...string) string {
		out, _ := exec.Command(name, args...).CombinedOutput()
		return strings.TrimSpace(string(out))
	}
	first := func(text string) string { line, _, _ := strings.Cut(text, "\n"); return strings.TrimSpace(line) }
	facts := []string{
		fmt.Sprintf("%d processors, %s", runtime.NumCPU(), field("/proc/cpuinfo", "model name", ":")),
		strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`) + ", Linux " + says("uname", "-r"),
		first(says(s.tcptrace, "--version")),
	}
	for _, peer := range []string{"tcpdump", "tshark"} {
		for line := range strings.Lines(says(peer, "--version")) { // behind what they think of root
			if strings.HasPrefix(line, "tcpdump version") || strings.HasPrefix(line, "TShark") {
				facts = append(facts, strings.TrimSuffix(strings.TrimSpace(line), "."))
			}
		}
	}
	return facts
}

// field is what a file says about a name, where it is there.
func field(path, name, separator string) string {
	b, _ := os.ReadFile(path)
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, separator); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
