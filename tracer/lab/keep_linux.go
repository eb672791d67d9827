package lab

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"

	"tcptrace/tracer/truth"
)

// keep writes the captures and their truth below a directory, as package truth
// reads them.
func (r *recording) keep(dir string) error {
	for i := range r.views {
		path := filepath.Join(dir, filepath.FromSlash(r.truths[i].Name)+".pcap")
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := r.views[i].write(path); err != nil {
			return fmt.Errorf("write %q: %w", path, err)
		}
	}
	if len(r.truths) == 0 {
		return nil
	}
	f, err := os.Create(filepath.Join(dir, r.truths[0].Scenario(), truth.FileName))
	if err != nil {
		return err
	}
	defer f.Close()
	return truth.Write(f, r.truths)
}

// write writes a capture file with nanoseconds.
func (v *view) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	linkType := linkRaw
	if len(v.frames) > 0 {
		linkType = v.frames[0].LinkType
	}
	w := pcapgo.NewWriterNanos(f)
	if err := w.WriteFileHeader(tapSnap, layers.LinkType(linkType)); err != nil {
		return err
	}
	for i := range v.frames {
		fr := &v.frames[i]
		info := gopacket.CaptureInfo{Timestamp: fr.Time.UTC(), CaptureLength: len(fr.Data), Length: fr.Length}
		if err := w.WritePacket(info, fr.Data); err != nil {
			return err
		}
	}
	return nil
}
