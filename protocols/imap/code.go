package imap

import (
	"strconv"
	"strings"
)

// Code is a response code (RFC 9051 section 7.1).
type Code struct {
	// Name is in upper case, such as "UIDVALIDITY".
	Name string
	// Text is what stands behind the name, as it is; "" for nothing. Where it is "", a code is printed with what the other fields have.
	Text string

	// Number is that of UIDNEXT, UIDVALIDITY, UNSEEN, HIGHESTMODSEQ, and the UIDVALIDITY of APPENDUID and COPYUID.
	Number uint64
	// Words are the capabilities of CAPABILITY, the flags of PERMANENTFLAGS and the character sets of BADCHARSET.
	Words []string
	// UIDs are those of the messages that APPENDUID and COPYUID tell, in the mailbox in which they are now (RFC 4315 section 3), and Source are those in the mailbox
	// from which they were copied. UIDs is the set of MODIFIED too.
	UIDs, Source NumSet
}

// String returns the code as it stands between brackets.
func (c *Code) String() string {
	text := c.Text
	if text == "" {
		switch c.Name {
		case "UIDNEXT", "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ", "APPENDLIMIT":
			text = strconv.FormatUint(c.Number, 10)
		case "CAPABILITY":
			text = strings.Join(c.Words, " ")
		case "PERMANENTFLAGS", "BADCHARSET":
			if c.Words != nil {
				text = "(" + strings.Join(c.Words, " ") + ")"
			}
		case "APPENDUID":
			text = strconv.FormatUint(c.Number, 10) + " " + c.UIDs.String()
		case "COPYUID":
			text = strconv.FormatUint(c.Number, 10) + " " + c.Source.String() + " " + c.UIDs.String()
		case "MODIFIED":
			text = c.UIDs.String()
		}
	}
	if text == "" {
		return c.Name
	}
	return c.Name + " " + text
}

// code is a response code with its brackets.
func (d *Decoder) code() (*Code, error) {
	const cite = "RFC 9051 section 7.1"
	d.at++
	name, err := d.keyword("the name of a response code", cite)
	if err != nil {
		return nil, err
	}
	c := &Code{Name: name}
	start := d.at
	if d.peek() == ']' {
		switch name {
		case "UIDNEXT", "UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ", "APPENDLIMIT", "CAPABILITY", "PERMANENTFLAGS", "APPENDUID", "COPYUID", "MODIFIED":
			if err := d.Rules.forgive(d.wrong("a space, and what "+name+" tells", cite)); err != nil {
				return nil, err
			}
		}
	}
	if d.is(' ') {
		start = d.at
		switch name {
		case "UIDNEXT", "UIDVALIDITY", "UNSEEN":
			var n uint32
			n, err = d.nzNumber(cite)
			c.Number = uint64(n)
		case "HIGHESTMODSEQ", "APPENDLIMIT":
			c.Number, err = d.number64("RFC 7162 section 3.1.2.1")
		case "CAPABILITY":
			c.Words, err = d.capabilities("RFC 9051 section 7.2.2")
		case "PERMANENTFLAGS":
			c.Words, err = d.flags(true, cite)
		case "BADCHARSET":
			c.Words, err = d.words(cite)
		case "APPENDUID", "COPYUID":
			err = d.uidCode(c)
		case "MODIFIED":
			c.UIDs, err = d.numSet(false, false)
		default:
			for d.at < len(d.text) && d.text[d.at] != ']' {
				if d.text[d.at] == '"' {
					if _, err := d.quoted(cite); err != nil {
						return nil, err
					}
					continue
				}
				d.at++
			}
			text := d.text[start:d.at]
			end := d.at
			d.at = start
			if err := d.checkPeople(text); err != nil {
				return nil, err
			}
			d.at = end
		}
		if err != nil {
			return nil, err
		}
	}
	c.Text = str(d.text[start:d.at])
	return c, d.expect(']', cite)
}

// uidCode is what stands behind APPENDUID and COPYUID (RFC 4315 section 3).
func (d *Decoder) uidCode(c *Code) error {
	const cite = "RFC 4315 section 3"
	n, err := d.nzNumber(cite)
	if err != nil {
		return err
	}
	c.Number = uint64(n)
	if err := d.sp(cite); err != nil {
		return err
	}
	if c.Name == "COPYUID" {
		if c.Source, err = d.numSet(false, false); err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
	}
	c.UIDs, err = d.numSet(false, false)
	return err
}
