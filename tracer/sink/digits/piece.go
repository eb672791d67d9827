package digits

// PieceSize is how long the text of a [Piece] may be: with its length it fills a
// line of a cache.
const PieceSize = 56

// Piece is text that stands in many lines. It is copied as a whole, whatever its
// length: a copy of a fixed size is a few stores, while one of any size has to
// find out first which.
type Piece struct {
	text [PieceSize]byte
	n    int
}

// NewPiece is the piece with a text, of which only as much is kept as fits.
func NewPiece(text string) (p Piece) {
	p.n = copy(p.text[:], text)
	return p
}

// Append appends the text.
func (p *Piece) Append(b []byte) []byte {
	n := len(b)
	if cap(b)-n < PieceSize {
		b = grow(b)
	}
	*(*[PieceSize]byte)(b[n : n+PieceSize]) = p.text
	return b[:n+p.n]
}
