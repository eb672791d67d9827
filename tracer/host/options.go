package host

// Options say where a Host reads.
type Options struct {
	Proc string // where /proc is; empty: /proc
	// NetProc is the net folder of a thread in the network namespace in question,
	// such as /proc/1234/net; empty: the calling thread's.
	NetProc string
}

func (o Options) root() string {
	if o.Proc == "" {
		return "/proc"
	}
	return o.Proc
}
