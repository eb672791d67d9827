package report

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// findBrowser finds the program to test with; without one, the tests are skipped,
// which CI forbids.
func findBrowser(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("CI has no chromium")
	}
	t.Skip("there is no chromium to open the page with")
	return ""
}

// browser is a tab that has a page open.
type browser struct {
	t      *testing.T
	ctx    context.Context
	url    string
	stop   context.CancelFunc // of the console
	errors chan []string
}

// open opens a page in a browser of its own.
func open(t *testing.T, page []byte) *browser {
	t.Helper()
	path := findBrowser(t)
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	if err := os.WriteFile(file, page, 0o644); err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(filepath.Join(dir, "profile")))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // chromium's own refuses root
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancelAllocator := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancelAllocator)
	ctx, cancelTab := chromedp.NewContext(ctx)
	t.Cleanup(cancelTab)
	b := &browser{t: t, ctx: ctx, url: "file://" + file, errors: make(chan []string, 1)}
	b.listen()
	t.Cleanup(b.quiet)
	b.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(b.url))
	return b
}

// listen collects what the console says. The page says nothing: whatever comes is
// an error, or a breach of its policy.
func (b *browser) listen() {
	ctx, stop := context.WithCancel(b.ctx)
	b.stop = stop
	messages := chromedp.Console(ctx)
	go func() {
		var all []string
		for m, err := range messages {
			if err != nil {
				break
			}
			all = append(all, fmt.Sprintf("%v: %s", m.Type, m.Text))
		}
		b.errors <- all
	}()
}

func (b *browser) quiet() {
	b.stop()
	for _, message := range <-b.errors {
		b.t.Errorf("the console says %s", message)
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval is what an expression comes to in the page.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// wait waits until an expression is true.
func (b *browser) wait(expression string) {
	b.t.Helper()
	for end := time.Now().Add(10 * time.Second); !eval[bool](b, expression); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("it never came true: %s", expression)
		}
	}
}

// column is a column of the rows that are in the page, from top to bottom.
func (b *browser) column(class string) []string {
	b.t.Helper()
	return eval[[]string](b, `[...document.querySelectorAll(".g-row")].sort((a, b) => a.dataset.at - b.dataset.at)
		.map((r) => r.querySelector(".`+class+`").textContent)`)
}
