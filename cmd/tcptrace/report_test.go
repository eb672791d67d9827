package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tcptrace/flows"
	"tcptrace/tracer"
)

// breaking is a sink that writes something and then fails.
type breaking struct {
	tracer.Sink
	w io.Writer
}

func (b breaking) Close(*flows.Summary) error {
	if _, err := io.WriteString(b.w, "<!DOCTYPE html><h1>half a"); err != nil {
		return err
	}
	return errors.New("no space left on device")
}

// TestPageFails: a page that could not be written leaves the older one as it was,
// and nothing beside it.
func TestPageFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.html")
	if err := os.WriteFile(path, []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	var pg page
	if err := pg.create(path); err != nil {
		t.Fatal(err)
	}
	pg.Sink = breaking{w: pg.file}
	if err := pg.Close(&flows.Summary{}); err == nil {
		t.Error("no error")
	}
	pg.discard()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("there are %v, %v; want out.html alone", entries, err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "older" {
		t.Errorf("out.html is %q, %v; want what it was", b, err)
	}
}

// TestPageKeepsItsMode: who could read the older page can read the new one.
func TestPageKeepsItsMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.html")
	if err := os.WriteFile(path, []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	var pg page
	if err := pg.create(path); err != nil {
		t.Fatal(err)
	}
	pg.Sink = whole{w: pg.file}
	if err := pg.Close(&flows.Summary{}); err != nil {
		t.Fatal(err)
	}
	pg.discard()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || pg.size != int64(len("newer")) {
		t.Errorf("out.html is %v, %v, of %d bytes; want -rw------- of 5", info.Mode(), err, pg.size)
	}
}

// whole is a sink that writes and does not fail.
type whole struct {
	tracer.Sink
	w io.Writer
}

func (s whole) Close(*flows.Summary) error {
	_, err := io.WriteString(s.w, "newer")
	return err
}
