// Command peers lets tcptrace and programs that others wrote read the same
// captures in turn, and prints what each of them has taken: processor time,
// memory, and the ratios. It makes the captures, checks that tcptrace counts in
// them what they hold, and removes them. What is not installed does not take part.
//
// Read first: heat.go (who runs on what, and the goals), usage.go (what is
// measured), table.go (what is printed).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "peers: error:", err)
		os.Exit(1)
	}
}

// run does what the flags say.
func run(ctx context.Context) error {
	var s settings
	flag.StringVar(&s.tcptrace, "tcptrace", "./tcptrace", "the program that is measured")
	flag.StringVar(&s.old, "old", "tcptrace", "the older program of the same name, by S. Ostermann, if there is one")
	flag.IntVar(&s.packets, "packets", 2_000_000, "size of the larger captures")
	flag.IntVar(&s.rounds, "rounds", 3, "how often every command runs")
	full := flag.Bool("full", false, fmt.Sprintf("what the goals are made for: %d packets, 5 rounds", fullSize))
	markdown := flag.Bool("markdown", false, "print tables for docs/performance.md")
	dir := flag.String("dir", "", "where the captures go for as long as they are needed (default: /dev/shm if it is a tmpfs with room, else the directory for temporary files)")
	flag.Parse()
	if *full {
		s.packets, s.rounds = fullSize, 5
	}
	if s.packets < 1 || s.rounds < 1 {
		return fmt.Errorf("nothing to run: %d packets, %d rounds", s.packets, s.rounds)
	}
	var err error
	if s.dir, err = makeDir(*dir, room(s.packets)); err != nil {
		return err
	}
	defer os.RemoveAll(s.dir)
	heats := s.heats()
	for i := range heats {
		if err := s.race(ctx, &heats[i]); err != nil {
			return err
		}
	}
	if s.packets < fullSize {
		fmt.Println("The goals are made for captures of full size (-full); on smaller ones, starting up weighs more.")
	}
	return write(os.Stdout, s.machine(), heats, styleOf(*markdown))
}

// fullSize is what the goals are made for, in packets.
const fullSize = 10_000_000
