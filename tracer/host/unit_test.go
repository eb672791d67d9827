package host

import (
	"strings"
	"testing"
)

func TestUnit(t *testing.T) {
	id := strings.Repeat("0123456789abcdef", 4)
	tests := []struct{ name, groups, want string }{
		{"service", "0::/system.slice/nginx.service\n", "nginx.service"},
		{"an instance, below a slice", "0::/system.slice/system-postgresql.slice/postgresql@15-main.service\n", "postgresql@15-main.service"},
		{"of a user", "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.service\n", "app-x.service"},
		{"session", "0::/user.slice/user-1000.slice/session-3.scope\n", "session-3.scope"},
		{"below its service", "0::/system.slice/nginx.service/workers\n", "nginx.service"},
		{"hierarchies of version 1", "12:pids:/\n1:name=systemd:/system.slice/cron.service\n0::/\n", "cron.service"},
		{"docker, systemd driver", "0::/system.slice/docker-" + id + ".scope\n", "docker 0123456789ab"},
		{"docker, cgroupfs driver", "4:memory:/docker/" + id + "\n", "docker 0123456789ab"},
		{"podman", "0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope/container\n", "podman 0123456789ab"},
		{"kubernetes, containerd", "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope\n", "containerd 0123456789ab"},
		{"kubernetes, cri-o", "0::/kubepods.slice/kubepods-pod1.slice/crio-" + id + ".scope\n", "cri-o 0123456789ab"},
		{"kubernetes, cgroupfs driver", "0::/kubepods/burstable/pod0f/" + id + "\n", "kubepods 0123456789ab"},
		{"a runtime that we do not know", "0::/ecs/task/" + id + "\n", "container 0123456789ab"},
		{"the container, though a service started it", "5:cpu:/system.slice/docker.service\n0::/docker/" + id + "\n", "docker 0123456789ab"},
		{"as seen from a container", "0::/../" + id + "\n", "container 0123456789ab"},
		{"longer than an identifier", "0::/x/" + id + "0\n", ""},
		{"a colon in the path", "0::/system.slice/a:b.service\n", "a:b.service"},
		{"none", "0::/\n", ""},
		{"a slice is no unit of a process", "0::/system.slice\n", ""},
		{"damaged", "nonsense\n:\n", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		if got := unit(tt.groups); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
