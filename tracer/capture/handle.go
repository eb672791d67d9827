package capture

import (
	"fmt"

	"github.com/google/gopacket/pcap"
)

// openTap opens an interface and sets its filter; it does not read yet.
func openTap(name string, o *LiveOptions) (*tap, error) {
	h, err := openHandle(name, o)
	if err != nil {
		return nil, fmt.Errorf("open interface %q: %w", name, err)
	}
	if err := setFilter(h, o); err != nil {
		h.Close()
		return nil, err
	}
	reader, err := newDispatcher(h)
	if err != nil {
		h.Close()
		return nil, fmt.Errorf("open interface %q: %w", name, err)
	}
	dlt := dataLink(h)
	return &tap{
		reader:    reader,
		Interface: Interface{Name: name, LinkType: fileLinkType(dlt), LinkName: linkName(dlt)},
		handle:    h,
		elsewhere: o.Elsewhere,
	}, nil
}

// setFilter compiles the user's filter alone first, to tell whether that is
// wrong. There is always a filter, if only an empty one: without, the kernel
// copies packets whole, and the snaplen is applied behind its buffer (packet(7),
// pcap-linux.c).
func setFilter(h *pcap.Handle, o *LiveOptions) error {
	if _, err := h.CompileBPFFilter(o.Filter); err != nil {
		return &FilterError{Filter: o.Filter, Err: err}
	}
	expr := o.expr()
	if _, err := h.CompileBPFFilter(expr); err != nil {
		expr = o.Filter // libpcap has no IP for some link types, such as NFLOG
	}
	if err := h.SetBPFFilter(expr); err != nil {
		return fmt.Errorf("set filter %q: %w", expr, err)
	}
	return nil
}

// openHandle activates a handle. gopacket takes warnings for failures: an
// interface that cannot be promiscuous, such as `any`, is opened again without
// asking for it, and any other warning leads to pcap.OpenLive, which does not
// mind them but has the buffer of libpcap's choice.
func openHandle(name string, o *LiveOptions) (*pcap.Handle, error) {
	promiscuous := !o.NoPromiscuous
	h, status, err := activate(name, promiscuous, o)
	if status == activatePromiscuous {
		promiscuous = false
		h, status, err = activate(name, promiscuous, o)
	}
	if status > 0 {
		return pcap.OpenLive(name, int32(o.snaplen()), promiscuous, pcap.BlockForever)
	}
	return h, err
}

// activate returns what pcap_activate did: 0 with a handle, a warning above 0
// or an error below.
func activate(name string, promiscuous bool, o *LiveOptions) (*pcap.Handle, int, error) {
	h, err := pcap.NewInactiveHandle(name)
	if err != nil {
		return nil, activateError, err
	}
	defer h.CleanUp()
	if err := configure(h, promiscuous, o); err != nil {
		return nil, activateError, err
	}
	live, err := h.Activate()
	if err != nil {
		status := activateStatus(err)
		return nil, status, activateFailed(status, h.Error().Error())
	}
	return live, 0, nil
}

func configure(h *pcap.InactiveHandle, promiscuous bool, o *LiveOptions) error {
	if err := h.SetSnapLen(o.snaplen()); err != nil {
		return err
	}
	if err := h.SetPromisc(promiscuous); err != nil {
		return err
	}
	if err := h.SetTimeout(pcap.BlockForever); err != nil { // see tap
		return err
	}
	if err := h.SetBufferSize(o.buffer()); err != nil {
		return err
	}
	return h.SetImmediateMode(o.Immediate)
}

func (o *LiveOptions) snaplen() int {
	if o.Snaplen == 0 {
		return DefaultSnaplen
	}
	return o.Snaplen
}

func (o *LiveOptions) buffer() int {
	if o.Buffer == 0 {
		return DefaultBuffer
	}
	return o.Buffer
}

// dataLink is libpcap's number for the link type of h. Handle.LinkType has only
// its lower 8 bits; the list of the types that the interface can have names
// them in full.
func dataLink(h *pcap.Handle) int {
	low := int(h.LinkType())
	links, err := h.ListDataLinks()
	if err != nil {
		return low
	}
	for _, l := range links {
		if dlt := pcap.DatalinkNameToVal(l.Name); dlt&0xff == low {
			return dlt
		}
	}
	return low
}

// fileLinkType is the number that capture files have for a link type of
// libpcap. They differ for a few old ones; raw IP is the one that TCP comes on.
func fileLinkType(dlt int) int {
	const (
		dltRaw        = 12
		dltRawOpenBSD = 14
		linkTypeRaw   = 101
	)
	if dlt == dltRaw || dlt == dltRawOpenBSD {
		return linkTypeRaw
	}
	return dlt
}

func linkName(dlt int) string {
	if name := pcap.DatalinkValToDescription(dlt); name != "" {
		return name
	}
	return fmt.Sprintf("link type %d", dlt)
}
