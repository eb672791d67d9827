package host

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// ErrNamespaceDenied is why another network namespace cannot be entered.
var ErrNamespaceDenied = errors.New("no permission to enter it: that takes root, or CAP_SYS_ADMIN")

// NoNamespaceError says that there is no network namespace of a name.
type NoNamespaceError struct {
	Name  string
	Known []string // the names that there are
}

func (e *NoNamespaceError) Error() string {
	if isNumber(e.Name) {
		return fmt.Sprintf("no network namespace %q and no process with that number", e.Name)
	}
	return fmt.Sprintf("no network namespace %q", e.Name)
}

// namedBelow are the directories where ip-netns(8) keeps its namespaces: the
// first is what the second is a link to, but where /var/run is a directory.
func namedBelow() []string { return []string{"/run/netns", "/var/run/netns"} }

// NamespaceNames are the network namespaces that have a name, in its order.
func NamespaceNames() []string {
	var names []string
	for _, dir := range namedBelow() {
		entries, _ := os.ReadDir(dir) // there is none before the first ip netns add
		for _, e := range entries {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// namespacePaths are the files that a name may mean, the likeliest first. A
// number is a name before it is a process, as for ip-netns(8).
func namespacePaths(name string) []string {
	if strings.Contains(name, "/") {
		return []string{name}
	}
	var paths []string
	if name != "" && name != "." && name != ".." {
		for _, dir := range namedBelow() {
			paths = append(paths, dir+"/"+name)
		}
	}
	if isNumber(name) {
		paths = append(paths, "/proc/"+name+"/ns/net")
	}
	return paths
}

func isNumber(name string) bool {
	_, err := strconv.ParseUint(name, 10, 31)
	return err == nil
}
