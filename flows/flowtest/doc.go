// Package flowtest reads scenarios, little texts that show segments and the
// states that they must lead to, and plays them to a [flows.Table].
//
// A scenario is a list of lines; # begins a remark, and the first line is a
// remark that says what the scenario proves.
//
//	# The handshake: three segments, both ends ESTABLISHED.
//	0.000 > SYN J
//	      client SYN_SENT
//	0.010 < SYN,ACK K J+1
//	      server SYN_RECEIVED
//	0.020 > ACK J+1 K+1
//	      client ESTABLISHED
//	      server ESTABLISHED delivered
//	end   client SYN_SENT ESTABLISHED
//	end   server SYN_RECEIVED ESTABLISHED
//	end   open
//
// A segment begins with its time in seconds and its direction: > from the
// client, < from the server. Flags follow, joined by commas (SYN ACK FIN RST
// PSH URG, or NONE), then the sequence number and, with ACK, the
// acknowledgement. Numbers are J or K, plus or minus an offset. Options come
// behind them: len=N (payload), win=N, ts=VAL/ECR, wscale=N, id=N, ttl=N,
// mss=N, sackok, mptcp, tfo=N (length of the cookie), if=N (interface), cut
// (options not captured), badsum, frag. Windows are
// 65535 unless said.
//
// "0.5 wait" lets time pass. "0.5 icmp TYPE/CODE SEQ" is an ICMP error for the
// client's segment. Below each of them stand the transitions that it must
// cause, all of them, in order: the end, the state, the basis when it is not
// "sent", and "correction" where it is one. "#2" in front of the end names
// another flow than the first. "note NAME" demands that the segment above has
// a note, "not NAME" that it has not.
//
// The lines with "end" tell what the records must say: the history of an end,
// the outcome of the flow ("stuck server" says who waits), "gaps" or "no gaps",
// "guessed" or "not guessed" (the roles).
//
// "client=N" behind a segment makes it one of another client, whose port lies
// N higher: J and K mean the same numbers there.
//
// The lines with "find" tell what a diagnosis must find, in order and nothing
// else: "find stuck-close-wait server certain" for the first flow, "find #2 …"
// for another, "find #0 …" for the capture as a whole.
//
// A line "self" in front makes both ends one socket: K is J then, and all
// segments go one way.
package flowtest
