package main

import "os"

// run carries out a command line and returns the code to exit with. A second
// signal does not wait for anything.
func run(args []string) int {
	s := watchSignals()
	code := make(chan int, 1)
	go func() { code <- execute(s, args) }()
	select {
	case c := <-code:
		return c
	case <-s.again:
		return exitInterrupted
	}
}

// execute carries out a command line and says what went wrong.
func execute(s *signals, args []string) int {
	p := &program{out: os.Stdout, err: os.Stderr, in: os.Stdin, env: os.Getenv, signals: s}
	root := newRoot(p)
	root.SetArgs(args)
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	err := root.ExecuteContext(s.context)
	if isCheck(args) {
		return p.plugin(err)
	}
	p.complain(err)
	return exitCode(err)
}

// program is what the commands share: the streams, the environment, and what
// the user asked for concerning both.
type program struct {
	in       *os.File
	out, err *os.File
	env      func(string) string
	color    colorMode
	signals  *signals
}
