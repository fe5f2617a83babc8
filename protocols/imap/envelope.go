package imap

// Envelope is a message's envelope structure (RFC 9051 section 2.3.5): header fields as the server parsed them. A field that is missing is NIL, an address list
// that is missing is nil.
type Envelope struct {
	Date, Subject                      NString
	From, Sender, ReplyTo, To, Cc, Bcc []Address
	InReplyTo, MessageID               NString
}

// Address is an address structure (RFC 9051 section 7.5.2). One whose Host is NIL is group syntax: it begins the group that Mailbox names, or ends one if Mailbox
// is NIL too.
type Address struct {
	// Name is the phrase, as it stands in the header: encoded words are not decoded.
	Name NString
	// Route is a source route.
	Route NString
	// Mailbox is the local part, Host the domain.
	Mailbox, Host NString
}

// GroupStart returns the name of the group that begins here.
func (a Address) GroupStart() (name string, ok bool) {
	return a.Mailbox.Text, !a.Host.Present && a.Mailbox.Present
}

// GroupEnd reports whether a group ends here.
func (a Address) GroupEnd() bool { return !a.Host.Present && !a.Mailbox.Present }

// Addr returns "local@domain"; "" for the start and the end of a group.
func (a Address) Addr() string {
	if !a.Host.Present || !a.Mailbox.Present {
		return ""
	}
	return a.Mailbox.Text + "@" + a.Host.Text
}

const citeEnvelope = "RFC 9051 section 9, envelope"

func (d *Decoder) envelope() (*Envelope, error) {
	e := &Envelope{}
	if err := d.expect('(', citeEnvelope); err != nil {
		return nil, err
	}
	var err error
	if e.Date, err = d.nstring(citeEnvelope); err != nil {
		return nil, err
	}
	if err := d.sp(citeEnvelope); err != nil {
		return nil, err
	}
	if e.Subject, err = d.nstring(citeEnvelope); err != nil {
		return nil, err
	}
	// All lists share memory, which is right for what most messages have.
	addresses := make([]Address, 0, 4)
	for _, to := range [...]*[]Address{&e.From, &e.Sender, &e.ReplyTo, &e.To, &e.Cc, &e.Bcc} {
		if err := d.sp(citeEnvelope); err != nil {
			return nil, err
		}
		start := len(addresses)
		if addresses, err = d.addresses(addresses); err != nil {
			return nil, err
		}
		if n := len(addresses); n > start {
			*to = addresses[start:n:n]
		}
	}
	for _, to := range [...]*NString{&e.InReplyTo, &e.MessageID} {
		if err := d.sp(citeEnvelope); err != nil {
			return nil, err
		}
		if *to, err = d.nstring(citeEnvelope); err != nil {
			return nil, err
		}
	}
	return e, d.expect(')', citeEnvelope)
}

// addresses appends a list of addresses, or NIL.
func (d *Decoder) addresses(list []Address) ([]Address, error) {
	if d.isNIL() {
		return list, nil
	}
	if err := d.expect('(', citeEnvelope); err != nil {
		return nil, err
	}
	if d.peek() == ')' {
		if err := d.Rules.forgive(d.wrong("an address, or NIL for none", citeEnvelope)); err != nil {
			return nil, err
		}
	}
	for first := true; !d.is(')'); first = false {
		if !first && d.peek() == ' ' {
			if err := d.Rules.forgive(d.wrong("no space between addresses", citeEnvelope)); err != nil {
				return nil, err
			}
			d.at++
		}
		a, err := d.address()
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}

func (d *Decoder) address() (a Address, err error) {
	if err := d.expect('(', citeEnvelope); err != nil {
		return a, err
	}
	for i, to := range [...]*NString{&a.Name, &a.Route, &a.Mailbox, &a.Host} {
		if i > 0 {
			if err := d.sp(citeEnvelope); err != nil {
				return a, err
			}
		}
		if *to, err = d.nstring(citeEnvelope); err != nil {
			return a, err
		}
	}
	return a, d.expect(')', citeEnvelope)
}
