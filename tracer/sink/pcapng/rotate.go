package pcapng

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// Rotation says when a next file begins, and what it is called: by the rules of
// tcpdump's -C, -G and -W. Its zero value is one file.
type Rotation struct {
	// Size is how many bytes a file may have before the next packet goes to
	// another one; 0: any number.
	Size int64
	// Every is after how long, in whole seconds by the times of the packets, the
	// next packet goes to another file; 0: never. The path is a format of
	// strftime(3) then.
	Every time.Duration
	// Files is how many files Size makes before it begins again with the first,
	// or Every before the trace ends; 0: any number.
	Files int
}

// name is the path of the n-th file by size, from 0, of those of a time.
func (r *Rotation) name(path string, at time.Time, n int) string {
	if r.Every > 0 {
		path = strftime(path, at)
	}
	if r.Size == 0 || n == 0 && r.digits() == 0 {
		return path
	}
	return fmt.Sprintf("%s%0*d", path, r.digits(), n)
}

// digits is how many a file's number has, with leading zeros, so that the names
// sort; 0: as many as it takes.
func (r *Rotation) digits() int {
	n := 0
	for x := r.Files - 1; x > 0; x /= 10 {
		n++
	}
	return n
}

// turning is where a rotation stands.
type turning struct {
	since   int64 // when the file of a time began, in seconds; valid if timed
	timed   bool
	periods int // that are over
	number  int // of the file by size
}

// second is the second in which a moment lies.
func second(t flows.Time) int64 { return t.UTC().Unix() }

// due reports whether the time of a file is over. tcpdump counts in whole
// seconds, from the packet that began the file and not in a grid.
func (r *Rotation) due(t *turning, now flows.Time) bool {
	return r.Every > 0 && second(now)-t.since >= int64(r.Every/time.Second)
}

// full reports whether the next packet would need a file more than there may
// be.
func (s *Sink) full(now flows.Time) bool {
	r, t := &s.o.Rotation, &s.turning
	return t.timed && r.due(t, now) && r.Size == 0 && r.Files > 0 && t.periods+1 >= r.Files
}

// turn goes on to another file if the next packet needs one.
func (s *Sink) turn(now flows.Time) error {
	r, t := &s.o.Rotation, &s.turning
	if !t.timed {
		t.since, t.timed = second(now), true
	}
	if s.file == nil {
		return s.begin()
	}
	s.file.end()
	if r.due(t, now) {
		t.since, t.number = second(now), 0
		t.periods++
		if err := s.next(); err != nil {
			return err
		}
	}
	if r.Size == 0 || s.file.size() <= r.Size {
		return nil
	}
	t.number++
	if r.Files > 0 && t.number >= r.Files {
		t.number = 0
	}
	return s.next()
}

// next ends a file and begins another.
func (s *Sink) next() error {
	s.file.statistics(s.o.Describe, nil)
	err := s.file.close()
	if err == nil {
		err = s.begin()
	}
	return err
}

// begin opens a file, and writes its head at once: if there is no room for
// that, nobody waits for the first packet to learn it.
func (s *Sink) begin() error {
	path := s.o.Rotation.name(s.o.Path, time.Unix(s.turning.since, 0).In(s.o.Zone), s.turning.number)
	w, err := s.o.Open(path)
	if err != nil {
		return err
	}
	var buf []byte
	if s.file != nil {
		buf = s.file.buf
	}
	s.file = newFile(w, path, buf)
	s.file.section(&s.o)
	for id := range s.o.Interfaces {
		in := s.o.Describe(id)
		s.file.describe(id, &in)
	}
	return s.file.flush()
}
