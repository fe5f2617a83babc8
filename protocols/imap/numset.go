package imap

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"strconv"

	"harness/protocols/wire"
)

// NumRange is a range of message numbers or UIDs, its ends included. Star stands for "*", the largest number in use.
type NumRange struct{ First, Last uint32 }

// Star is "*": the largest number in use (RFC 9051 section 9, seq-number).
const Star = 0

// NumSet is a sequence set (RFC 9051 section 9): ranges of message numbers or of UIDs in the order in which they were written.
type NumSet struct {
	Ranges []NumRange
	// Saved is "$", the result of the last SEARCH that saved it (RFC 9051 section 6.4.4.1). It has no ranges then.
	Saved bool
}

// Nums returns a set of numbers, with neighbours in ranges. They may be in any order.
func Nums(numbers ...uint32) NumSet {
	sorted := slices.Clone(numbers)
	slices.Sort(sorted)
	var s NumSet
	for _, n := range sorted {
		if last := len(s.Ranges) - 1; last >= 0 && n <= s.Ranges[last].Last+1 && s.Ranges[last].Last < math.MaxUint32 {
			s.Ranges[last].Last = n
		} else if last < 0 || n > s.Ranges[last].Last {
			s.Ranges = append(s.Ranges, NumRange{n, n})
		}
	}
	return s
}

// String returns the set as it is written; "" if it is empty, which cannot be written.
func (s NumSet) String() string { return string(s.append(nil)) }

func (s NumSet) append(b []byte) []byte {
	if s.Saved {
		return append(b, '$')
	}
	number := func(n uint32) {
		if n == Star {
			b = append(b, '*')
		} else {
			b = strconv.AppendUint(b, uint64(n), 10)
		}
	}
	for i, r := range s.Ranges {
		if i > 0 {
			b = append(b, ',')
		}
		number(r.First)
		if r.Last != r.First {
			b = append(b, ':')
			number(r.Last)
		}
	}
	return b
}

// Dynamic reports whether the set depends on the mailbox: it has "*" or is "$".
func (s NumSet) Dynamic() bool {
	return s.Saved || slices.ContainsFunc(s.Ranges, func(r NumRange) bool { return r.First == Star || r.Last == Star })
}

// Resolve returns the set with largest in the place of "*", each range with its smaller end first, sorted, and without overlaps. A largest of 0, for an empty mailbox,
// makes ranges with "*" empty.
func (s NumSet) Resolve(largest uint32) NumSet {
	var out []NumRange
	for _, r := range s.Ranges {
		if r.First == Star {
			r.First = largest
		}
		if r.Last == Star {
			r.Last = largest
		}
		if r.First == 0 || r.Last == 0 {
			continue
		}
		if r.First > r.Last {
			r.First, r.Last = r.Last, r.First
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b NumRange) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last)) })
	merged := out[:0]
	for _, r := range out {
		if n := len(merged) - 1; n >= 0 && uint64(r.First) <= uint64(merged[n].Last)+1 {
			merged[n].Last = max(merged[n].Last, r.Last)
			continue
		}
		merged = append(merged, r)
	}
	return NumSet{Ranges: merged}
}

// Contains reports whether a set that is not dynamic holds n.
func (s NumSet) Contains(n uint32) bool {
	return slices.ContainsFunc(s.Ranges, func(r NumRange) bool { return n >= min(r.First, r.Last) && n <= max(r.First, r.Last) && n != 0 })
}

// Count returns how many numbers a set has that [NumSet.Resolve] returned.
func (s NumSet) Count() uint64 {
	var n uint64
	for _, r := range s.Ranges {
		n += uint64(r.Last) - uint64(r.First) + 1
	}
	return n
}

// All yields the numbers of a set that is not dynamic, range by range in the order in which they stand, each range from its smaller end.
func (s NumSet) All() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for _, r := range s.Ranges {
			if r.First == Star || r.Last == Star {
				continue
			}
			last := max(r.First, r.Last)
			for n := min(r.First, r.Last); ; n++ {
				if !yield(n) {
					return
				}
				if n == last {
					break
				}
			}
		}
	}
}

// ParseNumSet parses a sequence set. The error is a [*wire.SyntaxError].
func ParseNumSet(text string) (NumSet, error) {
	s, n, err := parseNumSet([]byte(text), true, true)
	if err == nil && n < len(text) {
		err = setError([]byte(text), n, "the end of the set")
	}
	if err != nil {
		return NumSet{}, err
	}
	return s, nil
}

func setError(text []byte, at int, want string) error {
	return &wire.SyntaxError{Offset: at, Got: string(text[at:min(len(text), at+1)]), Want: want, Cite: "RFC 9051 section 9, sequence-set"}
}

// parseNumSet parses a set at the start of text, and returns how many octets it has.
func parseNumSet(text []byte, star, saved bool) (s NumSet, n int, err error) {
	if saved && len(text) > 0 && text[0] == '$' {
		return NumSet{Saved: true}, 1, nil
	}
	one := func() (uint32, error) {
		if star && n < len(text) && text[n] == '*' {
			n++
			return Star, nil
		}
		v, m, ok := digits(text[n:], math.MaxUint32)
		if !ok || v == 0 || text[n] == '0' {
			want := "a number from 1 to 4294967295"
			if star {
				want += ` or "*"`
			}
			return 0, setError(text, n, want)
		}
		n += m
		return uint32(v), nil
	}
	s.Ranges = make([]NumRange, 0, 1)
	for {
		var r NumRange
		if r.First, err = one(); err != nil {
			return s, n, err
		}
		r.Last = r.First
		if n < len(text) && text[n] == ':' {
			n++
			if r.Last, err = one(); err != nil {
				return s, n, err
			}
		}
		s.Ranges = append(s.Ranges, r)
		if n == len(text) || text[n] != ',' {
			return s, n, nil
		}
		n++
	}
}

// digits reads a decimal number of at most most at the start of s; n is how many octets it has.
func digits(s []byte, most uint64) (v uint64, n int, ok bool) {
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		d := uint64(s[n] - '0')
		if v > (most-d)/10 {
			return 0, n, false
		}
		v = v*10 + d
		n++
	}
	return v, n, n > 0
}
