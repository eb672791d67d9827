package lab

import (
	"encoding/binary"
	"testing"
)

// page makes a page of the trace buffer out of words.
func page(at uint64, words ...uint32) []byte {
	b := binary.NativeEndian.AppendUint64(nil, at)
	b = binary.NativeEndian.AppendUint64(b, uint64(4*len(words)))
	for _, w := range words {
		b = binary.NativeEndian.AppendUint32(b, w)
	}
	return append(b, make([]byte, 64)...) // the rest of the page is not in use
}

// word is the first word of a record.
func word(kind, delta uint32) uint32 { return delta<<5 | kind }

func TestEachRecord(t *testing.T) {
	const start = 1<<60 + 1000
	type record struct {
		at   uint64
		data uint32
	}
	for name, c := range map[string]struct {
		page []byte
		want []record
		err  error
	}{
		"two records": {
			page(start, word(1, 5), 77, word(1, 6), 88),
			[]record{{start + 5, 77}, {start + 11, 88}}, nil,
		},
		"a long time between them": {
			page(start, word(1, 5), 77, word(ringExtend, 3), 2, word(1, 1), 88),
			[]record{{start + 5, 77}, {start + 9 + 2<<27, 88}}, nil,
		},
		"an absolute time without its highest bits": {
			page(start, word(ringStamp, 2000), 0, word(1, 0), 77),
			[]record{{1<<60 + 2000, 77}}, nil,
		},
		"the length in a word of its own": {
			page(start, word(0, 5), 8, 77, word(1, 6), 88),
			[]record{{start + 5, 77}, {start + 11, 88}}, nil,
		},
		"the rest of the page is padding": {
			page(start, word(1, 5), 77, word(ringPadding, 0), 0, word(1, 6), 88),
			[]record{{start + 5, 77}}, nil,
		},
		"a record behind the end": {page(start, word(9, 5), 77), nil, errRingPage},
		"no header":               {[]byte{1, 2, 3}, nil, errRingPage},
	} {
		t.Run(name, func(t *testing.T) {
			var got []record
			err := eachRecord(c.page, func(at uint64, data []byte) {
				got = append(got, record{at, binary.NativeEndian.Uint32(data)})
			})
			if err != c.err {
				t.Fatalf("got error %v, want %v", err, c.err)
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("record %d: got %v, want %v", i, got[i], c.want[i])
				}
			}
		})
	}
}

func TestLostRecords(t *testing.T) {
	b := page(1, word(1, 5), 77)
	binary.NativeEndian.PutUint64(b[8:], 8|ringMissed)
	if err := eachRecord(b, func(uint64, []byte) {}); err != errRingLost {
		t.Errorf("got %v, want %v: lost events must not go by unseen", err, errRingLost)
	}
}
