package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
	"tcptrace/tracer"
	"tcptrace/tracer/sink/report"
)

// page is the report on its way to a file. It is written beside that file and
// takes its name when it is complete, so nobody ever finds half a page.
type page struct {
	tracer.Sink
	name string   // of the file, as the user has it; empty: standard output
	path string   // that the page is moved to when it is complete; empty: it is written in place
	file *os.File // where it is written
	size int64    // of the page that is complete
}

// openReport is the page that --report asks of a trace; nil without it. It is
// about the whole trace, whatever is shown of that.
func (p *program) openReport(o *options, src *source, filter string) (*page, error) {
	if o.report == "" {
		return nil, nil
	}
	return p.openPage(o, src, filter)
}

// join makes a trace write the page too.
func (pg *page) join(t *tracer.Options) {
	if pg != nil {
		t.Sink = tracer.Tee(t.Sink, pg)
	}
}

// openPage makes the sink that writes the page when the trace ends.
func (p *program) openPage(o *options, src *source, filter string) (*page, error) {
	pg := &page{file: p.out}
	if o.report != standardOutput {
		if err := pg.create(o.report); err != nil {
			return nil, &noPageError{path: o.report, err: err, live: o.live()}
		}
	}
	pg.Sink = report.New(pg.file, report.Options{
		Source: sourceWords(o, src), Filter: strings.TrimSpace(filter), Version: shortVersion(), Made: time.Now(), Zone: time.Local,
	})
	return pg, nil
}

// create opens what becomes the file of that name. What is no regular file, such
// as a pipe, is written as it is.
func (pg *page) create(path string) (err error) {
	pg.name = path
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		pg.file, err = os.OpenFile(path, os.O_WRONLY, 0)
		return err
	}
	mode := fs.FileMode(0o644)
	if err == nil {
		mode = info.Mode().Perm()
		path, err = filepath.EvalSymlinks(path) // or else the page would replace the link
		if err != nil {
			return err
		}
	}
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+strconv.Itoa(os.Getpid()))
	pg.file, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err == nil {
		pg.path = path
	}
	return err
}

// Close writes the page and gives it its name.
func (pg *page) Close(sum *flows.Summary) error {
	if err := pg.Sink.Close(sum); err != nil {
		return pg.failed(err)
	}
	info, err := pg.file.Stat()
	if err == nil {
		pg.size = info.Size()
	}
	if pg.path == "" {
		return nil
	}
	if err := pg.file.Close(); err != nil {
		return pg.failed(err)
	}
	if err := os.Rename(pg.file.Name(), pg.path); err != nil {
		return pg.failed(err)
	}
	pg.file = nil
	return nil
}

func (pg *page) failed(err error) error {
	pg.size = 0
	if pg.name == "" {
		return writeError(err)
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err // the name in it is not one that the user knows
	}
	return fmt.Errorf("write the page %q: %w", pg.name, err)
}

// discard takes away what was written of a page that is not complete.
func (pg *page) discard() {
	if pg != nil && pg.path != "" && pg.file != nil {
		pg.file.Close()
		os.Remove(pg.file.Name())
	}
}

// tell says that there is a page now, if it is in a file of its own.
func (pg *page) tell(p *program) {
	if pg != nil && pg.path != "" && pg.size > 0 {
		p.tell(fmt.Sprintf("the report is %s, %s", pg.name, ladder.Bytes(uint64(pg.size))))
	}
}

// sourceWords say what was traced.
func sourceWords(o *options, src *source) string {
	const most = 4
	names := o.files
	if o.live() {
		names = src.interfaces
	}
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
	}
	return strings.Join(names, ", ")
}

func shortVersion() string {
	words := strings.Fields(versionLine())
	if len(words) < 2 || strings.HasPrefix(words[1], "(") {
		return ""
	}
	return words[1]
}

// noPageError is why no page can be written to a file.
type noPageError struct {
	path string
	err  error
	live bool
}

func (e *noPageError) Error() string {
	err := e.err
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Sprintf("create the page %q: %v", e.path, err)
}

func (e *noPageError) Unwrap() error { return e.err }

// hint is what may help whoever was root, and thinks he is.
func (e *noPageError) hint() string {
	if !e.live || os.Getuid() == 0 || !errors.Is(e.err, fs.ErrPermission) {
		return ""
	}
	return fmt.Sprintf("--report writes as user %d: a live trace of root's has given up root by then. "+
		"Name a folder where that user may write, or the user with --user NAME", os.Getuid())
}
