package capture

import (
	"encoding/binary"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"tcptrace/tracer/decode"
)

// Each packet is handed over as soon as its last byte came through a pipe.
func TestTrickle(t *testing.T) {
	n := new(ngBytes).section(binary.LittleEndian).iface(1, 0)
	head := n.Len()
	files := map[string][][]byte{
		"pcapng": {n.Bytes()[:head]},
		"pcap":   {pcapBytes{order: binary.LittleEndian, link: 1}.build()},
	}
	for _, k := range threePackets() {
		begin := n.Len()
		n.enhanced(0, uint64(k.Time/1000), k.Length, k.Data)
		files["pcapng"] = append(files["pcapng"], n.Bytes()[begin:])
		files["pcap"] = append(files["pcap"], pcapBytes{order: binary.LittleEndian, link: 1}.build(k)[pcapFileHeader:])
	}
	for name, parts := range files {
		t.Run(name, func(t *testing.T) {
			r, w := io.Pipe()
			go trickle(w, parts[0])
			f, err := OpenFile([]string{"-"}, FileOptions{Stdin: iotest.OneByteReader(r)})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			for i, part := range parts[1:] {
				go trickle(w, part)
				frame := nextWithin(t, f, time.Second)
				if frame == nil || frame.Number != uint64(i+1) || string(frame.Data) != threePackets()[i].Data {
					t.Fatalf("packet %d: got %+v", i+1, frame)
				}
			}
			w.Close()
			if frame, err := f.Next(); err != io.EOF {
				t.Errorf("end: got %v and %v, want EOF", frame, err)
			}
		})
	}
}

func trickle(w io.Writer, b []byte) {
	for i := range b {
		w.Write(b[i : i+1])
	}
}

// nextWithin fails the test when Next takes longer than d.
func nextWithin(t *testing.T, f *Files, d time.Duration) *decode.Frame {
	t.Helper()
	type result struct {
		frame *decode.Frame
		err   error
	}
	c := make(chan result, 1)
	go func() {
		frame, err := f.Next()
		c <- result{frame, err}
	}()
	select {
	case r := <-c:
		if r.err != nil {
			t.Fatal(r.err)
		}
		return r.frame
	case <-time.After(d):
		t.Fatalf("nothing within %v", d)
	}
	return nil
}

// With Wait, a pipe that has nothing to give is not waited for, and nothing of
// a packet that comes in pieces is lost.
func TestWait(t *testing.T) {
	file := pcapBytes{order: binary.LittleEndian, link: 1}.build(threePackets()...)
	r, w := io.Pipe()
	go w.Write(file[:30])
	f, err := OpenFile([]string{"-"}, FileOptions{Stdin: r, Wait: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 3 {
		if frame, err := f.Next(); frame != nil || err != nil {
			t.Fatalf("got %v and %v, want nothing yet", frame, err)
		}
	}
	go func() {
		w.Write(file[30:])
		w.Close()
	}()
	got := 0
	for {
		frame, err := f.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if frame != nil {
			got++
		}
	}
	if got != 3 {
		t.Errorf("got %d packets, want 3", got)
	}
}

func TestStopFiles(t *testing.T) {
	file := pcapBytes{order: binary.LittleEndian, link: 1}.build(threePackets()...)
	f, err := OpenFile([]string{save(t, "capture", file)}, FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Next(); err != nil {
		t.Fatal(err)
	}
	f.Stop()
	f.Stop()
	if _, err := f.Next(); err != io.EOF {
		t.Errorf("after Stop: got %v, want EOF", err)
	}
}

// Stop ends a Next that waits for a pipe, which will never give anything.
func TestStopPipe(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	go w.Write(pcapBytes{order: binary.LittleEndian, link: 1}.build())
	f, err := OpenFile([]string{"-"}, FileOptions{Stdin: r})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	end := make(chan error, 1)
	go func() {
		_, err := f.Next()
		end <- err
	}()
	time.Sleep(10 * time.Millisecond) // so that Next waits; right without it too
	f.Stop()
	select {
	case err := <-end:
		if err != io.EOF {
			t.Errorf("got %v, want EOF", err)
		}
	case <-time.After(time.Second):
		t.Error("Next goes on waiting")
	}
}

// A reader that gives nothing and no error does not hang the program.
func TestIdleReader(t *testing.T) {
	w := newWindow(idleReader{})
	if err := w.need(1); err != io.ErrNoProgress {
		t.Errorf("got %v, want %v", err, io.ErrNoProgress)
	}
}

type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }
