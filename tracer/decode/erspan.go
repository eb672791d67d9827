package decode

const (
	erspan2Size  = 8
	erspan3Size  = 12
	erspan3Extra = 8 // the platform header that the O flag announces
)

// erspan2 reads a mirrored frame behind the header of ERSPAN type II, which type
// I, without a sequence number in GRE, does not have
// (draft-foschiano-erspan-03).
func (d *Decoder) erspan2(flags uint16, p packet) Kind {
	if flags&greSequence == 0 {
		return d.ethernet(p)
	}
	if len(p.data) < erspan2Size {
		return d.skip(p.short(erspan2Size, notTCP))
	}
	return d.ethernet(p.from(erspan2Size))
}

// erspan3 reads a mirrored frame, or IP packet, behind the header of ERSPAN type
// III (draft-foschiano-erspan-03).
func (d *Decoder) erspan3(p packet) Kind {
	n := erspan3Size
	if len(p.data) >= n && p.data[11]&1 != 0 {
		n += erspan3Extra
	}
	if len(p.data) < n {
		return d.skip(p.short(n, notTCP))
	}
	switch p.data[10] >> 2 & 0x1f {
	case 0:
		return d.ethernet(p.from(n))
	case 2:
		return d.anyIP(p.from(n))
	}
	return d.skip(notTCP)
}
