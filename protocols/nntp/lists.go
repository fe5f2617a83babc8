package nntp

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"harness/protocols/wire"
)

// Group is a newsgroup as GROUP and LISTGROUP answer it (RFC 3977 section 6.1.1).
type Group struct {
	Name string
	// Count is the estimated number of articles; Low and High are the reported water marks.
	Count, Low, High int64
}

// Empty reports whether the group has no articles. There are three ways to say it: a high water mark one less than the low one (the preferred one), all
// three numbers 0, or a count of 0 with a high water mark that is no less than the low one (RFC 3977 section 6.1.1.2).
func (g Group) Empty() bool { return g.Count == 0 || g.High < g.Low }

// Range returns the range of the group's articles; that of an empty group holds nothing.
func (g Group) Range() Range {
	if g.Empty() {
		return Range{Low: 1, High: 0}
	}
	return Range{Low: g.Low, High: g.High}
}

// ParseGroup parses the answer to GROUP or LISTGROUP: "number low high group". Lenient rules forgive that the name is missing.
func (r Rules) ParseGroup(resp *Response) (Group, error) {
	const cite = "RFC 3977 section 6.1.1"
	var g Group
	words := resp.Words()
	for i, to := range []*int64{&g.Count, &g.Low, &g.High} {
		if i >= len(words) {
			return g, &wire.SyntaxError{Offset: len(resp.Line()), Want: "three numbers and the group's name", Cite: cite}
		}
		n, ok := decimal([]byte(words[i]))
		if !ok {
			return g, &wire.SyntaxError{Offset: 4, Got: words[i], Want: "a number of 1 to 16 digits", Cite: cite}
		}
		*to = n
	}
	if len(words) < 4 {
		return g, r.forgive(&wire.SyntaxError{Offset: len(resp.Line()), Want: "the group's name", Cite: cite})
	}
	g.Name = words[3]
	if g.High < g.Low-1 && g.Count != 0 {
		return g, r.forgive(&wire.SyntaxError{Offset: 4, Got: resp.Text, Want: "a high water mark no less than the low one less one", Cite: "RFC 3977 section 6.1.1.2"})
	}
	return g, nil
}

// Found is an article as ARTICLE, HEAD, BODY, STAT, NEXT and LAST answer it (RFC 3977 section 6.2.1).
type Found struct {
	// Number is 0 where the article was asked for by its message-id, unless the server tells it.
	Number    int64
	MessageID MessageID
}

// ParseFound parses the answer "n message-id". Lenient rules forgive a message-id of another form, or none.
func (r Rules) ParseFound(resp *Response) (f Found, err error) {
	const cite = "RFC 3977 section 6.2.1"
	words := resp.Words()
	if len(words) == 0 {
		return f, &wire.SyntaxError{Offset: len(resp.Line()), Want: "an article number", Cite: cite}
	}
	n, ok := decimal([]byte(words[0]))
	if !ok {
		return f, &wire.SyntaxError{Offset: 4, Got: words[0], Want: "an article number of 1 to 16 digits", Cite: cite}
	}
	f.Number = n
	if len(words) < 2 {
		return f, r.forgive(&wire.SyntaxError{Offset: len(resp.Line()), Want: "a message-id", Cite: cite})
	}
	f.MessageID = MessageID(words[1])
	if want := f.MessageID.want(); want != "" {
		return f, r.forgive(&wire.SyntaxError{Offset: 5 + len(words[0]), Got: words[1], Want: want, Cite: "RFC 3977 section 3.6"})
	}
	return f, nil
}

// Active is a line of LIST ACTIVE and NEWGROUPS (RFC 3977 sections 7.6.3 and 7.3).
type Active struct {
	Name      string
	High, Low int64
	// Status is "y" (posting is permitted), "n" (it is not), "m" (it goes to a moderator), or something else, as the server has it: "x", "j" and
	// "=other.group" are in use.
	Status string
}

// ParseActive parses a line "group high low status".
func (r Rules) ParseActive(line []byte) (a Active, err error) {
	f, err := r.fields(line, 4, "group, high, low and status", "RFC 3977 section 7.6.3")
	if err != nil {
		return a, err
	}
	a.Name, a.Status = string(f[0]), string(f[3])
	a.High, a.Low, err = numbers(line, f[1], f[2], "RFC 3977 section 7.6.3")
	return a, err
}

// Count is a line of LIST COUNTS (RFC 6048 section 2.2).
type Count struct {
	Active
	// Count is the estimated number of articles.
	Count int64
}

// ParseCount parses a line "group high low count status".
func (r Rules) ParseCount(line []byte) (c Count, err error) {
	const cite = "RFC 6048 section 2.2.2"
	f, err := r.fields(line, 5, "group, high, low, count and status", cite)
	if err != nil {
		return c, err
	}
	c.Name, c.Status = string(f[0]), string(f[4])
	if c.High, c.Low, err = numbers(line, f[1], f[2], cite); err == nil {
		c.Count, _, err = numbers(line, f[3], f[3], cite)
	}
	return c, err
}

// Created is a line of LIST ACTIVE.TIMES (RFC 3977 section 7.6.4).
type Created struct {
	Name string
	Time time.Time
	// By is who created the group: an address, or some other text.
	By string
}

// ParseCreated parses a line "group seconds creator". Lenient rules forgive a missing creator.
func (r Rules) ParseCreated(line []byte) (c Created, err error) {
	const cite = "RFC 3977 section 7.6.4"
	name, _, at := wordAt(line, 0)
	secs, s, at := wordAt(line, at)
	n, ok := decimal(secs)
	if len(name) == 0 || !ok {
		return c, &wire.SyntaxError{Offset: s, Got: string(line[s:]), Want: "a group, the seconds since 1970 and who created it", Cite: cite}
	}
	by, s, _ := wordAt(line, at)
	c = Created{Name: string(name), Time: time.Unix(n, 0).UTC(), By: string(line[s:])}
	if len(by) == 0 {
		err = r.forgive(&wire.SyntaxError{Offset: len(line), Want: "who created the group", Cite: cite})
	}
	return c, err
}

// Description is a line of LIST NEWSGROUPS, and of others that give a name and a text: XGTITLE, LIST DISTRIBUTIONS.
type Description struct {
	Name string
	// Text is as the server has it: it should be UTF-8, and need not be (RFC 3977 section 7.6.6).
	Text string
}

// ParseDescription parses a line "name description" with blanks between the two; the description may be empty.
func (r Rules) ParseDescription(line []byte) (d Description, err error) {
	name, start, at := wordAt(line, 0)
	if len(name) == 0 || start > 0 {
		return d, &wire.SyntaxError{Got: string(line), Want: "a name and a description", Cite: "RFC 3977 section 7.6.6"}
	}
	_, at, _ = wordAt(line, at)
	return Description{Name: string(name), Text: string(line[at:])}, nil
}

// DistribPat is a line of LIST DISTRIB.PATS (RFC 3977 section 7.6.5).
type DistribPat struct {
	// Weight decides between the lines that match: the largest wins.
	Weight  int64
	Wildmat *Wildmat
	// Value is the content of the Distribution header.
	Value string
}

// ParseDistribPat parses a line "weight:wildmat:value".
func (r Rules) ParseDistribPat(line []byte) (d DistribPat, err error) {
	const cite = "RFC 3977 section 7.6.5"
	f := bytes.SplitN(line, []byte(":"), 3)
	n, ok := decimal(f[0])
	if !ok || len(f) < 3 {
		return d, &wire.SyntaxError{Got: string(line), Want: "weight, wildmat and value with colons between them", Cite: cite}
	}
	w, err := ParseWildmat(string(f[1]))
	if err != nil {
		return d, err
	}
	return DistribPat{Weight: n, Wildmat: w, Value: string(f[2])}, nil
}

// Header is a line of HDR and XHDR: a number and the content of a field (RFC 3977 section 8.5).
type Header struct {
	// Number is 0 where the article was asked for by its message-id. XHDR gives a message-id then, which is in ID.
	Number int64
	ID     MessageID
	// Content is as the server has it, without the header's name; empty if the article has no such header.
	Content string
}

// ParseHeader parses a line "n content".
func (r Rules) ParseHeader(line []byte) (h Header, err error) {
	w, start, at := wordAt(line, 0)
	if n, ok := decimal(w); ok && start == 0 {
		h.Number = n
	} else if h.ID = MessageID(w); start > 0 || h.ID.Check() != nil {
		return h, &wire.SyntaxError{Got: string(line), Want: "an article number and a content", Cite: "RFC 3977 section 8.5.2"}
	} else if err := r.forgive(&wire.SyntaxError{Got: string(w), Want: "an article number", Cite: "RFC 3977 section 8.5.2"}); err != nil {
		return h, err
	}
	if at < len(line) {
		at++
	}
	h.Content = string(line[at:])
	return h, nil
}

// Moderator is a line of LIST MODERATORS (RFC 6048 section 2.4).
type Moderator struct {
	// Pattern is a wildmat for groups' names.
	Pattern string
	// Address is a template of the submission address: "%s" stands for the group's name with its dots replaced by dashes, "%%" for "%".
	Address string
}

// ParseModerator parses a line "pattern:address".
func (r Rules) ParseModerator(line []byte) (m Moderator, err error) {
	p, a, ok := strings.Cut(string(line), ":")
	if !ok || p == "" || a == "" {
		return m, &wire.SyntaxError{Got: string(line), Want: "a pattern, a colon and an address", Cite: "RFC 6048 section 2.4.2"}
	}
	return Moderator{p, a}, nil
}

// For returns the address to which articles for the group are sent.
func (m Moderator) For(group string) string {
	return strings.NewReplacer("%%", "%", "%s", strings.ReplaceAll(group, ".", "-")).Replace(m.Address)
}

// fields splits a line into n words. Lenient rules forgive blanks too many, and words behind the last.
func (r Rules) fields(line []byte, n int, want, cite string) ([][]byte, error) {
	f := bytes.Fields(line)
	if len(f) < n {
		return nil, &wire.SyntaxError{Offset: len(line), Want: want, Cite: cite}
	}
	exact := len(f) == n
	size := n - 1
	for _, w := range f {
		size += len(w)
	}
	if !exact || size != len(line) {
		if err := r.forgive(&wire.SyntaxError{Got: string(line), Want: want + " with a space between them", Cite: cite}); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func numbers(line, a, b []byte, cite string) (x, y int64, err error) {
	x, ok := decimal(a)
	if y, ok2 := decimal(b); ok && ok2 {
		return x, y, nil
	}
	return 0, 0, &wire.SyntaxError{Got: string(line), Want: "numbers of 1 to 16 digits", Cite: cite}
}

// ParseNumber parses a line of LISTGROUP: an article number.
func ParseNumber(line []byte) (int64, error) {
	n, ok := decimal(line)
	if !ok {
		return 0, &wire.SyntaxError{Got: string(line), Want: "an article number of 1 to 16 digits", Cite: "RFC 3977 section 6.1.2"}
	}
	return n, nil
}

// AppendGroup appends the arguments of 211 to b.
func AppendGroup(b []byte, g Group) []byte {
	for _, n := range []int64{g.Count, g.Low, g.High} {
		b = append(strconv.AppendInt(b, n, 10), ' ')
	}
	return append(b, g.Name...)
}

// AppendActive appends a line of LIST ACTIVE, without CRLF, to b. Water marks have ten digits, as servers have always written them.
func AppendActive(b []byte, a Active) []byte {
	b = append(append(b, a.Name...), ' ')
	b = append(appendTen(b, a.High), ' ')
	b = append(appendTen(b, a.Low), ' ')
	return append(b, a.Status...)
}

func appendTen(b []byte, n int64) []byte {
	var digits [20]byte
	d := strconv.AppendInt(digits[:0], n, 10)
	for i := len(d); i < 10; i++ {
		b = append(b, '0')
	}
	return append(b, d...)
}
