package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"tcptrace/tracer/sink/pcapng"
)

// writeOptions are the flags of what is written to capture files.
type writeOptions struct {
	path       string
	size       fileSize
	every      seconds
	files      int
	unbuffered bool
}

func writeFlags(o *options) *pflag.FlagSet {
	fs, w := flagSet(), &o.write
	fs.VarP((*fileName)(&w.path), "write", "w",
		"write the packets of all TCP connections that pass the filter to `FILE` (pcapng), each move and finding as a comment "+
			"of its packet, whatever is shown; a live trace has as much of each packet as -s says; "+
			"- is standard output, and the lines go to standard error then; root creates FILE as the user of --user")
	fs.VarP(&w.size, "file-size", "C",
		"with -w: begin FILE1, FILE2 and so on when a file has more than `SIZE` million bytes; a suffix k, m or g makes it KiB, MiB or GiB")
	fs.VarP(&w.every, "rotate-seconds", "G",
		"with -w: begin another file after `SECONDS`, by the packets' times; FILE is a format of strftime then: trace-%H%M.pcapng")
	fs.IntVarP(&w.files, "file-count", "W", 0,
		"with -C: begin again with the first file after `N`; with -G: end after N files")
	fs.BoolVarP(&w.unbuffered, "packet-buffered", "U", false,
		"with -w: write each packet at once; without it a live trace does so once a second, and when no packet comes")
	return fs
}

// check refuses what makes no sense together.
func (w *writeOptions) check(o *options) error {
	turns := w.size != 0 || w.every != 0
	switch {
	case w.path == "" && (turns || w.files != 0 || w.unbuffered):
		return wrongUse("-C, -G, -W and -U say how -w writes", "-w FILE writes the packets to a file")
	case w.files < 0:
		return wrongUse("-W is a number of files from 1 on", "")
	case w.files > 0 && !turns:
		return wrongUse("-W counts the files of -C or -G", "")
	case w.every != 0 && time.Duration(w.every)%time.Second != 0:
		return wrongUse("-G is in whole seconds", "")
	case w.path == standardOutput && turns:
		return wrongUse("-C and -G make files: -w - is none", "")
	case w.path == standardOutput && o.json:
		return wrongUse("-w - and --json both want standard output", "write the packets to a file: -w FILE")
	}
	return nil
}

// rotation says when the next file begins.
func (w *writeOptions) rotation() pcapng.Rotation {
	return pcapng.Rotation{Size: int64(w.size), Every: time.Duration(w.every), Files: w.files}
}

// fileSize is a number of bytes, in millions of them as tcpdump has it. It is a
// flag's value.
type fileSize int64

const million = 1_000_000

// String is the size as the flag has it.
func (s *fileSize) String() string {
	if *s%million == 0 {
		return strconv.FormatInt(int64(*s/million), 10)
	}
	return strconv.FormatInt(int64(*s>>10), 10) + "k"
}

// Set reads the flag.
func (s *fileSize) Set(text string) error {
	number, unit := text, int64(million)
	if i := len(text) - 1; i > 0 {
		if n := strings.IndexByte("kmg", text[i]|0x20); n >= 0 {
			number, unit = text[:i], 1<<(10*(n+1))
		}
	}
	const most = 1 << 53 // bytes: no file has more
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || n > most/unit {
		return errors.New("it is a number of million bytes from 1 on, or one with k, m or g behind it")
	}
	*s = fileSize(n * unit)
	return nil
}

// Type names the value in the help.
func (*fileSize) Type() string { return "SIZE" }
