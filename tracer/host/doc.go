// Package host reads what this machine knows of its own TCP: the values of its
// sysctls, and its addresses.
//
// It draws no conclusions: package diagnose does, and package explain. Where
// /proc is, is a value, so that tests and containers can point elsewhere. On
// systems other than Linux it answers ErrNotSupported, and whoever asked goes
// on without.
//
// Read first: sysctl.go.
package host
