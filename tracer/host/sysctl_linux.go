package host

import (
	"fmt"

	"github.com/prometheus/procfs"
)

// OpenSysctls makes a reader of the sysctls below root, mostly /proc.
func OpenSysctls(root string) (Sysctls, error) {
	fs, err := procfs.NewFS(root)
	if err != nil {
		return Sysctls{}, fmt.Errorf("open %s: %w", root, err)
	}
	return Sysctls{fs.SysctlStrings}, nil
}
