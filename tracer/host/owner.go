package host

import (
	"sync"
	"time"
)

// Owners are the processes that hold sockets, as one reading of /proc has it.
type Owners struct {
	// ByInode has the processes by the inode of the socket, by rising PID.
	ByInode map[uint64][]Owner
	// Hidden is how many processes could not be looked into: another user's, for
	// who is not root. Kernel threads and the dead do not count, nor do those that
	// /proc does not even list (its hidepid option).
	Hidden int
}

// Of are those that hold the socket with this inode; none for inode 0, which
// is that of no socket.
func (o Owners) Of(inode uint64) []Owner { return o.ByInode[inode] }

// How long an OwnerCache believes what it knows.
const (
	rescanAfter   = 250 * time.Millisecond // at most so often, however many sockets it is asked for
	rescanCost    = 10                     // and so many times as long as a scan takes: a tenth of one core
	forgetNothing = time.Second            // that nobody held a socket
	forgetOwner   = 5 * time.Second        // who held it: descriptors are handed on, processes end
)

// OwnerCache remembers owners by inode, for who asks event by event. It may be
// used from several goroutines; one that asks while another scans waits for it.
type OwnerCache struct {
	scan func() (Owners, error)
	now  func() time.Time

	mu     sync.Mutex // guards what follows
	owners Owners
	at     time.Time            // when the last scan began
	next   time.Time            // when the next one may
	nobody map[uint64]time.Time // when nobody held an inode
	err    error                // of the last scan
}

// NewOwnerCache makes an empty cache over what reads the owners: a Host's
// Owners, on the thread that has the privilege to.
func NewOwnerCache(scan func() (Owners, error)) *OwnerCache {
	return &OwnerCache{scan: scan, now: time.Now, nobody: make(map[uint64]time.Time)}
}

// Lookup is who holds the socket; false if nobody does, or nobody that this
// process may look into. A socket younger than the last scan may have to wait
// for the next.
func (c *OwnerCache) Lookup(inode uint64) ([]Owner, bool) {
	if inode == 0 {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	owners := c.owners.Of(inode)
	stale := now.Sub(c.at) >= forgetOwner
	if owners == nil {
		asked, before := c.nobody[inode]
		stale = !before || now.Sub(asked) >= forgetNothing
	}
	if stale && !now.Before(c.next) {
		c.rescan(now)
		owners = c.owners.Of(inode)
		if owners == nil {
			c.nobody[inode] = now
		}
	}
	return owners, owners != nil
}

// Hidden is how many processes the last scan could not look into, and the
// error that ended it, if one did.
func (c *OwnerCache) Hidden() (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.owners.Hidden, c.err
}

func (c *OwnerCache) rescan(now time.Time) {
	owners, err := c.scan()
	c.err = err
	if err == nil {
		c.owners = owners
	}
	c.at = now
	c.next = now.Add(max(rescanAfter, rescanCost*c.now().Sub(now)))
	for inode, asked := range c.nobody {
		if now.Sub(asked) >= forgetNothing || c.owners.Of(inode) != nil {
			delete(c.nobody, inode)
		}
	}
}
