package conn

import (
	"compress/flate"
	"errors"
	"io"
)

// inflater decompresses a stream of DEFLATE (RFC 1951) on a connection. It differs from package compress/flate in what a connection needs: it gives out all
// that what has come stands for, also where a peer ends its messages by a partial flush, an empty block whose octets do not show that there is nothing more;
// and an error of the source, such as a deadline, does not break it.
type inflater struct {
	src io.Reader
	err error // of the stream; final

	in   [4 << 10]byte // what was read from src
	at   int           // of in, what was taken into bits
	end  int
	bits uint64
	n    uint // how many bits there are
	read int64

	out   []byte // the window, and behind it what was not given out
	given int    // of out

	state  inflateState
	final  bool // the block in hand is the last one
	stored int  // octets to come of a stored block

	lengths           [286 + 30]uint8 // of the codes of a dynamic block
	literals, offsets int             // how many codes of each alphabet
	codes             int             // how many lengths of the code length alphabet there are
	have              int             // how many lengths are known
	lengthCode        huffman
	literal, offset   huffman
}

type inflateState uint8

const (
	inflateBlock   inflateState = iota // the header of a block is next
	inflateStored                      // the lengths of a stored block
	inflateCopy                        // its octets
	inflateCounts                      // the counts of a dynamic block
	inflateCodes                       // the lengths of its code length codes
	inflateLengths                     // the lengths of its codes
	inflateSymbols                     // symbols
)

const (
	inflateWindow = 32 << 10
	inflateRoom   = 64 << 10 // what is decompressed before it is given out, and a bit more
)

var errHungry = errors.New("more input is needed")

// inflateReader makes an inflater of what was read ahead and what src has behind it.
func inflateReader(ahead []byte, src io.Reader) *inflater {
	z := &inflater{src: src}
	if len(ahead) > 0 {
		z.src = &headed{ahead, src}
	}
	return z
}

// headed reads head before src.
type headed struct {
	head []byte
	src  io.Reader
}

func (h *headed) Read(p []byte) (int, error) {
	if len(h.head) == 0 {
		return h.src.Read(p)
	}
	n := copy(p, h.head)
	h.head = h.head[n:]
	return n, nil
}

// Read implements io.Reader. An error that is not the stream's comes from the source as it is, and reading may go on.
func (z *inflater) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for z.given == len(z.out) {
		if z.err != nil {
			return 0, z.err
		}
		z.slide()
		if z.err = z.step(); z.err != errHungry {
			continue
		}
		z.err = nil
		if z.given < len(z.out) {
			break
		}
		n, err := z.src.Read(z.in[:])
		z.at, z.end = 0, n
		switch {
		case n > 0:
		case err == io.EOF && z.state != inflateBlock:
			return 0, io.ErrUnexpectedEOF
		case err != nil:
			return 0, err
		}
	}
	n := copy(p, z.out[z.given:])
	z.given += n
	return n, nil
}

// slide makes room behind the window.
func (z *inflater) slide() {
	if len(z.out) > inflateWindow+inflateRoom {
		n := copy(z.out, z.out[len(z.out)-inflateWindow:])
		z.out, z.given = z.out[:n], n
	}
}

// step decompresses until there is enough to give out, input is lacking, or the stream ends.
func (z *inflater) step() error {
	for len(z.out)-z.given < inflateRoom {
		var err error
		switch z.state {
		case inflateBlock:
			err = z.block()
		case inflateStored:
			err = z.storedLength()
		case inflateCopy:
			err = z.copyStored()
		case inflateCounts:
			err = z.counts()
		case inflateCodes:
			err = z.codeLengths()
		case inflateLengths:
			err = z.readLengths()
		case inflateSymbols:
			err = z.symbols()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fill takes octets into bits, as many as fit.
func (z *inflater) fill() {
	for z.n <= 56 && z.at < z.end {
		z.bits |= uint64(z.in[z.at]) << z.n
		z.at++
		z.n += 8
		z.read++
	}
}

// need reports whether there are so many bits.
func (z *inflater) need(n uint) bool {
	if z.n < n {
		z.fill()
	}
	return z.n >= n
}

func (z *inflater) drop(n uint) { z.bits, z.n = z.bits>>n, z.n-n }

// take takes bits that are there.
func (z *inflater) take(n uint) int {
	v := z.bits & (1<<n - 1)
	z.drop(n)
	return int(v)
}

func (z *inflater) corrupt() error { return flate.CorruptInputError(z.read - int64(z.n/8)) }

// block reads the header of a block (RFC 1951 section 3.2.3).
func (z *inflater) block() error {
	if z.final {
		return io.EOF
	}
	if !z.need(3) {
		return errHungry
	}
	z.final = z.take(1) == 1
	switch z.take(2) {
	case 0:
		z.drop(z.n % 8)
		z.state = inflateStored
	case 1:
		z.literal, z.offset = fixedLiteral, fixedOffset
		z.state = inflateSymbols
	case 2:
		z.state = inflateCounts
	default:
		return z.corrupt()
	}
	return nil
}

// storedLength reads the length of a stored block and its complement (section 3.2.4).
func (z *inflater) storedLength() error {
	if !z.need(32) {
		return errHungry
	}
	n, complement := z.take(16), z.take(16)
	if n != complement^0xffff {
		return z.corrupt()
	}
	z.stored, z.state = n, inflateCopy
	return nil
}

func (z *inflater) copyStored() error {
	for ; z.stored > 0 && z.n > 0; z.stored-- {
		z.out = append(z.out, byte(z.take(8)))
	}
	n := min(z.stored, z.end-z.at)
	z.out = append(z.out, z.in[z.at:z.at+n]...)
	z.at, z.stored, z.read = z.at+n, z.stored-n, z.read+int64(n)
	if z.stored > 0 {
		return errHungry
	}
	z.state = inflateBlock
	return nil
}

// counts reads how many codes a dynamic block describes (section 3.2.7).
func (z *inflater) counts() error {
	if !z.need(14) {
		return errHungry
	}
	z.literals, z.offsets, z.codes = z.take(5)+257, z.take(5)+1, z.take(4)+4
	if z.literals > 286 || z.offsets > 30 {
		return z.corrupt()
	}
	z.lengths, z.have = [len(z.lengths)]uint8{}, 0
	z.state = inflateCodes
	return nil
}

// codeOrder is the order of the code length codes.
var codeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

func (z *inflater) codeLengths() error {
	for ; z.have < z.codes; z.have++ {
		if !z.need(3) {
			return errHungry
		}
		z.lengths[codeOrder[z.have]] = uint8(z.take(3))
	}
	var ok bool
	if z.lengthCode, ok = z.lengthCode.of(z.lengths[:19], false); !ok {
		return z.corrupt()
	}
	z.lengths, z.have = [len(z.lengths)]uint8{}, 0
	z.state = inflateLengths
	return nil
}

func (z *inflater) readLengths() error {
	for all := z.literals + z.offsets; z.have < all; {
		z.need(15)
		symbol, n, ok := z.lengthCode.lookup(z.bits, z.n)
		if !ok {
			return z.lack(&z.lengthCode)
		}
		extra, base := uint(0), 0
		switch symbol {
		case 16:
			extra, base = 2, 3
		case 17:
			extra, base = 3, 3
		case 18:
			extra, base = 7, 11
		}
		if !z.need(n + extra) {
			return errHungry
		}
		z.drop(n)
		if symbol < 16 {
			z.lengths[z.have] = uint8(symbol)
			z.have++
			continue
		}
		repeat, value := base+z.take(extra), uint8(0)
		if symbol == 16 {
			if z.have == 0 {
				return z.corrupt()
			}
			value = z.lengths[z.have-1]
		}
		if z.have+repeat > all {
			return z.corrupt()
		}
		for range repeat {
			z.lengths[z.have] = value
			z.have++
		}
	}
	var one, two bool
	z.literal, one = dynamic(z.literal).of(z.lengths[:z.literals], true)
	z.offset, two = dynamic(z.offset).of(z.lengths[z.literals:z.have], true)
	if !one || !two || z.lengths[endOfBlock] == 0 {
		return z.corrupt()
	}
	z.state = inflateSymbols
	return nil
}

// lack tells whether a code was not found for want of bits.
func (z *inflater) lack(h *huffman) error {
	if z.n < h.longest {
		return errHungry
	}
	return z.corrupt()
}

const endOfBlock = 256

// lengthBase and lengthExtra are of the symbols from 257 on, offsetBase and offsetExtra of all offsets (section 3.2.5).
var (
	lengthBase  = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	offsetBase  = [30]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	offsetExtra = [30]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
)

// symbols reads literals and references. Each is taken whole or not at all.
func (z *inflater) symbols() error {
	for len(z.out)-z.given < inflateRoom {
		z.need(48)
		symbol, n, ok := z.literal.lookup(z.bits, z.n)
		switch {
		case !ok:
			return z.lack(&z.literal)
		case symbol < endOfBlock:
			z.drop(n)
			z.out = append(z.out, byte(symbol))
			continue
		case symbol == endOfBlock:
			z.drop(n)
			z.state = inflateBlock
			return nil
		case symbol > 285:
			return z.corrupt()
		}
		extra := uint(lengthExtra[symbol-257])
		if z.n < n+extra {
			return errHungry
		}
		length := int(lengthBase[symbol-257]) + int(z.bits>>n&(1<<extra-1))
		n += extra
		symbol, m, ok := z.offset.lookup(z.bits>>n, z.n-n)
		if !ok {
			if z.n-n < z.offset.longest {
				return errHungry
			}
			return z.corrupt()
		}
		if symbol > 29 {
			return z.corrupt()
		}
		n += m
		extra = uint(offsetExtra[symbol])
		if z.n < n+extra {
			return errHungry
		}
		offset := int(offsetBase[symbol]) + int(z.bits>>n&(1<<extra-1))
		if offset > len(z.out) {
			return z.corrupt()
		}
		z.drop(n + extra)
		for from := len(z.out) - offset; length > 0; { // what is copied may overlap what it makes
			part := z.out[from:min(from+length, len(z.out))]
			z.out = append(z.out, part...)
			length -= len(part)
		}
	}
	return nil
}

// huffman is a code: a table of all that the next bits can be.
type huffman struct {
	table   []uint16 // symbol << 4 | length of its code; 0 for none
	longest uint     // the length of the longest code, in bits
	shared  bool     // the table belongs to all
}

// dynamic is a code whose table may be overwritten.
func dynamic(h huffman) huffman {
	if h.shared {
		return huffman{}
	}
	return h
}

// of makes the code of the lengths (section 3.2.2), in h's memory. A code that is not complete is none; a sparse one may have no symbol, or one of one bit.
func (h huffman) of(lengths []uint8, sparse bool) (huffman, bool) {
	var count, next [16]int
	longest := 0
	for _, n := range lengths {
		count[n]++
		longest = max(longest, int(n))
	}
	used := len(lengths) - count[0]
	count[0] = 0
	code, left := 0, 1
	for n := 1; n < len(count); n++ {
		code = (code + count[n-1]) << 1
		next[n] = code
		if left = left<<1 - count[n]; left < 0 {
			return h, false
		}
	}
	if left > 0 && !(sparse && used <= 1 && longest <= 1) {
		return h, false
	}
	h.longest = uint(longest)
	size := 1 << longest
	if cap(h.table) < size {
		h.table = make([]uint16, size)
	}
	h.table = h.table[:size]
	clear(h.table)
	for symbol, n := range lengths {
		if n == 0 {
			continue
		}
		reversed := 0
		for i, c := 0, next[n]; i < int(n); i, c = i+1, c>>1 {
			reversed = reversed<<1 | c&1
		}
		next[n]++
		for at := reversed; at < size; at += 1 << n {
			h.table[at] = uint16(symbol)<<4 | uint16(n)
		}
	}
	return h, true
}

// lookup returns the symbol of the next bits, of which there are have, and the length of its code; ok is false if none is whole.
func (h *huffman) lookup(bits uint64, have uint) (symbol int, n uint, ok bool) {
	if h.longest == 0 {
		return 0, 0, false
	}
	e := h.table[bits&(1<<h.longest-1)]
	n = uint(e & 15)
	return int(e >> 4), n, n > 0 && n <= have
}

// fixedLiteral and fixedOffset are the codes of blocks with fixed ones (section 3.2.6).
var fixedLiteral, fixedOffset = func() (huffman, huffman) {
	var literals [288]uint8
	for i := range literals {
		switch {
		case i < 144:
			literals[i] = 8
		case i < 256:
			literals[i] = 9
		case i < 280:
			literals[i] = 7
		default:
			literals[i] = 8
		}
	}
	offsets := [32]uint8{}
	for i := range offsets {
		offsets[i] = 5
	}
	l, _ := huffman{}.of(literals[:], false)
	o, _ := huffman{}.of(offsets[:], false)
	l.shared, o.shared = true, true
	return l, o
}()
