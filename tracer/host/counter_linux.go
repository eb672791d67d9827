package host

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// counterFiles are kept open: an open one stays the network namespace's it was
// opened in, whoever reads it, while a path under /proc goes by the thread that
// asks (fs/proc/proc_net.c). Reading from the start makes the kernel write it
// anew (fs/seq_file.c, seq_read_iter).
type counterFiles struct {
	files []*os.File
	err   error // why there are none
}

func openCounters(o Options) (c counterFiles) {
	net := o.NetProc
	if net == "" {
		net = filepath.Join(o.root(), "thread-self", "net")
		if _, err := os.Stat(net); err != nil {
			net = filepath.Join(o.root(), "net")
		}
	}
	for _, name := range []string{"snmp", "netstat"} {
		f, err := os.Open(filepath.Join(net, name))
		if err != nil {
			c.err = errors.Join(c.err, err)
			continue
		}
		c.files = append(c.files, f)
	}
	return c
}

func (c *counterFiles) close() {
	for _, f := range c.files {
		f.Close()
	}
}

// Counters reads the counters of the namespace. What can be read is returned
// beside the error.
func (h *Host) Counters() (Counters, error) {
	counters, failed := make(Counters), h.counters.err
	for _, f := range h.counters.files {
		text, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<20))
		if err != nil {
			failed = errors.Join(failed, err)
		}
		counters.read(string(text))
	}
	if failed != nil {
		failed = fmt.Errorf("read the counters of this host: %w", failed)
	}
	return counters, failed
}
