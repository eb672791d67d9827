package capture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// zstdMemory bounds the window that a compressed file may ask for: what
// `zstd --long` uses. `--ultra --long=31` would take 2 GiB.
const zstdMemory = 128 << 20

// input is the bytes of one capture file, decompressed.
type input struct {
	path string
	file *os.File // nil for standard input
	size int64    // bytes on disk; 0 when it is not a regular file
	read atomic.Int64
	pump *pump // nil for a plain regular file
	w    *window
}

// openInput opens path, or stdin for "-", and waits for its first bytes. Reads
// end when stop is closed.
func openInput(path string, stdin io.Reader, stop <-chan struct{}) (*input, error) {
	in := &input{path: path}
	var r io.Reader = stdin
	if path != "-" {
		if err := in.open(); err != nil {
			return nil, err
		}
		r = in.file
	}
	if err := in.start(&countingReader{r: r, n: &in.read}, stop); err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

func (in *input) open() error {
	file, err := os.Open(in.path)
	if err != nil {
		return withoutPath(err)
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("is a directory")
	}
	if err != nil {
		file.Close()
		return withoutPath(err)
	}
	in.file = file
	if info.Mode().IsRegular() {
		in.size = info.Size()
	}
	return nil
}

// start looks at the first bytes for a compression and puts the readers in a
// row.
func (in *input) start(r io.Reader, stop <-chan struct{}) error {
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	switch {
	case n == 0 && err == io.EOF:
		return errEmpty
	case n > 0 && errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("too short for a capture file (%d bytes)", n)
	case err != nil:
		return withoutPath(err)
	}
	r = io.MultiReader(bytes.NewReader(head), r)
	expanded, done, err := expand(head, r)
	if err != nil {
		return err
	}
	if in.size == 0 || expanded != r {
		in.pump = newPump(expanded, stop, done)
		expanded = in.pump
	}
	in.w = newWindow(expanded)
	return nil
}

func (in *input) close() {
	if in.file != nil {
		in.file.Close() // only read from: nothing can be lost
	}
}

// expand puts a decompressor before r when head is how a compressed file
// begins; done releases it.
func expand(head []byte, r io.Reader) (expanded io.Reader, done func(), err error) {
	switch {
	case head[0] == 0x1f && head[1] == 0x8b:
		z, err := gzip.NewReader(bufio.NewReaderSize(r, windowSize))
		if err != nil {
			return nil, nil, expander{}.explain(err)
		}
		return expander{r: z}, func() {}, nil
	case isZstd(binary.LittleEndian.Uint32(head)):
		z, err := zstd.NewReader(r, zstd.WithDecoderMaxMemory(zstdMemory), zstd.WithDecoderMaxWindow(zstdMemory))
		if err != nil {
			return nil, nil, err
		}
		return expander{r: z, name: "zstd"}, z.Close, nil
	}
	return r, func() {}, nil
}

// isZstd knows a frame, and the skippable frames that some compressors put
// before the first one.
func isZstd(magic uint32) bool {
	return magic == 0xfd2fb528 || magic&^0xf == 0x184d2a50
}

// countingReader counts what is read, for a progress bar.
type countingReader struct {
	r io.Reader
	n *atomic.Int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// expander makes the errors of a decompressor understandable.
type expander struct {
	r    io.Reader
	name string // put before its errors, if they do not name it
}

func (e expander) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, e.explain(err)
}

func (e expander) explain(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the compressed data are cut short")
	}
	if e.name == "" {
		return err
	}
	return fmt.Errorf("%s: %w", e.name, err)
}

// withoutPath takes the path out of an error that will be wrapped with it.
func withoutPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
