package host

import (
	"regexp"
	"strings"
)

// containerID is how container runtimes name a cgroup: 64 hexadecimal digits,
// mostly after the runtime's own name.
var containerID = regexp.MustCompile(`(?:^|[^0-9a-f])([0-9a-f]{64})(?:$|[^0-9a-f])`)

// runtimes are the words in a cgroup's path that name who made the container.
// The first that fits counts: Docker's containers in Kubernetes are Docker's.
var runtimes = []struct{ word, name string }{
	{"docker", "docker"},
	{"libpod", "podman"},
	{"crio", "cri-o"},
	{"containerd", "containerd"},
	{"kubepods", "kubepods"},
}

// unit is whose process it is by its /proc/PID/cgroup: a container as
// "docker 0123456789ab", or a systemd unit by its name; empty if neither. A
// container's wins over the unit that started the runtime.
func unit(groups string) string {
	service := ""
	for line := range strings.Lines(groups) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3) // hierarchy:controllers:path, cgroups(7)
		if len(fields) < 3 {
			continue
		}
		if name := container(fields[2]); name != "" {
			return name
		}
		if service == "" {
			service = systemdUnit(fields[2])
		}
	}
	return service
}

func container(path string) string {
	id := containerID.FindStringSubmatch(path)
	if id == nil {
		return ""
	}
	short := id[1][:12] // as the runtimes' own lists print it
	for _, r := range runtimes {
		if strings.Contains(path, r.word) {
			return r.name + " " + short
		}
	}
	return "container " + short
}

// systemdUnit is the innermost service or scope of a path.
func systemdUnit(path string) string {
	name := ""
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasSuffix(part, ".service") || strings.HasSuffix(part, ".scope") {
			name = part
		}
	}
	return name
}
