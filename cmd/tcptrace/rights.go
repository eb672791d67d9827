package main

import (
	"os"

	"tcptrace/tracer/capture"
	"tcptrace/tracer/host"
)

// openNamespace enters the network namespace that --netns names; without a name
// it is nil, which stands for that of the process.
func openNamespace(name string) (*host.Namespace, error) {
	if name == "" {
		return nil, nil
	}
	return host.OpenNamespace(name)
}

// whoToBecome is the user that --user names, or the one without it.
func (p *program) whoToBecome(name string) (capture.User, error) {
	if name != "" && os.Geteuid() != 0 {
		return capture.User{}, wrongUse("--user is for root", "run it as root: sudo tcptrace …")
	}
	return capture.FindUser(name, p.env)
}

// dropRoot gives up root, but for a thread that still sees who owns the
// sockets. Everything else that needs root must be open by then. It is no
// change for any other user.
func dropRoot(become capture.User) (*host.Warden, error) {
	warden, err := host.NewWarden()
	if err != nil {
		return nil, err
	}
	return warden, capture.DropPrivileges(become, warden.Restrict)
}
