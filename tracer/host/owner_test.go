package host

import (
	"errors"
	"testing"
	"time"
)

// TestOwnerCache asks at times and counts the scans.
func TestOwnerCache(t *testing.T) {
	now, scans, cost := time.Unix(1000, 0), 0, time.Millisecond
	table := map[uint64][]Owner{1: {{PID: 10}}}
	var failure error
	c := NewOwnerCache(func() (Owners, error) {
		scans++
		now = now.Add(cost)
		return Owners{ByInode: table, Hidden: 3}, failure
	})
	c.now = func() time.Time { return now }
	tests := []struct {
		name  string
		after time.Duration
		do    func()
		inode uint64
		want  bool
		scans int
	}{
		{"inode 0 is no socket's", 0, nil, 0, false, 0},
		{"the first question scans", 0, nil, 1, true, 1},
		{"it is remembered", 100 * time.Millisecond, nil, 1, true, 1},
		{"no scan so soon after the last", 0, func() { table = map[uint64][]Owner{1: {{PID: 10}}, 2: {{PID: 11}}} }, 2, false, 1},
		{"later it may", 200 * time.Millisecond, nil, 2, true, 2},
		{"nobody holds it", 300 * time.Millisecond, nil, 3, false, 3},
		{"which is remembered", 600 * time.Millisecond, nil, 3, false, 3},
		{"but not of another", 0, nil, 4, false, 4},
		{"and not for ever", 500 * time.Millisecond, nil, 3, false, 5},
		{"a failed scan keeps what was known", 6 * time.Second, func() { failure, table = errors.New("no /proc"), nil }, 1, true, 6},
		{"an owner is asked for anew after a while", 6 * time.Second, func() { failure, cost = nil, time.Second }, 1, false, 7},
		{"a slow scan is repeated the less often", 5 * time.Second, nil, 5, false, 7},
		{"but is", 5 * time.Second, nil, 5, false, 8},
	}
	for _, tt := range tests {
		now = now.Add(tt.after)
		if tt.do != nil {
			tt.do()
		}
		owners, ok := c.Lookup(tt.inode)
		if ok != tt.want || ok != (len(owners) > 0) || scans != tt.scans {
			t.Errorf("%s: %v %v after %d scans, want %v after %d", tt.name, owners, ok, scans, tt.want, tt.scans)
		}
	}
	if hidden, err := c.Hidden(); hidden != 3 || err != nil {
		t.Errorf("%d hidden, error %v, want 3 and none", hidden, err)
	}
}
