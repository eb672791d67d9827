package diagnose

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"tcptrace/flows"
)

// Group is what many flows have in common: one condition at one server.
type Group struct {
	ID     ID
	Server netip.AddrPort // not valid: many servers, or the capture as a whole
	Flows  uint64         // 0 for what concerns the capture as a whole
	// First and Last are the lowest and the highest number of its flows.
	First, Last flows.FlowID
	Confidence  Confidence // the best of them
	Example     Finding    // the newest finding of the flow that was told first
}

// Groups folds findings. Its zero value is empty. A capture may hold any
// number of servers: beyond a bound, what is found of them goes together.
type Groups struct {
	m      map[groupKey]*Group
	newest [numIDs]*Group // of each condition: often its next finding goes there, too
}

type groupKey struct {
	id     ID
	server netip.AddrPort
}

const maxGroups = 1 << 12

// Add counts a finding, and returns how many flows its group has now.
func (g *Groups) Add(f *Finding) uint64 {
	for _, id := range f.Replaces {
		g.withdraw(id, f.Server)
	}
	group := g.group(f)
	if f.Flow != 0 && !f.Update {
		group.Flows++
		group.First, group.Last = min(group.First, f.Flow), max(group.Last, f.Flow)
	}
	group.Confidence = max(group.Confidence, f.Confidence)
	if f.Flow == group.Example.Flow {
		group.keep(f)
	}
	return group.Flows
}

// group is the group of a finding, a new one if there is none.
func (g *Groups) group(f *Finding) *Group {
	newest := &g.newest[f.ID]
	if group := *newest; group != nil && group.Server == f.Server {
		return group
	}
	*newest = g.grouped(f)
	return *newest
}

// grouped is group for a finding whose group is not the newest.
func (g *Groups) grouped(f *Finding) *Group {
	k := groupKey{f.ID, f.Server}
	if group := g.find(k); group != nil {
		return group
	}
	if len(g.m) >= maxGroups {
		k.server = netip.AddrPort{}
	}
	if g.m == nil {
		g.m = make(map[groupKey]*Group)
	}
	group := &Group{ID: f.ID, Server: k.server, First: f.Flow, Example: Finding{Flow: f.Flow}}
	g.m[k] = group
	return group
}

// keep makes a finding the example, without what is valid during the call only.
func (group *Group) keep(f *Finding) {
	group.Example = *f
	group.Example.Packets, group.Example.Replaces = slices.Clone(f.Packets), slices.Clone(f.Replaces)
}

// find is the group with a key, or the one that its findings went to for want
// of room.
func (g *Groups) find(k groupKey) *Group {
	group := g.m[k]
	if group == nil && len(g.m) >= maxGroups {
		group = g.m[groupKey{k.id, netip.AddrPort{}}]
	}
	return group
}

// withdraw takes a flow out of a group: what was found of it has found a
// better explanation.
func (g *Groups) withdraw(id ID, server netip.AddrPort) {
	k := groupKey{id, server}
	if group := g.find(k); group != nil && group.Flows > 0 {
		group.Flows--
		if group.Flows == 0 {
			delete(g.m, groupKey{id, group.Server})
			g.newest[id] = nil
		}
	}
}

// List is all groups: the worst first, then those of the most flows.
func (g *Groups) List() []Group {
	groups := slices.SortedFunc(maps.Values(g.m), func(a, b *Group) int {
		return cmp.Or(
			cmp.Compare(b.ID.Severity(), a.ID.Severity()), cmp.Compare(b.Flows, a.Flows),
			cmp.Compare(a.First, b.First), cmp.Compare(a.ID, b.ID), a.Server.Compare(b.Server))
	})
	list := make([]Group, len(groups))
	for i, group := range groups {
		list[i] = *group
	}
	return list
}

// Counts is, by ID, of how many flows each condition was found; what concerns the
// capture as a whole counts once.
func (g *Groups) Counts() []uint64 {
	counts := make([]uint64, numIDs)
	for _, group := range g.m {
		counts[group.ID] += max(group.Flows, 1)
	}
	return counts
}

// Worst is the worst severity of all groups; false if there is none.
func (g *Groups) Worst() (worst Severity, any bool) {
	for k := range g.m {
		worst = max(worst, k.id.Severity())
	}
	return worst, len(g.m) > 0
}
