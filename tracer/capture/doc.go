// Package capture is where frames come from: interfaces, by libpcap, and
// capture files.
//
// It knows containers (pcap, pcapng, gzip, zstd), filters, devices and the
// kernel's packet buffers. It refuses to know what is inside a frame: a frame
// goes out as the bytes that were captured, with the link type that says how
// to read them. It starts no program, resolves no name but a filter's, and
// writes no file.
//
// [Files] and [Live] implement the Source of package tracer. A frame they
// hand over is valid until the next call of Next; Next belongs to one
// goroutine, Stop and Stats to any.
//
// Read first: files.go and live.go (the two sources), then window.go with
// pcap.go and pcapng.go (how a file becomes frames), or tap.go, dispatch.go and
// drain.go (how libpcap's packets become frames, and how none is lost at the
// end), and holdback.go (what the kernel leaves out).
package capture
