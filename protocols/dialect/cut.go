package dialect

import (
	"bytes"

	"harness/protocols/wire"
)

// partMax bounds what a Cutter keeps of a line that has no end, in octets.
const partMax = 1 << 20

// Cutter cuts what one party says on one channel into units, as it comes in. The zero value is ready. It holds the beginning of a line
// whose end has not come, 1 MiB at most: a longer one is cut there, and ends in wire.None.
type Cutter struct {
	part  []byte
	whole bool // part was handed out
}

// Cut takes the first unit, or a piece of one, off data, where shape is what [Tracker.Next] says now, and returns how many octets it took.
// Ok is false if the unit's end has not come: all of data was taken then. The unit's text is valid until the next call.
func (c *Cutter) Cut(shape Shape, data []byte) (u Unit, n int, ok bool) {
	if c.whole {
		c.whole = false
		if c.part = c.part[:0]; cap(c.part) > 4<<10 {
			c.part = nil
		}
	}
	switch {
	case len(data) == 0:
		return u, 0, false
	case shape.Kind == Octets && len(c.part) == 0:
		n = int(min(max(shape.N, 1), int64(len(data))))
		return Unit{Kind: shape.Kind, Text: data[:n], End: wire.None}, n, true
	case shape.Kind == Stream:
		return Unit{Kind: shape.Kind, Text: data, End: wire.None}, len(data), true
	}
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		c.part = append(c.part, data...)
		if len(c.part) > partMax {
			c.whole = true
			return Unit{Kind: shape.Kind, Text: c.part, End: wire.None}, len(data), true
		}
		return u, len(data), false
	}
	line := data[:i]
	if len(c.part) > 0 {
		c.part = append(c.part, line...)
		c.whole = true
		line = c.part
	}
	u = Unit{Kind: shape.Kind, Text: line, End: wire.LF}
	if k := len(line); k > 0 && line[k-1] == '\r' {
		u.Text, u.End = line[:k-1], wire.CRLF
	}
	return u, i + 1, true
}

// Pending returns the beginning of a line whose end has not come; it is valid until the next call of Cut.
func (c *Cutter) Pending() []byte {
	if c.whole {
		return nil
	}
	return c.part
}

// Rest takes what is pending: the unit with which a connection ended in mid-line. Ok is false if there is nothing.
func (c *Cutter) Rest(shape Shape) (u Unit, ok bool) {
	part := c.Pending()
	c.part, c.whole = nil, false
	return Unit{Kind: shape.Kind, Text: part, End: wire.None}, len(part) > 0
}
