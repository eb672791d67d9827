//go:build unix

package capture

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no FIFO here:", err)
	}
	go func() {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer w.Close()
		w.Write(pcapBytes{order: binary.LittleEndian, link: 1}.build(threePackets()...))
	}()
	f, err := OpenFile([]string{path}, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, _, err := drainFiles(f)
	if diff := cmp.Diff(got, threePackets()); diff != "" || err != io.EOF {
		t.Errorf("got %v, packets (-got +want):\n%s", err, diff)
	}
	if _, total := f.Progress(); total != 0 {
		t.Errorf("total of a FIFO: got %d, want 0", total)
	}
}

// Close ends the goroutine that reads a FIFO nobody writes to.
func TestCloseFIFO(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no FIFO here:", err)
	}
	opened := make(chan *os.File, 1)
	go func() {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
		} else {
			w.Write(pcapBytes{order: binary.LittleEndian, link: 1}.build())
		}
		opened <- w
	}()
	f, err := OpenFile([]string{path}, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	w := <-opened
	defer w.Close()
	f.Close()
	if _, err := f.Next(); err != io.EOF {
		t.Errorf("got %v, want EOF", err)
	}
}
