// Package host reads what this machine knows of its own TCP: its sockets and
// who holds them, what it counted, the values of its sysctls, its addresses.
// It only reads, and starts no program.
//
// It draws no conclusions: package diagnose does, and package explain. Where
// /proc is, is a value, so that tests and containers can point elsewhere. On
// systems other than Linux it answers ErrNotSupported, and whoever asked goes
// on without.
//
// Read first: socket.go, then host_linux.go; sysctl.go.
package host
