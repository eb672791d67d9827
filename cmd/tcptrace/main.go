// Command tcptrace follows TCP connections, live or from capture files, and
// prints how the TCP state of both ends moves.
//
// Read first: root.go (the flags), trace.go (how the parts are put together).
package main

import "os"

func main() { os.Exit(run(os.Args[1:])) }
