package imap

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Fetch is data of a message (RFC 9051 section 7.5.2). What the response does not have is zero.
type Fetch struct {
	Number uint32
	UID    uint32
	// Flags is nil if the response has none, and not nil if the message has none.
	Flags        []string
	InternalDate time.Time
	// Size is RFC822.SIZE; HasSize tells that it is there.
	Size    uint64
	HasSize bool
	// Envelope is nil if the response has none.
	Envelope *Envelope
	// Body is that of BODYSTRUCTURE, or of BODY without its extension data; nil if the response has neither.
	Body   *BodyStructure
	ModSeq uint64
	// Sections are what BODY[], BINARY[] and RFC822 gave, in their order.
	Sections []Section
	// BinarySizes are by section part, such as "1.2" (RFC 9051 section 6.4.5).
	BinarySizes map[string]uint64
	// EmailID and ThreadID are those of RFC 8474; "" for none.
	EmailID, ThreadID string
	// Other are the items that the package does not know, by name in upper case, as they stand.
	Other map[string]string
}

// Section is a part of a message's text.
type Section struct {
	// Name is the item as it is asked for and answered, without its origin: "BODY[1.2.HEADER]", "BINARY[1]", "RFC822.TEXT".
	Name string
	// Origin is the first octet of a partial answer; -1 for one that is whole.
	Origin int64
	// Data is the content; Data.Present is false for NIL, and where [Decoder.Body] took it.
	Data NString
	// Streamed is how many octets Decoder.Body was given; -1 if it was not.
	Streamed int64
}

// Section returns the first section of that name, in any case.
func (f *Fetch) Section(name string) (*Section, bool) {
	for i := range f.Sections {
		if strings.EqualFold(f.Sections[i].Name, name) {
			return &f.Sections[i], true
		}
	}
	return nil, false
}

const citeFetch = "RFC 9051 section 7.5.2"

func (d *Decoder) fetch(n uint32) (*Fetch, error) {
	f := &Fetch{Number: n}
	if err := d.sp(citeFetch); err != nil {
		return nil, err
	}
	if rest := d.text[d.at:]; len(rest) > 1 && rest[0] == '(' && rest[1] == ')' {
		if err := d.Rules.forgive(d.wrong("a message data item in the parentheses", "RFC 9051 section 9, msg-att")); err != nil {
			return nil, err
		}
	}
	return f, d.list(citeFetch, func() error { return d.fetchItem(f) })
}

func (d *Decoder) fetchItem(f *Fetch) (err error) {
	start := d.at
	n := 0
	for rest := d.text[d.at:]; n < len(rest) && classes[rest[n]]&classAtom != 0 && rest[n] != '['; n++ {
	}
	if n == 0 {
		return d.wrong("the name of a message data item", citeFetch)
	}
	name := upper(str(d.text[d.at : d.at+n]))
	d.at += n
	if d.peek() == '[' {
		return d.sectionItem(f, name, start)
	}
	if err := d.sp(citeFetch); err != nil {
		return err
	}
	switch name {
	case "FLAGS":
		f.Flags, err = d.flags(false, citeFetch)
	case "UID":
		f.UID, err = d.nzNumber(citeFetch)
	case "INTERNALDATE":
		f.InternalDate, err = d.dateTime(citeFetch)
	case "RFC822.SIZE":
		f.HasSize = true
		f.Size, err = d.number64(citeFetch)
	case "ENVELOPE":
		f.Envelope, err = d.envelope()
	case "BODY", "BODYSTRUCTURE":
		f.Body, err = d.bodyStructure()
	case "MODSEQ":
		if err = d.expect('(', "RFC 7162 section 3.1.4.2"); err == nil {
			if f.ModSeq, err = d.number64("RFC 7162 section 3.1.4.2"); err == nil {
				err = d.expect(')', "RFC 7162 section 3.1.4.2")
			}
		}
	case "RFC822", "RFC822.HEADER", "RFC822.TEXT":
		return d.section(f, Section{Name: name, Origin: -1, Streamed: -1})
	case "EMAILID", "THREADID":
		to := &f.EmailID
		if name == "THREADID" {
			to = &f.ThreadID
		}
		if d.isNIL() {
			return nil
		}
		if err = d.expect('(', "RFC 8474 section 5.3"); err == nil {
			if *to, err = d.astring("RFC 8474 section 5.3"); err == nil {
				err = d.expect(')', "RFC 8474 section 5.3")
			}
		}
	default:
		if f.Other == nil {
			f.Other = map[string]string{}
		}
		f.Other[name], err = d.value(citeFetch)
	}
	return err
}

// sectionItem is BODY[...], BINARY[...] or BINARY.SIZE[...]; start is where its name begins.
func (d *Decoder) sectionItem(f *Fetch, name string, start int) error {
	if name != "BODY" && name != "BINARY" && name != "BINARY.SIZE" {
		d.at = start
		return d.wrong("BODY, BINARY or BINARY.SIZE before a section", citeFetch)
	}
	spec, err := d.sectionSpec()
	if err != nil {
		return err
	}
	s := Section{Name: name + "[" + spec.String() + "]", Origin: -1, Streamed: -1}
	if d.is('<') {
		n, err := d.number64(citeFetch)
		if err != nil {
			return err
		}
		if s.Origin = int64(n); !d.is('>') {
			return d.wrong(">", citeFetch)
		}
	}
	if err := d.sp(citeFetch); err != nil {
		return err
	}
	if name == "BINARY.SIZE" {
		if f.BinarySizes == nil {
			f.BinarySizes = map[string]uint64{}
		}
		f.BinarySizes[spec.String()], err = d.number64(citeFetch)
		return err
	}
	return d.section(f, s)
}

// section takes a section's content.
func (d *Decoder) section(f *Fetch, s Section) error {
	binary := strings.HasPrefix(s.Name, "BINARY[")
	if !d.literalAhead() || d.Body == nil {
		var err error
		if binary && d.peek() == '~' {
			var b []byte
			b, err = d.literal()
			s.Data = Some(str(b))
		} else {
			s.Data, err = d.nstring(citeFetch)
		}
		f.Sections = append(f.Sections, s)
		return err
	}
	if !binary {
		if err := d.noLiteral8(); err != nil {
			return err
		}
	}
	size, err := d.literalHead(0)
	if err != nil {
		return err
	}
	var r io.Reader = d.r.Octets(size)
	var nul *nulReader
	if !binary {
		nul = &nulReader{r: r, n: -1}
		r = nul
	}
	s.Streamed = size
	f.Sections = append(f.Sections, s)
	if err := d.Body(f, &f.Sections[len(f.Sections)-1], size, r); err != nil {
		return fmt.Errorf("%s of message %d: %w", s.Name, f.Number, err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	at := d.base + len(d.text)
	if err := d.literalEnd(size); err != nil {
		return err
	}
	return nul.check(d, at)
}
