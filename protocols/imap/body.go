package imap

import (
	"iter"
	"strconv"
	"strings"
)

// BodyStructure is the MIME structure of a message, or of a part of it (RFC 9051 section 7.5.2).
type BodyStructure struct {
	// Type and Subtype are as the server wrote them: "TEXT", "plain".
	Type, Subtype string
	Params        []Param
	ID            NString
	Description   NString
	// Encoding is the content transfer encoding, as it was written.
	Encoding string
	// Size is that of the body as it is transferred, in octets.
	Size uint64
	// Lines is that of the body of TEXT and MESSAGE/RFC822 parts.
	Lines uint64

	// Envelope and Body are those of the message within a MESSAGE/RFC822 or MESSAGE/GLOBAL part.
	Envelope *Envelope
	Body     *BodyStructure

	// Parts are those of a multipart; nil for everything else.
	Parts []*BodyStructure

	// Extended tells that extension data is there: the answer was to BODYSTRUCTURE. A server may leave out what would stand at its end.
	Extended          bool
	MD5               NString
	Disposition       string // "" for NIL
	DispositionParams []Param
	Language          []string // nil for NIL
	Location          NString
	// Extension is extension data that the package does not know, as it stands.
	Extension []string
}

// Param is a parameter of a content type or a disposition.
type Param struct{ Name, Value string }

// Param returns the value of a content type's parameter, whose name is in any case.
func (b *BodyStructure) Param(name string) (value string, ok bool) {
	for _, p := range b.Params {
		if strings.EqualFold(p.Name, name) {
			return p.Value, true
		}
	}
	return "", false
}

// Multipart reports whether it has parts.
func (b *BodyStructure) Multipart() bool { return b.Parts != nil }

func (b *BodyStructure) isText() bool { return strings.EqualFold(b.Type, "TEXT") }

func (b *BodyStructure) isMessage() bool {
	return strings.EqualFold(b.Type, "MESSAGE") && (strings.EqualFold(b.Subtype, "RFC822") || strings.EqualFold(b.Subtype, "GLOBAL"))
}

// MediaType returns "type/subtype" in lower case.
func (b *BodyStructure) MediaType() string { return strings.ToLower(b.Type + "/" + b.Subtype) }

// Walk yields each part with its section part, such as "1.2" (RFC 9051 section 6.4.5.1), the whole before its parts; the whole of a message is "", and its body,
// if it is no multipart, is "1" and not yielded again. Parts of a message within a message are numbered below that.
func (b *BodyStructure) Walk() iter.Seq2[string, *BodyStructure] {
	return func(yield func(string, *BodyStructure) bool) { b.walk("", yield) }
}

func (b *BodyStructure) walk(part string, yield func(string, *BodyStructure) bool) bool {
	if !yield(part, b) {
		return false
	}
	below := func(i int) string {
		if part == "" {
			return strconv.Itoa(i)
		}
		return part + "." + strconv.Itoa(i)
	}
	for i, p := range b.Parts {
		if !p.walk(below(i+1), yield) {
			return false
		}
	}
	if b.Body == nil {
		return true
	}
	if part == "" {
		part = "1"
	}
	if b.Body.Multipart() {
		for i, p := range b.Body.Parts {
			if !p.walk(part+"."+strconv.Itoa(i+1), yield) {
				return false
			}
		}
		return true
	}
	return b.Body.walk(part+".1", yield)
}

const citeBody = "RFC 9051 section 9, body"

func (d *Decoder) bodyStructure() (*BodyStructure, error) {
	if err := d.expect('(', citeBody); err != nil {
		return nil, err
	}
	if err := d.nest(); err != nil {
		return nil, err
	}
	defer d.leave()
	b := &BodyStructure{}
	var err error
	if d.peek() == '(' {
		err = d.multipart(b)
	} else {
		err = d.onePart(b)
	}
	if err != nil {
		return nil, err
	}
	for d.is(' ') {
		v, err := d.value(citeBody)
		if err != nil {
			return nil, err
		}
		b.Extension = append(b.Extension, v)
	}
	return b, d.expect(')', citeBody)
}

func (d *Decoder) multipart(b *BodyStructure) error {
	b.Type = "MULTIPART"
	for d.peek() == '(' {
		p, err := d.bodyStructure()
		if err != nil {
			return err
		}
		b.Parts = append(b.Parts, p)
	}
	if err := d.sp(citeBody); err != nil {
		return err
	}
	var err error
	if b.Subtype, err = d.string(citeBody); err != nil || !d.is(' ') {
		return err
	}
	b.Extended = true
	if b.Params, err = d.params(); err != nil || !d.is(' ') {
		return err
	}
	return d.bodyExtension(b)
}

func (d *Decoder) onePart(b *BodyStructure) (err error) {
	if b.Type, err = d.string(citeBody); err != nil {
		return err
	}
	if err := d.sp(citeBody); err != nil {
		return err
	}
	if b.Subtype, err = d.string(citeBody); err != nil {
		return err
	}
	if err := d.sp(citeBody); err != nil {
		return err
	}
	if b.Params, err = d.params(); err != nil {
		return err
	}
	for _, to := range [...]*NString{&b.ID, &b.Description} {
		if err := d.sp(citeBody); err != nil {
			return err
		}
		if *to, err = d.nstring(citeBody); err != nil {
			return err
		}
	}
	if err := d.sp(citeBody); err != nil {
		return err
	}
	if d.isNIL() {
		d.at -= len("NIL")
		if err := d.Rules.forgive(d.wrong("a content transfer encoding, which is 7BIT if the header has none", citeBody)); err != nil {
			return err
		}
		d.at += len("NIL")
	} else if b.Encoding, err = d.string(citeBody); err != nil {
		return err
	}
	if err := d.sp(citeBody); err != nil {
		return err
	}
	if b.Size, err = d.number64(citeBody); err != nil {
		return err
	}
	switch {
	case b.isText():
		if err := d.sp(citeBody); err != nil {
			return err
		}
		b.Lines, err = d.number64(citeBody)
	case b.isMessage():
		if err := d.sp(citeBody); err != nil {
			return err
		}
		if b.Envelope, err = d.envelope(); err != nil {
			return err
		}
		if err := d.sp(citeBody); err != nil {
			return err
		}
		if b.Body, err = d.bodyStructure(); err != nil {
			return err
		}
		if err := d.sp(citeBody); err != nil {
			return err
		}
		b.Lines, err = d.number64(citeBody)
	}
	if err != nil || !d.is(' ') {
		return err
	}
	b.Extended = true
	if b.MD5, err = d.nstring(citeBody); err != nil || !d.is(' ') {
		return err
	}
	return d.bodyExtension(b)
}

// bodyExtension takes what stands behind MD5, or behind the parameters of a multipart: each may be missing.
func (d *Decoder) bodyExtension(b *BodyStructure) (err error) {
	if !d.isNIL() {
		if err := d.expect('(', citeBody); err != nil {
			return err
		}
		if b.Disposition, err = d.string(citeBody); err != nil {
			return err
		}
		if err := d.sp(citeBody); err != nil {
			return err
		}
		if b.DispositionParams, err = d.params(); err != nil {
			return err
		}
		if err := d.expect(')', citeBody); err != nil {
			return err
		}
	}
	if !d.is(' ') {
		return nil
	}
	if d.peek() == '(' {
		err = d.list(citeBody, func() error {
			s, err := d.string(citeBody)
			b.Language = append(b.Language, s)
			return err
		})
	} else {
		var s NString
		if s, err = d.nstring(citeBody); s.Present {
			b.Language = []string{s.Text}
		}
	}
	if err != nil || !d.is(' ') {
		return err
	}
	b.Location, err = d.nstring(citeBody)
	return err
}

// params are parameters, or NIL.
func (d *Decoder) params() ([]Param, error) {
	if d.isNIL() {
		return nil, nil
	}
	if err := d.expect('(', citeBody); err != nil {
		return nil, err
	}
	if d.peek() == ')' {
		if err := d.Rules.forgive(d.wrong("a parameter, or NIL for none", citeBody)); err != nil {
			return nil, err
		}
	}
	var out []Param
	for !d.is(')') {
		if out != nil {
			if err := d.sp(citeBody); err != nil {
				return nil, err
			}
		}
		var p Param
		var err error
		if p.Name, err = d.string(citeBody); err != nil {
			return nil, err
		}
		if err := d.sp(citeBody); err != nil {
			return nil, err
		}
		if p.Value, err = d.string(citeBody); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}
