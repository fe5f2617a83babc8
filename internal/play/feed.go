package play

import (
	"bytes"
	"io"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// unit makes a unit of a line: in a counted run or a stream the terminator belongs to the text.
func unit(shape dialect.Shape, text []byte, end wire.Terminator) dialect.Unit {
	if shape.Kind == dialect.Octets || shape.Kind == dialect.Stream {
		if end != wire.None {
			text = append(append(make([]byte, 0, len(text)+2), text...), end.Octets()...)
		}
		return dialect.Unit{Kind: shape.Kind, Text: text, End: wire.None}
	}
	return dialect.Unit{Kind: shape.Kind, Text: text, End: end}
}

// feeder tells a tracker of octets that come in any pieces.
type feeder struct {
	t     dialect.Tracker
	party dialect.Party
	part  []byte // the beginning of a line
}

// partMax bounds what is kept of a line without an end.
const partMax = 1 << 20

// unit tells of one unit that was cut by shape.
func (f *feeder) unit(u dialect.Unit, shape dialect.Shape) {
	if f.t == nil {
		return
	}
	switch {
	case u.End == wire.None && u.Kind != dialect.Octets:
		f.part = append(f.part, u.Text...) // a piece: the line goes on
		return
	case shape.Kind == dialect.Octets && int64(len(u.Text)) > shape.N, len(f.part) > 0:
		f.write(u.AppendRaw(nil))
		return
	}
	f.t.Saw(f.party, u)
}

// write tells of p.
func (f *feeder) write(p []byte) { f.until(p, func() bool { return false }) }

// until tells of p up to the first unit's end at which stop says true, and returns how many octets it took.
func (f *feeder) until(p []byte, stop func() bool) int {
	done := 0
	for done < len(p) {
		rest := p[done:]
		shape := f.t.Next(f.party)
		if shape.Kind == dialect.Octets && len(f.part) == 0 {
			n := int(min(shape.N, int64(len(rest))))
			f.t.Saw(f.party, dialect.Unit{Kind: shape.Kind, Text: rest[:n], End: wire.None})
			done += n
			if stop() {
				return done
			}
			continue
		}
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			f.part = append(f.part, rest...)
			if len(f.part) > partMax {
				f.flush()
			}
			return len(p)
		}
		line := rest[:i+1]
		if len(f.part) > 0 {
			f.part = append(f.part, line...)
			line = f.part
		}
		f.part = f.part[:0]
		f.t.Saw(f.party, lineUnit(shape.Kind, line))
		done += i + 1
		if stop() {
			return done
		}
	}
	return done
}

// lineUnit makes a unit of a raw line that ends with LF.
func lineUnit(kind dialect.Kind, raw []byte) dialect.Unit {
	n := len(raw) - 1
	if n > 0 && raw[n-1] == '\r' {
		return dialect.Unit{Kind: kind, Text: raw[:n-1], End: wire.CRLF}
	}
	return dialect.Unit{Kind: kind, Text: raw[:n], End: wire.LF}
}

// flush tells of what is left as a line without an end.
func (f *feeder) flush() {
	if len(f.part) > 0 {
		f.t.Saw(f.party, dialect.Unit{Kind: f.t.Next(f.party).Kind, Text: f.part, End: wire.None})
		f.part = f.part[:0]
	}
}

// copy tells of all that r holds.
func (f *feeder) copy(r io.Reader) (int64, error) {
	buf := getBuffer()
	defer putBuffer(buf)
	var total int64
	for {
		n, err := r.Read(*buf)
		f.write((*buf)[:n])
		total += int64(n)
		if err == io.EOF {
			f.flush()
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}
