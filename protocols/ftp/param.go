package ftp

import (
	"strconv"
	"strings"

	"harness/protocols/wire"
)

const citeParam = "RFC 959 section 5.3.2"

// String returns the type as TYPE's argument, such as "A N".
func (t Type) String() string {
	switch {
	case t.Code == 'L':
		return "L " + strconv.Itoa(t.ByteSize)
	case t.Format != 0:
		return string(t.Code) + " " + string(t.Format)
	}
	return string(t.Code)
}

// Text reports whether data of the type is lines (ASCII and EBCDIC).
func (t Type) Text() bool { return t.Code == 'A' || t.Code == 'E' }

// ParseType parses the argument of TYPE, in any case (RFC 959 section 5.3.2). A byte size of 1 to 255 passes; which of them a server can store is
// its own affair. Lenient rules forgive spaces too many, and L without a byte size, which is 8.
func (r Rules) ParseType(arg string) (Type, error) {
	f := strings.Split(strings.ToUpper(arg), " ")
	if len(f) > 2 || f[len(f)-1] == "" {
		words := strings.Fields(strings.ToUpper(arg))
		e := &wire.SyntaxError{Got: arg, Want: "A [form], E [form], I, or L byte-size", Cite: citeParam}
		if len(words) == 0 || len(words) > 2 {
			return Type{}, e
		}
		if err := r.forgive(e); err != nil {
			return Type{}, err
		}
		f = words
	}
	bad := func(i int, want string) error {
		at := 0
		if i > 0 {
			at = 2
		}
		return &wire.SyntaxError{Offset: at, Got: strings.Join(f[i:], " "), Want: want, Cite: citeParam}
	}
	switch f[0] {
	case "A", "E":
		t := Type{Code: f[0][0]}
		if len(f) == 2 {
			if f[1] != "N" && f[1] != "T" && f[1] != "C" {
				return Type{}, bad(1, "the form N, T or C")
			}
			t.Format = f[1][0]
		}
		return t, nil
	case "I":
		if len(f) == 2 {
			return Type{}, bad(1, "nothing behind I")
		}
		return Image, nil
	case "L":
		if len(f) == 1 {
			return Local8, r.forgive(&wire.SyntaxError{Offset: 1, Want: "a byte size from 1 to 255", Cite: citeParam})
		}
		n, err := strconv.ParseUint(f[1], 10, 8)
		if err != nil || n == 0 {
			return Type{}, bad(1, "a byte size from 1 to 255")
		}
		return Type{Code: 'L', ByteSize: int(n)}, nil
	}
	return Type{}, bad(0, "A, E, I or L")
}

func (r Rules) letter(arg, of, want, cite string) (byte, error) {
	if len(arg) == 1 {
		c := arg[0]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if strings.IndexByte(of, c) >= 0 {
			return c, nil
		}
	}
	e := &wire.SyntaxError{Got: arg, Want: want, Cite: cite}
	if t := strings.TrimSpace(arg); len(t) == 1 && t != arg {
		c, err := r.letter(t, of, want, cite)
		if err != nil {
			return 0, err
		}
		return c, r.forgive(e)
	}
	return 0, e
}

// ParseStructure parses the argument of STRU, in any case.
func (r Rules) ParseStructure(arg string) (Structure, error) {
	c, err := r.letter(arg, "FRP", "F, R or P", citeParam)
	return Structure(c), err
}

// ParseMode parses the argument of MODE, in any case.
func (r Rules) ParseMode(arg string) (Mode, error) {
	c, err := r.letter(arg, "SBCZ", "S, B, C or Z", citeParam)
	return Mode(c), err
}

// ParseProtection parses the argument of PROT, in any case.
func (r Rules) ParseProtection(arg string) (Protection, error) {
	c, err := r.letter(arg, "CSEP", "C, S, E or P", "RFC 2228 section 8.1")
	return Protection(c), err
}

// ParsePBSZ parses the argument of PBSZ: 0 to 1<<32-1. 0 is what FTP over TLS has (RFC 4217 section 8).
func (r Rules) ParsePBSZ(arg string) (uint32, error) {
	n, err := strconv.ParseUint(arg, 10, 32)
	if err != nil {
		return 0, &wire.SyntaxError{Got: arg, Want: "a number from 0 to 4294967295", Cite: "RFC 2228 section 8.1"}
	}
	return uint32(n), nil
}

// ParseALLO parses the argument of ALLO: a number of octets, and the largest record or page size, -1 if it is left out.
func (r Rules) ParseALLO(arg string) (size, record int64, err error) {
	const cite = "RFC 959 section 4.1.3"
	first, rest, more := strings.Cut(arg, " ")
	if size, err = parseNumber(first, "a number of octets", cite); err != nil {
		return 0, -1, err
	}
	if !more {
		return size, -1, nil
	}
	number, ok := strings.CutPrefix(strings.ToUpper(rest), "R ")
	if !ok {
		return 0, -1, &wire.SyntaxError{Offset: len(first) + 1, Got: rest, Want: "R, a space and a record or page size", Cite: cite}
	}
	if record, err = parseNumber(number, "a record or page size", cite); err != nil {
		return 0, -1, err
	}
	return size, record, nil
}

// ParseRestart parses the argument of REST in stream mode, a number of octets (RFC 3659 section 5.3).
func (r Rules) ParseRestart(arg string) (int64, error) {
	return parseNumber(arg, "a number of octets", "RFC 3659 section 5.3")
}

// ParseMFMT splits the argument of MFMT: a time-val, a space and a pathname.
func (r Rules) ParseMFMT(arg string) (timeVal, path string, err error) {
	timeVal, path, ok := strings.Cut(arg, " ")
	if !ok || path == "" || timeVal == "" {
		return "", "", &wire.SyntaxError{Offset: len(timeVal), Want: "a time, a space and a pathname", Cite: "draft-somers-ftp-mfxx-04 section 3"}
	}
	return timeVal, path, nil
}
