//go:build !linux

package lab

import "testing"

func TestLab(t *testing.T) {
	t.Skip("the lab needs Linux: what it proves is what Linux does")
}
